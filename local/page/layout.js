// Where the parts of a stack stand and how its arrows run: what asks stands left of what it asks.
// A pure function of the graph and a width; touches no element.

import { columns, sorted } from "./layers.js";
import { endsOf, lineOf, portsOf } from "./lines.js";
import { linksOf, stand } from "./places.js";
import { gapOf, nodeWidth, SIZES } from "./sizes.js";

/** Who calls and is no part of the system. No node stands for it: what comes from there is a short arrow. */
export const OUTSIDE = "outside";
const ENTRIES = ["distribution", "restApi", "httpApi", "webSocketApi", "functionUrl", "graphqlApi"];

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
    if (node.kind !== "stream" || !tableOf(node))
      cells.set(node.name, { id: node.name, kind: node.kind, nodes: [node.name] });
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
  const between = arrows
    .filter(({ from }) => from !== OUTSIDE)
    .map(({ from, to }) => ({ from: cells.get(from).id, to: cells.get(to).id }));
  const isEntry = (id) => ENTRIES.includes(cells.get(id).kind);
  return columns(
    ids,
    between.filter(({ from, to }) => from !== to),
    isEntry,
  );
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

/** The columns, each with its cells and lanes from top to bottom. */
function rowsOf(cells, column, routes) {
  const items = [...new Set(cells.values())];
  for (const cell of items) cell.column = column.get(cell.id);
  items.push(...routes.flatMap(({ lanes }) => lanes));
  const byId = new Map(items.map((item) => [item.id, item]));
  const count = Math.max(...items.map((item) => item.column)) + 1;
  const rows = Array.from({ length: count }, (_, index) => items.filter((item) => item.column === index));
  const links = routes.filter(({ way }) => way === "onward" || way === "back").flatMap(linksOf);
  const order = sorted(
    rows.map((row) => row.map(({ id }) => id)),
    links.map(({ left, right }) => ({ left: left.id, right: right.id })),
  );
  return order.map((row) => row.map((id) => byId.get(id)));
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
    name,
    x,
    y: Math.round(y + tops[index]),
    width,
    height: heights[index],
  }));
}

/** The components side by side while there is room, the largest first, and then below. */
function packed(parts, width) {
  const whole = { width: 0, height: 0, nodes: [], arrows: [] };
  const shelf = { x: 0, y: 0, height: 0 };
  for (const part of parts) {
    if (shelf.x > 0 && shelf.x + part.width > width)
      Object.assign(shelf, { x: 0, y: shelf.y + shelf.height + SIZES.apart, height: 0 });
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
