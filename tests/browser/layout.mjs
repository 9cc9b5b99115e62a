// Where the parts of a graph stand and how its arrows run: `local/page/layout.js`, a pure function.
// Needs no browser and no `local`.

import assert from "node:assert/strict";
import { test } from "node:test";

import { columns, sorted } from "../../local/page/layers.js";
import { layout } from "../../local/page/layout.js";
import { SIZES } from "../../local/page/sizes.js";

const WIDTH = 1200;
const KINDS = {
  api: "webSocketApi",
  url: "functionUrl",
  table: "table",
  queue: "queue",
  stream: "stream",
  site: "distribution",
};

/** A graph of arrows such as `api>read read>table`; a name says its kind by its first word, others are functions. */
function graph(text) {
  const arrows = text
    .split(/\s+/)
    .map((arrow) => arrow.split(">"))
    .map(([from, to]) => ({ from, to }));
  const names = [...new Set(arrows.flatMap(({ from, to }) => [from, to]))];
  return { nodes: names.map((name) => ({ name, kind: KINDS[name.split("-")[0]] ?? "function" })), arrows };
}

function laidOut(text, width = WIDTH) {
  const drawn = layout(graph(text), { width });
  const node = Object.fromEntries(drawn.nodes.map((each) => [each.name, each]));
  const arrow = Object.fromEntries(drawn.arrows.map((each) => [`${each.from}>${each.to}`, each]));
  return { ...drawn, node, arrow };
}

/** Names by how far left they stand. */
function byColumn({ nodes }) {
  const xs = [...new Set(nodes.map(({ x }) => x))].sort((a, b) => a - b);
  return xs.map((x) =>
    nodes
      .filter((node) => node.x === x)
      .map(({ name }) => name)
      .sort(),
  );
}

/** Numbers of a path, by twos. */
function points({ d, x = 0, y = 0 }) {
  const numbers = d.match(/-?\d+(\.\d+)?/g).map(Number);
  return numbers.flatMap((number, index) => (index % 2 === 0 ? [[number + x, numbers[index + 1] + y]] : []));
}

