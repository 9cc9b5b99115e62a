// What the side panel is made of: facts, arrows, events, invocations, connections.
// Each section is an element with `show()`, which brings it up to date and leaves alone what did not change.

import { showEach, write } from "./shared/elements.js";
import { facts, make } from "./elements.js";
import { faultForm } from "./faults.js";
import { arrowKey, duration, nameBeside } from "./happening.js";
import { showLines } from "./log.js";
import { counted, logLine, time } from "./values.js";

const EVENTS = 40;
const INVOCATIONS = 30;

/** A part of the panel with a heading. */
export function section(heading, element, show) {
  return { element: make("section.part", make("h3", heading), element), show };
}

/** Facts that are read again each time; `read()` answers pairs. */
export function factsSection(read) {
  const element = make("div");
  let before = "";
  const show = () => {
    const pairs = read();
    const now = JSON.stringify(pairs);
    if (now !== before) element.replaceChildren(facts(pairs));
    before = now;
  };
  return { element, show };
}

/** The arrows to and from a node, each of which opens. */
export function arrowsSection(store, name, open) {
  const list = make("ul.plain.arrows");
  const show = () => {
    const own = (store.graph?.arrows ?? []).filter(({ from, to }) => from === name || to === name);
    showEach(list, own, {
      key: arrowKey,
      make: (arrow) => newArrow(arrow, name, open),
      show: (row, arrow) => showCount(row, store.count(arrowKey(arrow))),
    });
  };
  return section("Arrows", list, show);
}

function newArrow(arrow, name, open) {
  const said = arrow.from === name ? `→ ${nameBeside(arrow.to, name)}` : `← ${nameBeside(arrow.from, name)}`;
  const button = make("button.link", said, { type: "button", onclick: () => open({ arrow: arrowKey(arrow) }) });
  return make("li", button, make("span.faint.small", { "data-count": "" }));
}

function showCount(row, { calls, denied, failed }) {
  const said = [counted(calls, "call"), denied > 0 && `${denied} denied`, failed > 0 && `${failed} failed`];
  write(row.querySelector("[data-count]"), said.filter(Boolean).join(", "));
  row.classList.toggle("wrong", denied + failed > 0);
}

/** The latest happenings that pass a test. */
export function eventsSection(store, heading, test) {
  const list = make("ol.lines");
  const none = make("p.faint", "Nothing yet.");
  const show = () => {
    const found = store.latest(test, EVENTS);
    showLines(list, found);
    none.hidden = found.length > 0;
  };
  return section(heading, make("div", none, list), show);
}

/** A function's invocations, each with the lines it wrote. */
export function invocationsSection(store, name) {
  const list = make("ol.plain.invocations");
  const none = make("p.faint", "It did not run yet.");
  const show = () => {
    const found = invocations(store, name);
    none.hidden = found.length > 0;
    showEach(list, found, {
      key: ({ requestId, sequence }) => `${requestId} ${sequence}`,
      make: newInvocation,
      show: showInvocation,
    });
  };
  return section("Invocations", make("div", none, list), show);
}

/** Those that the state has, and those that came since, with their log lines. */
function invocations(store, name) {
  const told = store.latest((one) => one.kind === "invoke" && one.function === name, INVOCATIONS);
  const seen = new Set(told.map(({ sequence }) => sequence));
  const state = store.state?.functions.find((each) => each.name === name)?.invocations ?? [];
  const all = [...told, ...state.filter(({ sequence }) => !seen.has(sequence))].slice(0, INVOCATIONS);
  const lines = store.latest((one) => one.kind === "log" && one.function === name, Infinity).reverse();
  return all.map((one) => ({ ...one, lines: lines.filter(({ requestId }) => requestId === one.requestId) }));
}

function newInvocation({ at, error, milliseconds, requestId }) {
  const result = error ? make("span.wrong", "failed") : make("span.fine", "ok");
  return make(
    "li",
    make(
      "details",
      make(
        "summary",
        make("time", time(at), { datetime: at }),
        result,
        make("span", duration(milliseconds)),
        make("span.faint.small", { "data-lines": "" }),
      ),
      make("p.faint.small", requestId),
      error && make("p.wrong.small", error),
      make("ol.plain.log-lines", { "data-log": "" }),
    ),
  );
}

function showInvocation(entry, { lines }) {
  write(entry.querySelector("[data-lines]"), lines.length > 0 ? counted(lines.length, "line") : "");
  const list = entry.querySelector("[data-log]");
  showEach(list, lines, { key: ({ sequence }) => String(sequence), make: newLogLine, show: () => {} });
}

function newLogLine({ line, at }) {
  const { level, message, fields } = logLine(line);
  return make(
    "li.small",
    { "data-level": level },
    make("p", make("time.faint", time(at)), " ", level && make("strong", level), " ", message),
    fields.length > 0 && facts(fields),
  );
}

/** The clients of an API, each with a form for faults. */
export function connectionsSection(store, api) {
  const list = make("ul.plain.connections");
  const none = make("p.faint", "Nobody is connected.");
  const show = () => {
    const found = (store.state?.connections ?? []).filter((each) => each.api === api).slice(0, 100);
    none.hidden = found.length > 0;
    showEach(list, found, { key: ({ id }) => id, make: (each) => newConnection(each, store), show: showConnection });
  };
  return section("Connections", make("div", none, list), show);
}

function newConnection({ id, connectedAt, sourceIp, userAgent, stage, subscriptions }, store) {
  const canFail = !subscriptions;
  return make(
    "li",
    make(
      "details",
      make("summary", make("code", id), make("span.faint.small", { "data-active": "" })),
      facts([
        ["Connected", time(connectedAt)],
        ["Stage", stage],
        ["From", sourceIp],
        ["Client", userAgent],
      ]),
      make("p.small", { "data-subscriptions": "" }),
      canFail &&
        make(
          "div",
          make("h4", "Fail its next messages"),
          faultForm({ connection: id }, (fault) => store.addFault(fault)),
        ),
    ),
  );
}

function showConnection(entry, { lastActiveAt, connectedAt, subscriptions }) {
  write(
    entry.querySelector("[data-active]"),
    `since ${time(connectedAt)}${lastActiveAt ? `, active ${time(lastActiveAt)}` : ""}`,
  );
  const said = (subscriptions ?? []).join(", ");
  write(entry.querySelector("[data-subscriptions]"), said && `Subscribed to ${said}`);
}
