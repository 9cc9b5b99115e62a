// Where the parts of a stack stand and how its arrows run: what asks stands left of what it asks.
// A pure function of the graph and a width; touches no element.

import { columns, mean, sorted } from "./layers.js";

/** Pixels. `slot` is how far the ends of two arrows at one side of a node are apart, `gap` is between columns. */
export const SIZES = {
  node: { least: 132, most: 168, height: 54 }, gap: { least: 58, most: 116 },
  slot: 23, between: 16, lane: 14, stream: 30, apart: 36, stub: 42,
};
/** Who calls and is no part of the system. No node stands for it: what comes from there is a short arrow. */
export const OUTSIDE = "outside";
const ENTRIES = ["distribution", "restApi", "httpApi", "webSocketApi", "functionUrl", "graphqlApi"];
const ROUNDS = 8;

/**
 * Lays a graph out: `nodes` with `name` and `kind`, `arrows` with `from` and `to`. Answers the size of the whole, each
 * node with `x`, `y`, `width` and `height`, and each arrow with the path `d` that it takes and `at`, where its count
 * stands, on the `side` of the node it leaves. What no arrow joins stands apart.
 */
export function layout({ nodes, arrows }, { width }) {
  const known = new Set(nodes.map(({ name }) => name));
  const drawn = arrows.filter(({ from, to }) => (known.has(from) || from === OUTSIDE) && known.has(to));
  const inset = drawn.some(({ from }) => from === OUTSIDE) ? SIZES.stub : 0;
  const found = components(nodes, drawn).map((part) => ranked(part, drawn));
  const node = nodeWidth(Math.max(1, ...found.map(({ rows }) => rows.length)), width - inset);
  const largest = Math.max(0, ...found.map(({ cells }) => cells.size));
  const parts = found.map((part) => drawing(part, node, inset, part.cells.size === largest ? width - inset : 0));
  parts.sort((a, b) => b.nodes.length - a.nodes.length || b.width - a.width);
  return packed(parts, width);
}

/** Nodes that arrows join, the directions of the arrows aside. */
function components(nodes, arrows) {
  const group = new Map(nodes.map((node) => [node.name, [node]]));
  for (const { from, to } of arrows) {
    const [kept, other] = [group.get(from) ?? group.get(to), group.get(to)];
    if (kept === other) continue;
    kept.push(...other);
    for (const { name } of other) group.set(name, kept);
  }
  const order = new Map(nodes.map((node, index) => [node, index]));
  return [...new Set(group.values())].map((part) => part.sort((a, b) => order.get(a) - order.get(b)));
}

/** One component: its cells in columns, sorted, and how its arrows run. */
function ranked(nodes, allArrows) {
  const names = new Set(nodes.map(({ name }) => name));
  const arrows = allArrows.filter(({ to }) => names.has(to));
  const cells = cellsOf(nodes, arrows);
  const column = columnsOf(cells, arrows);
  const routes = arrows.map((arrow) => routeOf(arrow, cells, column));
  for (const cell of new Set(cells.values())) measure(cell, routes);
  return { cells, routes, rows: rowsOf(cells, column, routes) };
}

/** One component with all places, its upper left corner at 0, 0. */
function drawing({ cells, routes, rows }, node, inset, width) {
  stand(rows, routes, { node, inset, gap: gapOf(rows.length, node, width) });
  return drawn(cells, routes);
}

/** A table and its streams stand one below the other, as one cell; every other node is a cell of its own. */
function cellsOf(nodes, arrows) {
  const kinds = new Map(nodes.map(({ name, kind }) => [name, kind]));
  const tableOf = ({ name }) => arrows.find(({ from, to }) => to === name && kinds.get(from) === "table")?.from;
  const cells = new Map();
  for (const node of nodes) {
    if (node.kind !== "stream" || !tableOf(node)) cells.set(node.name, { id: node.name, kind: node.kind, nodes: [node.name] });
  }
  for (const node of nodes.filter(({ name }) => !cells.has(name))) {
    const cell = cells.get(tableOf(node));
    cell.nodes.push(node.name);
    cells.set(node.name, cell);
  }
  return cells;
}

function columnsOf(cells, arrows) {
  const ids = [...new Set(cells.values())].map(({ id }) => id);
  const between = arrows.filter(({ from }) => from !== OUTSIDE).map(({ from, to }) => ({ from: cells.get(from).id, to: cells.get(to).id }));
  const isEntry = (id) => ENTRIES.includes(cells.get(id).kind);
  return columns(ids, between.filter(({ from, to }) => from !== to), isEntry);
}

/**
 * How an arrow runs: `onward` to the right, `back` to the left, `beside` to a node of the same column, `within` a cell,
 * `in` from outside.
 * `stops` are what it passes from left to right, lanes in the columns between included.
 */
