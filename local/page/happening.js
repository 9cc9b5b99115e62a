// What a happening says: to whom it happened, in which words, and whether somebody should look at it.
// Keeps nothing and shows nothing.

import { logLine } from "./values.js";

/** Every kind of happening, in the words of a filter. */
export const KINDS = {
  call: "Calls between parts",
  invoke: "Invocations",
  log: "Log lines",
  request: "HTTP requests",
  message: "WebSocket messages",
  connection: "Connections",
  batch: "Batches",
  event: "Events of buses",
  denied: "Denied calls",
  failure: "Failures",
  stack: "Stacks",
};

const PARTS = {
  connection: ({ api }) => [api],
  message: ({ api }) => [api],
  request: ({ to }) => [to],
  invoke: ({ function: name }) => [name],
  log: ({ function: name }) => [name],
  batch: ({ source, function: name }) => [source, `${source} stream`, name],
  event: ({ bus }) => [bus],
  denied: ({ function: name, from, to }) => [from ?? name, to],
  failure: ({ place }) => [place],
  stack: ({ stack }) => [stack],
  call: ({ from, to }) => [from, to],
};

/** Names of the nodes that it is about. */
export function parts(happening) {
  return (PARTS[happening.kind]?.(happening) ?? []).filter((name) => typeof name === "string");
}

/** Names of the stacks that it is about. */
export function stacks(happening) {
  return [...new Set(parts(happening).map(stackOf))];
}

export function stackOf(name) {
  return name.split("/")[0];
}

/** The name of a node without its stack. */
export function shortName(name) {
  return name.slice(name.indexOf("/") + 1);
}

/** How a node is called beside another one: without the stack that they share. */
export function nameBeside(name, other) {
  return stackOf(name) === stackOf(other) ? shortName(name) : name;
}

/** The name of an arrow. */
export function arrowKey({ from, to }) {
  return `${from} → ${to}`;
}

/** The arrow that it went along, or null. */
export function arrowOf({ kind, from, to }) {
  return (kind === "call" || kind === "denied") && from && to ? arrowKey({ from, to }) : null;
}

/** How batches fare that nobody has to look at. */
const FINE = /^\d+ records? (handled|sent|matched)|^tried again|^batch cut|^the stream ended/;

/** Whether somebody should look at it. */
export function isBad({ kind, error, status, outcome, event }) {
  if (kind === "denied" || kind === "failure") return true;
  if (kind === "invoke") return Boolean(error);
  if (kind === "request") return status >= 500;
  if (kind === "connection") return / 5\d\d/.test(event);
  return kind === "batch" && !FINE.test(outcome);
}

export function isDenied({ kind, denied }) {
  return kind === "denied" || denied === true;
}

/** `12.3 ms`, `1.2 s`. */
export function duration(milliseconds) {
  if (!Number.isFinite(milliseconds)) return "";
  return milliseconds < 1000 ? `${milliseconds.toFixed(1)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}

const WORDS = {
  connection: ({ connection, event }) => `${connection} ${event}`,
  message: ({ connection, fromClient, route, bytes }) =>
    fromClient ? `${connection} → ${route ?? "no route"} (${bytes} B)` : `${connection} ← ${bytes} B`,
  request: ({ method, path, status, milliseconds, reason }) =>
    `${method} ${path} ${status} ${duration(milliseconds)}${reason ? `: ${reason}` : ""}`,
  invoke: ({ error, milliseconds }) =>
    error ? `failed after ${duration(milliseconds)}: ${error}` : `ran ${duration(milliseconds)}`,
  log: ({ line }) => logLine(line).text,
  batch: ({ source, function: name, outcome }) => `→ ${nameBeside(name, source)} ${outcome}`,
  event: ({ event }) => event,
  denied: ({ message }) => message,
  failure: ({ message }) => message,
  stack: ({ event }) => event,
  call: ({ from, to, action }) => `→ ${nameBeside(to, from)} ${action}`,
};

/** Where it happened, and what, in one line each. */
export function words(happening) {
  const text = WORDS[happening.kind]?.(happening) ?? JSON.stringify(happening);
  return { place: parts(happening)[0] ?? "", text };
}
