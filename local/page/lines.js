// How the arrows of a graph run: at which place they meet a node, and which path they take.
// Decides where no node stands.

import { SIZES } from "./sizes.js";

/** The two ends of an arrow: at which node, and at which side of it. */
export function endsOf({ arrow, way }) {
  if (way === "within") return [];
  if (way === "in") return [{ arrow, name: arrow.to, side: "left", leaves: false }];
  const [leaves, arrives] = { onward: ["right", "left"], back: ["left", "right"], beside: ["right", "right"] }[way];
  return [
    { arrow, name: arrow.from, side: leaves, leaves: true },
    { arrow, name: arrow.to, side: arrives, leaves: false },
  ];
}

/** Where each arrow meets its nodes: the ends at a side in the order of where they lead to. */
export function portsOf(nodes, routes) {
  const ports = new Map(routes.map(({ arrow }) => [arrow, {}]));
  const box = new Map(nodes.map((node) => [node.name, node]));
  const ends = routes.flatMap((route) =>
    endsOf(route).map((end) => ({ ...end, route, toward: towards(route, end, box) })),
  );
  for (const node of nodes) {
    for (const side of ["left", "right"]) {
      const here = ends.filter((end) => end.name === node.name && end.side === side);
      here.sort((a, b) => a.toward - b.toward || Number(a.route.way === "back") - Number(b.route.way === "back"));
      here.forEach(
        (end, index) => (ports.get(end.arrow)[end.leaves ? "start" : "end"] = portAt(node, side, index, here.length)),
      );
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

export function lineOf({ arrow, way, lanes }, nodes, ports) {
  const { from, to } = arrow;
  if (way === "within") return within(arrow, nodes);
  const { start, end } = ports.get(arrow);
  if (way === "in") return inward(arrow, end);
  const side = way === "back" ? "left" : "right";
  const d =
    way === "beside" ? aside(start, end) : along(start, end, way === "back" ? [...lanes].reverse() : lanes, way);
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