function routeOf(arrow, cells, column) {
  const to = cells.get(arrow.to);
  if (arrow.from === OUTSIDE) return { arrow, way: "in", from: to, to, lanes: [], stops: [] };
  const from = cells.get(arrow.from);
  const [start, end] = [column.get(from.id), column.get(to.id)];
  const way = directionOf(arrow, from, to, end - start);
  const lanes = [];
  for (let at = Math.min(start, end) + 1; at < Math.max(start, end); at += 1) {
    lanes.push({ id: `${arrow.from} to ${arrow.to} at ${at}`, column: at, height: SIZES.lane, isLane: true });
  }
  const ends = way === "back" ? [to, from] : [from, to];
  return { arrow, way, from, to, lanes, stops: [ends[0], ...lanes, ends[1]] };
}

function directionOf({ from: source, to: target }, from, to, columnsOn) {
  if (from === to && source !== target) return "within";
  if (columnsOn === 0) return "beside";
  return columnsOn > 0 ? "onward" : "back";
}

/** Gives the nodes of a cell their heights: an arrow's end at a side takes a slot. */
function measure(cell, routes) {
  const ends = (name, side) => routes.flatMap(endsOf).filter((end) => end.name === name && end.side === side).length;
  cell.heights = cell.nodes.map((name) =>
    Math.max(SIZES.node.height, Math.max(ends(name, "left"), ends(name, "right")) * SIZES.slot + 6),
  );
  cell.tops = cell.heights.map((_, index) =>
    cell.heights.slice(0, index).reduce((sum, height) => sum + height + SIZES.stream, 0),
  );
  cell.height = cell.tops.at(-1) + cell.heights.at(-1);
}

/** The two ends of an arrow: at which node, and at which side of it. */
function endsOf({ arrow, way }) {
  if (way === "within") return [];
  if (way === "in") return [{ arrow, name: arrow.to, side: "left", leaves: false }];
  const [leaves, arrives] = { onward: ["right", "left"], back: ["left", "right"], beside: ["right", "right"] }[way];
  return [
    { arrow, name: arrow.from, side: leaves, leaves: true },
    { arrow, name: arrow.to, side: arrives, leaves: false },
  ];
}

/** The columns, each with its cells and lanes from top to bottom. */
function rowsOf(cells, column, routes) {
  const items = [...new Set(cells.values())];
  for (const cell of items) cell.column = column.get(cell.id);
  items.push(...routes.flatMap(({ lanes }) => lanes));
  const byId = new Map(items.map((item) => [item.id, item]));
  const count = Math.max(...items.map((item) => item.column)) + 1;
  const rows = Array.from({ length: count }, (_, index) => items.filter((item) => item.column === index));
  const links = routes.filter(({ way }) => way === "onward" || way === "back").flatMap(linksOf);
  const order = sorted(rows.map((row) => row.map(({ id }) => id)), links.map(({ left, right }) => ({ left: left.id, right: right.id })));
  return order.map((row) => row.map((id) => byId.get(id)));
}

