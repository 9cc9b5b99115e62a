// How far down everything in a graph stands: as near as it can to what it is joined with.
// Knows columns and the order in them; changes neither.

import { mean } from "./layers.js";
import { SIZES } from "./sizes.js";

const ROUNDS = 8;

/** Gives everything its place: columns from the left, and each part as near to its neighbours' height as it can be. */
export function stand(rows, routes, { node, inset, gap }) {
  rows.forEach((row, index) => {
    for (const item of row) Object.assign(item, { x: inset + index * (node + gap), width: node });
    place(
      row,
      row.map(() => 0),
    );
  });
  const links = routes.filter(({ way }) => way === "onward" || way === "back").flatMap(linksOf);
  for (let round = 0; round < ROUNDS; round += 1) {
    const order = round % 2 === 0 ? rows : [...rows].reverse();
    for (const row of order)
      place(
        row,
        row.map((item) => wish(item, links)),
      );
  }
}

/** Where an item would stand if it were alone. */
function wish(item, links) {
  const wishes = links.flatMap(({ left, right, fromTop, toTop }) => {
    if (left === item) return [right.y + toTop - fromTop];
    return right === item ? [left.y + fromTop - toTop] : [];
  });
  return mean(wishes) ?? item.y;
}

/** Places the items of a column in their order, as near to the wishes as they can stand without touching. */
function place(row, wishes) {
  let below = 0;
  const blocks = [];
  row.forEach((item, index) => {
    blocks.push({ items: [{ item, below }], wishes: [wishes[index] - below] });
    while (blocks.length > 1 && mean(blocks.at(-1).wishes) < mean(blocks.at(-2).wishes)) {
      const last = blocks.pop();
      blocks.at(-1).items.push(...last.items);
      blocks.at(-1).wishes.push(...last.wishes);
    }
    below += item.height + SIZES.between;
  });
  for (const { items, wishes: within } of blocks) {
    for (const each of items) each.item.y = mean(within) + each.below;
  }
}

/** What stands side by side along an arrow, and how far below the upper edge of each the arrow meets it. */
export function linksOf({ arrow, way, stops }) {
  const [first, last] = way === "back" ? [arrow.to, arrow.from] : [arrow.from, arrow.to];
  const depth = (stop, name) => (stop.isLane ? stop.height / 2 : middleOf(stop, name));
  return stops.slice(1).map((right, index) => {
    const left = stops[index];
    return { left, right, fromTop: depth(left, first), toTop: depth(right, last) };
  });
}

function middleOf(cell, name) {
  const index = cell.nodes.indexOf(name);
  return cell.tops[index] + cell.heights[index] / 2;
}