function overlap(a, b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

test("what asks stands left of what it asks", () => {
  assert.deepEqual(byColumn(laidOut("api>read read>table read>queue")), [["api"], ["read"], ["queue", "table"]]);
});

test("a stream stands below its table, and its reader to the right of both", () => {
  const { node, arrow } = laidOut("api>write write>table table>stream stream>count count>table");
  assert.equal(node.stream.x, node.table.x);
  assert.ok(node.stream.y >= node.table.y + node.table.height);
  assert.ok(node.count.x > node.stream.x);
  assert.equal(arrow["table>stream"].way, "within");
  assert.equal(arrow["count>table"].way, "back");
});

test("a broadcast to the API runs back past what stands between", () => {
  const { node, arrow, nodes } = laidOut("api>write write>table table>stream stream>tell tell>api");
  const way = arrow["tell>api"];
  assert.equal(way.way, "back");
  assert.equal(way.side, "left");
  const path = points(way);
  assert.deepEqual([path[0][0], path.at(-1)[0]], [node.tell.x, node.api.x + node.api.width]);
  for (const [x, y] of path.slice(1, -1)) {
    const hit = nodes.find((each) => x > each.x && x < each.x + each.width && y > each.y && y < each.y + each.height);
    assert.equal(hit, undefined, `${x} ${y} is in ${hit?.name}`);
  }
});

test("what comes from outside is a short arrow without a node, and joins nothing", () => {
  const drawn = layout(
    {
      nodes: [
        { name: "api", kind: "webSocketApi" },
        { name: "read", kind: "function" },
        { name: "site", kind: "distribution" },
      ],
      arrows: [
        { from: "outside", to: "api" },
        { from: "outside", to: "site" },
        { from: "api", to: "read" },
      ],
    },
    { width: WIDTH },
  );
  assert.deepEqual(
    drawn.nodes.map(({ name }) => name),
    ["api", "read", "site"],
  );
  const [api] = drawn.nodes;
  const [first] = drawn.arrows.filter(({ to, way }) => to === "api" && way === "in");
  assert.deepEqual(points(first), [
    [api.x - SIZES.stub, api.y + api.height / 2],
    [api.x, api.y + api.height / 2],
  ]);
  assert.ok(points(first)[0][0] >= 0);
});

test("circles, calls of itself and calls within a column are drawn", () => {
  const { arrows, arrow } = laidOut("one>two two>one one>one api>three api>four three>four four>three");
  assert.equal(arrows.length, 7);
  assert.equal(arrow["one>one"].way, "beside");
  for (const each of arrows)
    for (const [x, y] of points(each)) assert.ok(Number.isFinite(x) && Number.isFinite(y), each.d);
});

test("nothing lies upon anything else, and all is within the size", () => {
  const many = Array.from(
    { length: 9 },
    (_, index) => `api>f${index} f${index}>table f${index}>table-2 f${index}>api`,
  ).join(" ");
  const { nodes, width, height } = laidOut(`${many} f1>queue site>bucket publisher>bucket`);
  nodes.forEach((a, index) => {
    assert.ok(
      a.x >= 0 && a.y >= 0 && a.x + a.width <= width && a.y + a.height <= height + 1,
      JSON.stringify([a, width, height]),
    );
    for (const b of nodes.slice(index + 1)) assert.ok(!overlap(a, b), `${a.name} lies upon ${b.name}`);
  });
});

test("each arrow meets a node at a place of its own", () => {
  const text = Array.from({ length: 6 }, (_, index) => `api>f${index} f${index}>table`).join(" ");
  const { arrows } = laidOut(text);
  const ends = arrows.flatMap((arrow) => [points(arrow)[0], points(arrow).at(-1)].map(String));
  assert.equal(new Set(ends).size, 2 * arrows.length);
});

test("what no arrow joins stands apart, the largest first", () => {
  const { node } = laidOut("site>bucket api>read read>table", 300);
  assert.ok(node.site.y >= node.api.y + node.api.height + SIZES.apart);
  assert.ok(laidOut("site>bucket api>read read>table", 2000).node.site.x > node.table.x);
});

test("a narrow place makes nodes and gaps narrow, to their least", () => {
  const widths = [2000, 1000, 300].map((width) => laidOut("api>a a>b b>c c>table", width).width);
  assert.ok(widths[0] > widths[1] && widths[1] > widths[2], widths);
  assert.ok(widths[1] <= 1000, widths);
  assert.equal(widths[2], 5 * SIZES.node.least + 4 * SIZES.gap.least);
});

test("arrows that lead nowhere are left out, and an empty graph is empty", () => {
  const { nodes } = graph("api>read");
  const drawn = layout({ nodes, arrows: [{ from: "api", to: "gone" }] }, { width: WIDTH });
  assert.equal(drawn.arrows.length, 0);
  assert.deepEqual(layout({ nodes: [], arrows: [] }, { width: WIDTH }), { width: 0, height: 0, nodes: [], arrows: [] });
});

test("the same graph looks the same each time", () => {
  const text = "api>a api>b a>table b>table b>queue a>api table>stream stream>c c>api";
  assert.deepEqual(laidOut(text), laidOut(text));
});

test("a way back from far does not push what is near away", () => {
  const { arrows } = graph("api>a a>table table>b b>table-2 a>table-2");
  const found = columns(["api", "a", "table", "b", "table-2"], arrows, (id) => id === "api");
  assert.deepEqual(Object.fromEntries(found), { api: 0, a: 1, table: 2, b: 3, "table-2": 2 });
});

test("columns are sorted so that fewer arrows cross", () => {
  const links = [
    ["a", "z"],
    ["b", "y"],
    ["c", "x"],
  ].map(([left, right]) => ({ left, right }));
  const [, right] = sorted(
    [
      ["a", "b", "c"],
      ["x", "y", "z"],
    ],
    links,
  );
  assert.deepEqual(right, ["z", "y", "x"]);
});