/** What stands side by side along an arrow, and how far below the upper edge of each the arrow meets it. */
function linksOf({ arrow, way, stops }) {
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

/** As wide as fits beside the narrowest gaps. */
function nodeWidth(columnCount, width) {
  const fitting = Math.floor((width - (columnCount - 1) * SIZES.gap.least) / columnCount);
  return Math.min(SIZES.node.most, Math.max(SIZES.node.least, fitting));
}

function gapOf(columnCount, node, width) {
  const fitting = Math.floor((width - columnCount * node) / Math.max(1, columnCount - 1));
  return Math.min(SIZES.gap.most, Math.max(SIZES.gap.least, fitting));
}

/** Gives everything its place: columns from the left, and each part as near to its neighbours' height as it can be. */
function stand(rows, routes, { node, inset, gap }) {
  rows.forEach((row, index) => {
    for (const item of row) Object.assign(item, { x: inset + index * (node + gap), width: node });
    place(row, row.map(() => 0));
  });
  const links = routes.filter(({ way }) => way === "onward" || way === "back").flatMap(linksOf);
  for (let round = 0; round < ROUNDS; round += 1) {
    const order = round % 2 === 0 ? rows : [...rows].reverse();
    for (const row of order) place(row, row.map((item) => wish(item, links)));
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

/** Nodes and arrows with their places, moved so that nothing is left of or above 0. */
function drawn(cells, routes) {
  const all = [...new Set(cells.values())];
  const items = [...all, ...routes.flatMap(({ lanes }) => lanes)];
  const top = Math.min(...items.map(({ y }) => y));
  for (const item of items) item.y -= top;
  const nodes = all.flatMap(boxesOf);
  const ports = portsOf(nodes, routes);
  const arrows = routes.map((route) => lineOf(route, nodes, ports));
  const reach = routes.some(({ way }) => way === "beside") ? SIZES.gap.least : 0;
  const width = Math.max(...nodes.map((node) => node.x + node.width)) + reach;
  return { nodes, arrows, width, height: Math.ceil(Math.max(...items.map(({ y, height }) => y + height))) };
}

function boxesOf({ nodes, x, y, width, tops, heights }) {
  return nodes.map((name, index) => ({
    name, x, y: Math.round(y + tops[index]), width, height: heights[index],
  }));
}

/** Where each arrow meets its nodes: the ends at a side in the order of where they lead to. */
function portsOf(nodes, routes) {
  const ports = new Map(routes.map(({ arrow }) => [arrow, {}]));
  const box = new Map(nodes.map((node) => [node.name, node]));
  const ends = routes.flatMap((route) => endsOf(route).map((end) => ({ ...end, route, toward: towards(route, end, box) })));
  for (const node of nodes) {
    for (const side of ["left", "right"]) {
      const here = ends.filter((end) => end.name === node.name && end.side === side);
      here.sort((a, b) => a.toward - b.toward || Number(a.route.way === "back") - Number(b.route.way === "back"));
      here.forEach((end, index) => (ports.get(end.arrow)[end.leaves ? "start" : "end"] = portAt(node, side, index, here.length)));
    }
  }
  return ports;
}

function portAt({ x, y, width, height }, side, index, count) {
  return { x: side === "left" ? x : x + width, y: y + height / 2 + (index - (count - 1) / 2) * SIZES.slot };
}

/** How high what an arrow comes from or leads to next stands, seen from one of its ends. */
function towards({ arrow, way, lanes }, { leaves }, box) {
  const onTheWay = way === "back" ? [...lanes].reverse() : lanes;
  const lane = leaves ? onTheWay[0] : onTheWay.at(-1);
  if (lane) return lane.y + lane.height / 2;
  if (way === "in") return -Infinity;
  const other = box.get(leaves ? arrow.to : arrow.from);
  return other.y + other.height / 2;
}

function lineOf({ arrow, way, lanes }, nodes, ports) {
  const { from, to } = arrow;
  if (way === "within") return within(arrow, nodes);
  const { start, end } = ports.get(arrow);
  if (way === "in") return inward(arrow, end);
  const side = way === "back" ? "left" : "right";
  const d = way === "beside" ? aside(start, end) : along(start, end, way === "back" ? [...lanes].reverse() : lanes, way);
  return { from, to, way, d, at: { x: start.x, y: start.y }, side };
}

/** A short way in from the left. */
function inward({ from, to }, { x, y }) {
  const start = x - SIZES.stub;
  return { from, to, way: "in", d: `M${start} ${y}L${x} ${y}`, at: { x: start - 6, y }, side: "right" };
}

/** Straight down from a table to its stream. */
function within({ from, to }, nodes) {
  const [upper, lower] = [from, to].map((name) => nodes.find((node) => node.name === name));
  const x = upper.x + 24;
  const [start, end] = upper.y < lower.y ? [upper.y + upper.height, lower.y] : [upper.y, lower.y + lower.height];
  return { from, to, way: "within", d: `M${x} ${start}L${x} ${end}`, at: { x, y: (start + end) / 2 }, side: "below" };
}

/** Out to the right and back in. */
function aside(start, end) {
  const out = Math.max(start.x, end.x) + SIZES.gap.least * 0.8;
  return `M${start.x} ${start.y}C${out} ${start.y} ${out} ${end.y} ${end.x} ${end.y}`;
}

/** From column to column in a bow, and straight through the lanes. */
function along(start, end, lanes, way) {
  const points = [start];
  for (const { x, y, width, height } of lanes) {
    const edges = [x, x + width].map((edge) => ({ x: edge, y: y + height / 2 }));
    points.push(...(way === "back" ? edges.reverse() : edges));
  }
  points.push(end);
  const steps = points.slice(1).map((point, index) => {
    const before = points[index];
    if (before.y === point.y) return `L${point.x} ${point.y}`;
    const middle = (before.x + point.x) / 2;
    return `C${middle} ${before.y} ${middle} ${point.y} ${point.x} ${point.y}`;
  });
  return `M${start.x} ${start.y}${steps.join("")}`;
}

/** The components side by side while there is room, the largest first, and then below. */
function packed(parts, width) {
  const whole = { width: 0, height: 0, nodes: [], arrows: [] };
  const shelf = { x: 0, y: 0, height: 0 };
  for (const part of parts) {
    if (shelf.x > 0 && shelf.x + part.width > width) Object.assign(shelf, { x: 0, y: shelf.y + shelf.height + SIZES.apart, height: 0 });
    move(part, shelf, whole);
    shelf.x += part.width + SIZES.apart;
    shelf.height = Math.max(shelf.height, part.height);
    whole.width = Math.max(whole.width, shelf.x - SIZES.apart);
    whole.height = Math.max(whole.height, shelf.y + shelf.height);
  }
  return whole;
}

function move(part, { x, y }, whole) {
  whole.nodes.push(...part.nodes.map((node) => ({ ...node, x: node.x + x, y: node.y + y })));
  whole.arrows.push(...part.arrows.map((arrow) => ({ ...arrow, x, y })));
}
