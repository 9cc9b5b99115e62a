// Failures and denied calls as a list: what, who, why, and where it is declared.
// Keeps nothing: the store does.

import { showEach, write } from "./shared/elements.js";
import { make } from "./elements.js";
import { nameBeside, parts, words } from "./happening.js";
import { time } from "./values.js";

const MOST = 60;
const TITLES = {
  denied: "Denied",
  failure: "Failure",
  invoke: "Function failed",
  request: "Request failed",
  batch: "Batch failed",
  connection: "Connection refused",
};

/** Shows these failures, the newest first; the same one over and over is one entry with a count. */
export function showFailures(list, failures, open) {
  const entries = grouped(failures).slice(0, MOST);
  showEach(list, entries, { key: ({ key }) => key, make: (entry) => newEntry(entry, open), show: showEntry });
}

function grouped(failures) {
  const entries = new Map();
  for (const failure of [...failures].reverse()) {
    const key = [failure.kind, parts(failure).join(" "), reason(failure).replace(/[\d.]+ m?s\b/g, "")].join(" ");
    const entry = entries.get(key);
    if (entry) entry.count += 1;
    else entries.set(key, { key, failure, count: 1 });
  }
  return [...entries.values()];
}

/** Why it failed, in the words of who refused it. */
function reason(failure) {
  const { kind, error, message, outcome, event, reason: told, method, path, status } = failure;
  if (kind === "request") return `${method} ${path} was answered with ${status}${told ? `: ${told}` : ""}`;
  return error ?? message ?? outcome ?? event ?? words(failure).text;
}

function newEntry({ failure }, open) {
  const [from, to] = parts(failure);
  const place = failure.kind === "batch" ? failure.function : from;
  const isNode = place?.includes("/");
  const name = isNode
    ? make("button.link", place, { type: "button", onclick: () => open({ node: place }) })
    : make("span", place ?? "");
  return make(
    "li.failure",
    make(
      "p.small",
      make("span.kind", TITLES[failure.kind] ?? failure.kind, { "data-kind": failure.kind }),
      " ",
      name,
      to && failure.kind === "denied" ? ` → ${nameBeside(to, from)}` : "",
    ),
    make("p.reason", reason(failure)),
    failure.kind === "denied" &&
      make("p.faint.small.denial", `${failure.action} on ${failure.resource}, as ${failure.who}`),
    make("p.faint.small", { "data-when": "" }),
  );
}

function showEntry(entry, { failure, count }) {
  const declared = failure.declaredAt ? `declared at ${failure.declaredAt}` : "";
  const often = count > 1 ? `${count} times, last ${time(failure.at)}` : time(failure.at);
  write(entry.querySelector("[data-when]"), [often, declared].filter(Boolean).join(" · "));
}
