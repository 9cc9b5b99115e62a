// Which column each part of a graph stands in, and which order the parts of a column have.
// Knows no pixels: columns and orders are numbers.

const ROUNDS = 12;

/**
 * The column of each of `ids`, the first being 0. An arrow goes to the right wherever it can; those that would close a
 * circle, and those that go back to where the way from an entry came by, do not count. `isEntry(id)` tells what is
 * asked from outside.
 */
export function columns(ids, arrows, isEntry) {
  const distance = distances(ids, arrows, isEntry);
  const far = ({ from, to }) => distance.get(to) - distance.get(from);
  const onward = arrows.filter((arrow) => far(arrow) > 0);
  for (const arrow of arrows.filter((each) => far(each) === 0)) {
    if (!reaches(arrow.to, arrow.from, onward)) onward.push(arrow);
  }
  return longestWays(ids, onward);
}

/** How many arrows each is away from an entry, or from what nothing leads to. */
function distances(ids, arrows, isEntry) {
  const distance = new Map();
  const roots = ids.filter((id) => isEntry(id) || !arrows.some(({ to }) => to === id));
  spread(roots, arrows, distance);
  for (const id of ids) if (!distance.has(id)) spread([id], arrows, distance);
  return distance;
}

function spread(roots, arrows, distance) {
  for (const root of roots) distance.set(root, 0);
  for (let reached = roots; reached.length > 0;) {
    const next = arrows.filter(({ from, to }) => reached.includes(from) && !distance.has(to));
    for (const { from, to } of next) distance.set(to, distance.get(from) + 1);
    reached = [...new Set(next.map(({ to }) => to))];
  }
}

function reaches(from, to, arrows) {
  const seen = new Map();
  spread([from], arrows, seen);
  return seen.has(to);
}

function longestWays(ids, arrows) {
  const column = new Map(ids.map((id) => [id, 0]));
  for (let changed = true; changed;) {
    changed = false;
    for (const { from, to } of arrows) {
      if (column.get(to) > column.get(from)) continue;
      column.set(to, column.get(from) + 1);
      changed = true;
    }
  }
  return column;
}

/**
 * Sorts each of `rows`, the parts of each column, so that few of `links` cross; a link joins parts of two columns that
 * are side by side, `{ left, right }`. The order there is decides where nothing else does.
 */
export function sorted(rows, links) {
  let now = rows;
  let best = { rows, crossings: crossings(rows, links) };
  for (let round = 0; round < ROUNDS && best.crossings > 0; round += 1) {
    now = swept(now, links, round % 2 === 0);
    const count = crossings(now, links);
    if (count < best.crossings) best = { rows: now, crossings: count };
  }
  return best.rows;
}

/** Every column sorted after the one before it, from the left or from the right. */
function swept(rows, links, fromLeft) {
  const result = rows.map((row) => [...row]);
  const order = result.map((_, index) => (fromLeft ? index : rows.length - 1 - index)).slice(1);
  const [own, other] = fromLeft ? ["right", "left"] : ["left", "right"];
  for (const index of order) {
    const beside = places(result[index + (fromLeft ? -1 : 1)]);
    const key = (id, place) =>
      mean(links.filter((link) => link[own] === id).map((link) => beside.get(link[other]))) ?? place;
    const keys = new Map(result[index].map((id, place) => [id, key(id, place)]));
    result[index].sort((a, b) => keys.get(a) - keys.get(b));
  }
  return result;
}

function crossings(rows, links) {
  const place = new Map(rows.flatMap((row) => [...places(row)]));
  const column = new Map(rows.flatMap((row, index) => row.map((id) => [id, index])));
  let count = 0;
  links.forEach((a, index) => {
    for (const b of links.slice(index + 1)) {
      if (column.get(a.left) !== column.get(b.left)) continue;
      const turned = (place.get(a.left) - place.get(b.left)) * (place.get(a.right) - place.get(b.right));
      if (turned < 0) count += 1;
    }
  });
  return count;
}

const places = (row) => new Map(row.map((id, index) => [id, index]));

export function mean(numbers) {
  return numbers.length > 0 ? numbers.reduce((sum, number) => sum + number, 0) / numbers.length : null;
}
