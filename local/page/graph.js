// The graph of one stack: its nodes as buttons over lines of SVG, with what is counted beside them.
// Decides neither where anything stands nor what a click opens.

import { write } from "./shared/elements.js";
import { breakable, make, mark } from "./elements.js";
import { arrowKey, shortName } from "./happening.js";
import { icon, kindWord, svg } from "./icons.js";
import { layout } from "./layout.js";
import { counted, short } from "./values.js";

const PULSE = 700;
const still = matchMedia("(prefers-reduced-motion: reduce)");

export class Graph {
  #board;
  #open;
  #shape = "";
  #nodes = new Map();
  #arrows = new Map();

  /** Draws into `board`; `open({ node })` and `open({ arrow })` are told what was chosen. */
  constructor(board, open) {
    this.#board = board;
    this.#open = open;
    board.addEventListener("pointerover", ({ target }) => this.#mark(target.closest("[data-node]")));
    board.addEventListener("pointerleave", () => this.#mark(null));
    board.addEventListener("focusin", ({ target }) => this.#mark(target.closest("[data-node]")));
    board.addEventListener("focusout", () => this.#mark(null));
  }

  /** Shows this graph within a width; it is laid out anew only if it is another one. */
  show({ nodes, arrows }, width) {
    const shape = JSON.stringify([width, nodes.map(({ name, kind }) => [name, kind]), arrows.map(arrowKey)]);
    if (shape === this.#shape) return;
    this.#shape = shape;
    this.#draw(nodes, arrows, layout({ nodes, arrows }, { width }));
  }

  /** Writes what is counted: `nodeFacts(name)` and `count(key)` know it. */
  tell(nodeFacts, count) {
    for (const [name, node] of this.#nodes) tellNode(node, nodeFacts(name));
    for (const [key, arrow] of this.#arrows) if (tellArrow(arrow, count(key))) this.pulse(key, true);
  }

  /** Lets what went along an arrow be seen. */
  pulse(key, isBad) {
    const arrow = this.#arrows.get(key);
    if (!arrow || still.matches || (arrow.pulse?.playState === "running" && !isBad)) return;
    mark(arrow.flow, "data-bad", String(isBad));
    const length = (arrow.length ??= arrow.flow.getTotalLength());
    const dashes = `14 ${length + 14}`;
    const steps = { strokeDasharray: [dashes, dashes], strokeDashoffset: [14, -length], opacity: [1, 1] };
    arrow.pulse = arrow.flow.animate(steps, { duration: PULSE, easing: "ease-in-out" });
    const shadow = { boxShadow: [`0 0 0 5px var(${isBad ? "--bad" : "--flow"})`, "0 0 0 0 transparent"] };
    arrow.target?.button.animate(shadow, { duration: 500, delay: PULSE * 0.7 });
  }

  #draw(nodes, arrows, { width, height, nodes: boxes, arrows: lines }) {
    const focused = this.#board.contains(document.activeElement) ? document.activeElement.dataset : null;
    this.#board.style.width = `${width}px`;
    this.#board.style.height = `${height}px`;
    const picture = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
    const byName = new Map(nodes.map((node) => [node.name, node]));
    this.#nodes = new Map(boxes.map((box) => [box.name, newNode(byName.get(box.name), box)]));
    this.#arrows = new Map(lines.map((line) => [arrowKey(line), this.#newArrow(line, picture)]));
    for (const [name, { button }] of this.#nodes) button.addEventListener("click", () => this.#open({ node: name }));
    this.#board.replaceChildren(picture, ...inReadingOrder(this.#nodes, lines, this.#arrows));
    if (focused) this.#focus(focused);
  }

  #newArrow(line, picture) {
    const key = arrowKey(line);
    const arrow = newArrow(line, this.#nodes.get(line.to));
    const open = () => this.#open({ arrow: key });
    arrow.group.addEventListener("click", open);
    arrow.button.addEventListener("click", open);
    picture.append(arrow.group);
    return arrow;
  }

  #focus({ node, arrow }) {
    (this.#nodes.get(node) ?? this.#arrows.get(arrow))?.button.focus();
  }

  /** The arrows of a node stand out while it is pointed at. */
  #mark(button) {
    const name = button?.dataset.node;
    if (this.#board.dataset.marked === (name ?? "")) return;
    this.#board.dataset.marked = name ?? "";
    for (const { line, group, button: count } of this.#arrows.values()) {
      const isOwn = line.from === name || line.to === name;
      for (const element of [group, count]) element.classList.toggle("own", isOwn);
    }
  }
}

function newNode(node, { x, y, width, height }) {
  const facts = make("span.told");
  const more = make("span.unseen");
  const label = make("span.label", breakable(node.label));
  const button = make(
    "button.node",
    { type: "button", "data-node": node.name, "data-kind": node.kind, title: node.name },
    make("span.tile", icon(node.kind)),
    make("span.words", label, make("span.unseen", kindWord(node.kind)), facts, more),
  );
  Object.assign(button.style, { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` });
  return { button, node, facts, more };
}

/** `told` is a few words, `problem` what is wrong, `busy` whether it is at work. */
function tellNode({ button, facts, more }, { told, problem, busy, faults }) {
  write(facts, [told, problem].filter(Boolean).join(" · "));
  button.classList.toggle("bad", Boolean(problem));
  button.classList.toggle("busy", Boolean(busy));
  button.classList.toggle("faulty", faults > 0);
  write(more, faults > 0 ? counted(faults, "fault waits", "faults wait") : "");
}

function newArrow(line, target) {
  const group = svg("g", { class: "arrow", transform: `translate(${line.x} ${line.y})`, "data-way": line.way });
  const flow = svg("path", { d: line.d, class: "flow" });
  group.append(svg("path", { d: line.d, class: "hit" }), svg("path", { d: line.d, class: "line" }), tip(line), flow);
  const button = make("button.count", { type: "button", "data-arrow": arrowKey(line), "data-side": line.side });
  Object.assign(button.style, { left: `${line.at.x + line.x}px`, top: `${line.at.y + line.y}px` });
  return { line, group, button, flow, target, length: null, pulse: null };
}

/** The point of an arrow. All ways end straight. */
function tip({ d, way }) {
  const [x, y] = d
    .match(/[-\d.]+ [-\d.]+$/)[0]
    .split(" ")
    .map(Number);
  const back = { onward: [-7, 0], back: [7, 0], beside: [7, 0], in: [-7, 0], within: [0, -7] }[way];
  const wide = back[0] === 0 ? [4, 0] : [0, 4];
  const corners = [
    [x, y],
    [x + back[0] + wide[0], y + back[1] + wide[1]],
    [x + back[0] - wide[0], y + back[1] - wide[1]],
  ];
  return svg("path", { d: `M${corners.map((corner) => corner.join(" ")).join("L")}Z`, class: "tip" });
}

/** True if more calls failed than before. */
function tellArrow(arrow, { calls, denied, failed }) {
  const { line, group, button } = arrow;
  const told = `${calls} ${denied} ${failed}`;
  if (arrow.told === told) return false;
  arrow.told = told;
  const bad = denied + failed;
  write(button, calls + bad === 0 ? "" : bad > 0 ? `${short(calls + denied)}!` : short(calls));
  const state = bad > 0 ? "bad" : calls > 0 ? "used" : "unused";
  for (const element of [group, button]) mark(element, "data-state", state);
  const said = [counted(calls, "call"), denied > 0 && `${denied} denied`, failed > 0 && `${failed} failed`].filter(
    Boolean,
  );
  mark(button, "aria-label", `${shortName(line.from)} to ${shortName(line.to)}: ${said.join(", ")}`);
  const isWorse = failed > (arrow.failed ?? failed);
  arrow.failed = failed;
  return isWorse;
}

/** From left to right: what comes to a node from outside, the node, and the counts of the arrows that leave it. */
function inReadingOrder(nodes, lines, arrows) {
  const sorted = [...nodes.values()].sort(
    (a, b) =>
      parseFloat(a.button.style.left) - parseFloat(b.button.style.left) ||
      parseFloat(a.button.style.top) - parseFloat(b.button.style.top),
  );
  return sorted.flatMap(({ node, button }) => {
    const counts = (test) => lines.filter(test).map((line) => arrows.get(arrowKey(line)).button);
    const coming = counts(({ way, to }) => way === "in" && to === node.name);
    return [...coming, button, ...counts(({ from }) => from === node.name)];
  });
}
