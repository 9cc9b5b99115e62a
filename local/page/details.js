// The side panel: all about one node or one arrow, kept up to date while it is open.
// Knows which sections a kind of node has; what is in them is theirs.

import { at, write } from "./shared/elements.js";
import { faultForm } from "./faults.js";
import { arrowKey, arrowOf, parts, shortName } from "./happening.js";
import { icon, kindWord } from "./icons.js";
import { itemsSection, messagesSection } from "./items.js";
import {
  arrowsSection,
  connectionsSection,
  eventsSection,
  factsSection,
  invocationsSection,
  section,
} from "./sections.js";
import { time } from "./values.js";

const narrow = matchMedia("(max-width: 48rem)");

export class Details {
  #store;
  #sections = [];
  #opener = null;

  constructor(store) {
    this.#store = store;
    at("close").addEventListener("click", () => at("details").close());
    at("details").addEventListener("close", () => this.#closed());
    addEventListener("keydown", (event) => event.key === "Escape" && at("details").open && at("details").close());
  }

  /** Opens it for `{ node }` or `{ arrow }`, names as the graph has them. */
  open(what) {
    const { graph } = this.#store;
    const node = graph?.nodes.find(({ name }) => name === what.node);
    const arrow = graph?.arrows.find((each) => arrowKey(each) === what.arrow);
    if (!node && !arrow) return;
    if (!at("details").contains(document.activeElement)) this.#opener = document.activeElement;
    this.#fill(node ? this.#ofNode(node) : this.#ofArrow(arrow));
    document.body.classList.add("beside-details");
    if (!at("details").open) at("details")[narrow.matches ? "showModal" : "show"]();
    at("details").scrollTop = 0;
    at("details-heading").focus({ preventScroll: true });
    this.#choose(node ? `[data-node="${CSS.escape(node.name)}"]` : `[data-arrow="${CSS.escape(what.arrow)}"]`);
  }

  /** Brings what is shown up to date. */
  show() {
    if (at("details").open) for (const each of this.#sections) each.show();
  }

  close() {
    at("details").close();
  }

  /** Marks what the panel is about, and brings it to where it can be seen beside the panel. */
  #choose(selector) {
    for (const before of document.querySelectorAll(".graph [aria-current]")) before.removeAttribute("aria-current");
    const chosen = selector && document.querySelector(selector);
    chosen?.setAttribute("aria-current", "true");
    if (!narrow.matches) chosen?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  #fill({ kind, heading, said, sections }) {
    for (const each of this.#sections) each.close?.();
    this.#sections = sections;
    at("details-tile").dataset.kind = kind;
    at("details-tile").replaceChildren(icon(kind));
    write(at("details-heading"), heading);
    write(at("details-kind"), said);
    at("details-body").replaceChildren(...sections.map(({ element }) => element));
    for (const each of sections) each.show();
  }

  /** The keyboard goes back to where it was, if that is still there. */
  #closed() {
    for (const each of this.#sections) each.close?.();
    this.#sections = [];
    at("details-body").replaceChildren();
    document.body.classList.remove("beside-details");
    this.#choose(null);
    if (this.#opener?.isConnected) this.#opener.focus();
    this.#opener = null;
  }

  #ofNode(node) {
    const { name, kind, label, stack, physicalName, declaredAt } = node;
    const place = [
      ["Name", physicalName],
      ["Declared at", declaredAt],
    ];
    const sections = [
      factsSection(() => [...place, ...this.#factsOf(node)]),
      ...this.#contentsOf(node),
      arrowsSection(this.#store, name, (what) => this.open(what)),
      eventsSection(this.#store, "Latest events", (happening) => parts(happening).includes(name)),
    ];
    return { kind, heading: label, said: `${kindWord(kind)} of ${stack}`, sections };
  }

  /** What only nodes of this kind have. */
  #contentsOf({ name, kind }) {
    const store = this.#store;
    const fault = (target) =>
      section(
        "Inject a fault",
        faultForm(target, (one) => store.addFault(one)),
        () => {},
      );
    switch (kind) {
      case "function":
        return [invocationsSection(store, name), fault({ function: name })];
      case "table":
        return [itemsSection(store, name), fault({ table: name })];
      case "queue":
        return [messagesSection(store, name)];
      case "webSocketApi":
      case "graphqlApi":
        return [connectionsSection(store, name)];
      default:
        return [];
    }
  }

  #factsOf({ name, kind, physicalName }) {
    const { state } = this.#store;
    const known = (list) => list?.find((each) => each.name === name);
    switch (kind) {
      case "function":
        return functionFacts(known(state?.functions));
      case "table":
        return tableFacts(known(state?.tables));
      case "stream":
        return streamFacts(name, state?.mappings ?? []);
      case "queue":
        return queueFacts(known(state?.queues));
      case "bus":
        return [["Rules", (state?.buses[physicalName] ?? []).join(", ")]];
      default:
        return [];
    }
  }

  #ofArrow(arrow) {
    const { from, to, actions } = arrow;
    const key = arrowKey(arrow);
    const counts = () => {
      const { calls, denied, failed, lastAt, reason } = this.#store.count(key);
      return [
        ["Calls", calls],
        ["Denied", denied || ""],
        ["Failed", failed || ""],
        ["Denied because", denied && reason],
        ["Last", time(lastAt)],
        ["May", actions.join(", ")],
      ];
    };
    const sections = [
      factsSection(counts),
      eventsSection(this.#store, "Latest events", (happening) => arrowOf(happening) === key),
    ];
    const target = this.#store.graph.nodes.find(({ name }) => name === to);
    return {
      kind: target?.kind ?? "outside",
      heading: `${shortName(from)} → ${shortName(to)}`,
      said: `arrow of ${to.split("/")[0]}`,
      sections,
    };
  }
}

function functionFacts(known) {
  if (!known) return [];
  const { handler, memory, timeoutSeconds, environments, idle, waiting, invoked, failed } = known;
  return [
    ["Handler", handler],
    ["Limits", `${memory} MB, ${timeoutSeconds} s`],
    ["Environments", `${environments}, ${environments - idle} at work`],
    ["Waiting", waiting || ""],
    ["Runs", invoked],
    ["Failed", failed || ""],
  ];
}

function tableFacts(known) {
  return known
    ? [
        ["Items", known.items],
        ["Keys", known.keys?.join(", ")],
        ["Stream", known.stream && "yes"],
      ]
    : [];
}

function streamFacts(name, mappings) {
  const own = mappings.filter(({ source }) => `${source} stream` === name);
  return own.flatMap(({ function: reader, position, lastResult, lastProcessed, enabled }) => [
    ["Read by", enabled ? reader : `${reader}, switched off`],
    ["Next record", position],
    ["Last result", lastResult],
    ["Last read", time(lastProcessed)],
  ]);
}

function queueFacts(known) {
  return known
    ? [
        ["Visible", known.visible],
        ["Being handled", known.hidden],
        ["Delayed", known.delayed],
      ]
    : [];
}
