// A panel for each stack: where its pages are, what of it does not run, its graph, and the last thing that happened.
// Draws no graph itself, and asks nobody: it is shown what the store knows.

import { at, instance, showEach, write } from "./shared/elements.js";
import { make } from "./elements.js";
import { Graph } from "./graph.js";
import { arrowOf, isBad, isDenied, stacks, words } from "./happening.js";
import { nodeFacts } from "./facts.js";
import { time } from "./values.js";

const template = at("stack-panel");
/** What a panel's border and padding take at most. */
const PADDING = 44;

export class Stacks {
  #list;
  #store;
  #open;
  #graphs = new Map();
  #width = 0;
  /** The stack that alone is shown, or null. */
  chosen = null;

  constructor(list, store, open) {
    this.#list = list;
    this.#store = store;
    this.#open = open;
    new ResizeObserver(() => this.show()).observe(list);
  }

  /** The names of all stacks. */
  get names() {
    return Object.keys(this.#store.state?.stacks ?? {});
  }

  /** Shows state and graph as they are now. What the side panel takes away does not turn a graph round. */
  show() {
    if (!document.body.classList.contains("beside-details"))
      this.#width = Math.max(0, this.#list.clientWidth - PADDING);
    const shown = this.names.filter((name) => this.chosen === null || this.chosen === name);
    showEach(this.#list, shown, {
      key: String,
      make: (name) => this.#newPanel(name),
      show: (panel, name) => this.#show(panel, name),
    });
    for (const name of this.#graphs.keys()) if (!shown.includes(name)) this.#graphs.delete(name);
    this.tell();
  }

  /** Writes the counts again. */
  tell() {
    if (!this.#store.graph) return;
    const facts = nodeFacts(this.#store);
    for (const graph of this.#graphs.values()) graph.tell(facts, (key) => this.#store.count(key));
  }

  /** Lets what happened be seen: a pulse on each arrow, and the last line of each panel. */
  happened(happenings) {
    const pulses = new Map();
    for (const happening of happenings.filter((one) => this.#store.isLive(one))) {
      const key = arrowOf(happening);
      if (key) pulses.set(key, pulses.get(key) || isDenied(happening));
    }
    for (const graph of this.#graphs.values()) for (const [key, isWrong] of pulses) graph.pulse(key, isWrong);
    const last = new Map(
      happenings.filter(({ kind }) => kind !== "call").flatMap((one) => stacks(one).map((name) => [name, one])),
    );
    for (const panel of this.#list.children) showLast(panel, last.get(panel.dataset.key));
  }

  #newPanel(name) {
    const panel = instance(template);
    const heading = panel.querySelector("[data-name]");
    heading.id = `stack-${name}`;
    panel.setAttribute("aria-labelledby", heading.id);
    write(heading, name);
    const board = panel.querySelector("[data-graph]");
    board.setAttribute("aria-label", `Parts of ${name} and what they ask of each other`);
    this.#graphs.set(name, new Graph(board, this.#open));
    const [last] = this.#store.latest((one) => one.kind !== "call" && stacks(one).includes(name), 1);
    showLast(panel, last);
    return panel;
  }

  #show(panel, name) {
    showOutputs(panel, this.#store.state.stacks[name].outputs);
    showProblems(
      panel,
      this.#store.state.problems.filter(({ stack }) => stack === name),
    );
    if (!this.#store.graph || this.#width === 0) return;
    this.#graphs.get(name).show(graphOf(name, this.#store.graph), this.#width);
  }
}

/** The nodes of a stack, and those of others that it has to do with. */
function graphOf(stack, { nodes, arrows }) {
  const own = new Set(nodes.filter((node) => node.stack === stack).map(({ name }) => name));
  const shown = arrows.filter(({ from, to }) => own.has(from) || own.has(to));
  const named = new Set([...own, ...shown.flatMap(({ from, to }) => [from, to])]);
  const all = nodes
    .filter(({ name }) => named.has(name))
    .map((node) => (own.has(node.name) ? node : { ...node, label: node.name }));
  return { nodes: all, arrows: shown };
}

/** Pages have links of their own; every output is in the list. */
function showOutputs(panel, outputs) {
  const all = Object.entries(outputs);
  const pages = all.filter(([name, value]) => /(Page|Create)Url$/.test(name) && /^https?:/.test(value));
  const links = panel.querySelector("[data-links]");
  const show = (link, [name, url]) => (link.href === url || (link.href = url), write(link, pageName(name)));
  const key = ([name]) => name;
  showEach(links, pages, {
    key,
    make: () => make("a.button.page-link", { target: "_blank", rel: "noreferrer" }),
    show,
  });
  const list = panel.querySelector("[data-outputs]");
  const rows = all.flatMap(([name, value]) => [
    { tag: "dt", name, text: name },
    { tag: "dd", name, text: value },
  ]);
  showEach(list, rows, {
    key: ({ tag, name }) => `${tag} ${name}`,
    make: ({ tag }) => make(tag),
    show: (element, { text }) => write(element, String(text)),
  });
  panel.querySelector("details").hidden = all.length === 0;
}

/** `PageUrl` is the page, `CreateUrl` that by which something is created. */
function pageName(output) {
  const name = output.replace(/Url$/, "");
  return name === "Page" ? "Open the page" : `Open ${name.toLowerCase()}`;
}

function showProblems(panel, problems) {
  const list = panel.querySelector("[data-problems]");
  list.hidden = problems.length === 0;
  const text = ({ resource, message, hint, declaredAt }) =>
    [resource, message, hint && `hint: ${hint}`, declaredAt && `declared at ${declaredAt}`].filter(Boolean).join(" · ");
  showEach(list, problems, {
    key: text,
    make: () => make("li.notice.wrong.small"),
    show: (row, each) => write(row, text(each)),
  });
}

function showLast(panel, happening) {
  if (!happening) return;
  const { place, text } = words(happening);
  const line = panel.querySelector("[data-last]");
  write(line, `${time(happening.at)}  ${place} ${text}`);
  line.classList.toggle("wrong", isBad(happening));
}
