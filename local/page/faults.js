// Faults: the form that injects one, and the words for those that wait.
// Injects nothing itself: it is given what does.

import { showEach, write } from "./shared/elements.js";
import { attempt, clear, isRight } from "./shared/form.js";
import { make } from "./elements.js";
import { counted } from "./values.js";

/** By what a fault names: the statuses it may have, and what they mean there. The first is chosen. */
const STATUSES = {
  table: [
    [500, "500 InternalServerError"],
    [503, "503 ServiceUnavailable"],
    [400, "400 ProvisionedThroughputExceeded"],
    [null, "none: only wait"],
  ],
  function: [
    [500, "500 the function fails"],
    [429, "429 it is throttled"],
    [null, "none: only wait"],
  ],
  connection: [
    [410, "410 GoneException"],
    [429, "429 LimitExceeded"],
    [500, "500 the service fails"],
    [null, "none: only wait"],
  ],
};
const HINTS = {
  table:
    "SDKs try again by themselves, the Rust one three times in all: fewer failures than that are often not noticed.",
  function: "An asynchronous call or a batch is tried again.",
  connection: "What is sent to this client meets it.",
};

/** A form for faults of what `target` names: `{ table }`, `{ function }` or `{ connection }`. `add(fault)` adds one. */
export function faultForm(target, add) {
  const [kind, name] = Object.entries(target)[0];
  const id = (field) => `fault-${field}-${name.replace(/\W/g, "-")}`;
  const options = STATUSES[kind].map(([status, word]) => make("option", word, { value: status ?? "" }));
  const form = make(
    "form.fault",
    { novalidate: "" },
    field("Status", make("select", options, { name: "status", id: id("status") })),
    field(
      "Calls",
      make("input", { name: "calls", id: id("calls"), inputmode: "numeric", value: kind === "table" ? 3 : 1 }),
      "calls",
    ),
    field("Wait, in ms", make("input", { name: "wait", id: id("wait"), inputmode: "numeric", value: 0 }), "wait"),
    make("p.notice.wrong", { "data-wrong": "form", role: "alert", hidden: "" }),
    make("button.button", "Inject", { type: "submit" }),
    make("p.faint.small.hint", HINTS[kind]),
    make("p.small", { role: "status", "data-done": "" }),
  );
  form.addEventListener("input", () => clear(form));
  form.addEventListener("submit", (event) => (event.preventDefault(), inject(form, target, add)));
  return form;
}

function field(label, input, wrong) {
  const problem = wrong && make("p.wrong.small", { "data-wrong": wrong, id: `${input.id}-wrong`, hidden: "" });
  if (problem) input.setAttribute("aria-describedby", problem.id);
  return make("div.field", make("label", label, { for: input.id }), input, problem);
}

async function inject(form, target, add) {
  const { status, calls, wait } = form.elements;
  const problems = { calls: outside(calls.value, 1, 1_000_000), wait: outside(wait.value, 0, 60_000) };
  write(form.querySelector("[data-done]"), "");
  if (!isRight(form, problems)) return;
  const fault = { ...target, calls: Number(calls.value) };
  if (Number(wait.value) > 0) fault.wait = Number(wait.value);
  if (status.value) fault.status = Number(status.value);
  const done = await attempt(form, form.querySelector("[type=submit]"), () => add(fault));
  if (done) write(form.querySelector("[data-done]"), `It waits for ${counted(fault.calls, "call")}.`);
}

function outside(text, least, most) {
  const number = Number(text.trim() || NaN);
  const isRightNumber = Number.isInteger(number) && number >= least && number <= most;
  return isRightNumber ? "" : `A whole number from ${least} to ${most.toLocaleString("en")}.`;
}

/** What a fault will do to what. */
function faultWords({ calls = 1, status, wait }, what) {
  const how = [wait > 0 && `wait ${wait} ms`, status && `fail with ${status}`].filter(Boolean).join(" and ");
  return `The next ${calls === 1 ? "call" : counted(calls, "call")} of ${what} will ${how || "go on"}`;
}

/** Shows the faults that wait; `nodes` are those of the graph, by whose names they are told. */
export function showFaults(list, faults, nodes) {
  const named = ({ table, function: name, connection }) =>
    connection ?? nodes.find(({ physicalName }) => physicalName === (table ?? name))?.name ?? table ?? name;
  const rows = faults.map((fault, index) => ({ key: String(index), text: faultWords(fault, named(fault)) }));
  showEach(list, rows, { key: ({ key }) => key, make: () => make("li"), show: (row, { text }) => write(row, text) });
}
