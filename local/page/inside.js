// The page of `/_local/`: ties what is known of the running system to the places where it is shown.
// Knows nothing that the store does not know.

import { at, showEach, write } from "./shared/elements.js";
import { holding } from "./shared/form.js";
import { showStatus } from "./shared/status.js";
import { Timers } from "./shared/timers.js";
import { Details } from "./details.js";
import { make } from "./elements.js";
import { showFailures } from "./failures.js";
import { showFaults } from "./faults.js";
import { Log } from "./log.js";
import { Stacks } from "./stacks.js";
import { Store } from "./store.js";
import { counted } from "./values.js";

/** Milliseconds between two refreshes of the lists, and while a lot happens. */
const BETWEEN = 160;
const BUSY = 600;
const A_LOT = 150;
const LOST = {
  starting: "The stacks are starting. This page shows them as soon as they are up.",
  reconnecting:
    "local does not answer. Start it again, and this page comes back by itself; what is shown is from before.",
};

const store = new Store();
const timers = new Timers();
const details = new Details(store);
const open = (what) => details.open(what);
const stacks = new Stacks(at("stacks"), store, open);
const log = new Log(
  {
    lines: at("lines"),
    kind: at("kind"),
    stack: at("stack"),
    text: at("text"),
    pause: at("pause"),
    held: at("held"),
    empty: at("no-line"),
    missed: at("missed"),
    filters: at("filters"),
  },
  store,
);
/** Happenings that no list shows yet. */
let unseen = [];
let isBusy = false;

store.addEventListener("link", showLink);
store.addEventListener("run", forgetAll);
store.addEventListener("look", showLook);
store.addEventListener("faults", () => (showWaiting(), stacks.tell()));
store.addEventListener("happenings", ({ detail }) => {
  unseen.push(...detail);
  stacks.happened(detail);
  stacks.tell();
  showGlance();
  if (!timers.has("lists")) timers.after("lists", isBusy ? BUSY : BETWEEN, showLists);
});

function showLink() {
  const states = { connecting: "connecting", starting: "loading", open: "open", reconnecting: "reconnecting" };
  showStatus(at("status"), states[store.link]);
  const text = LOST[store.link] ?? "";
  at("lost").hidden = !text;
  write(at("lost"), text);
}

/** Another run: nothing of the one before is true any more. */
function forgetAll() {
  unseen = [];
  details.close();
  log.show();
  showFailureList();
}

/** Graph and state are new. */
function showLook() {
  const { names } = stacks;
  at("loading").hidden = true;
  at("no-stack").hidden = names.length > 0;
  at("overview").hidden = at("beside").hidden = names.length === 0;
  write(at("place"), `${store.state.endpoint} · ${store.state.region}`);
  if (!names.includes(stacks.chosen)) stacks.chosen = null;
  stacks.show();
  log.offer(names);
  showChoices(names);
  showGlance();
  showWaiting();
  details.show();
}

function showLists() {
  isBusy = unseen.length > A_LOT;
  log.happened(unseen);
  unseen = [];
  showFailureList();
  details.show();
}

function showFailureList() {
  showFailures(at("failures-list"), store.failures, open);
  at("no-failure").hidden = store.failures.length > 0;
  at("seen").hidden = store.failures.length === 0;
  showGlance();
}

/** Which stack is shown, one button each. */
function showChoices(names) {
  const choices = ["", ...(names.length > 1 ? names : [])];
  at("choices").hidden = names.length < 2;
  showEach(at("choices"), choices, {
    key: String,
    make: (name) =>
      make("button.choice", name || "All stacks", { type: "button", onclick: () => choose(name || null) }),
    show: (button, name) => button.setAttribute("aria-pressed", String((stacks.chosen ?? "") === name)),
  });
}

function choose(name) {
  stacks.chosen = name;
  stacks.show();
  log.choose(name);
  showChoices(stacks.names);
}

/** A few numbers for the whole. */
function showGlance() {
  const { state, failureCount } = store;
  if (!state) return;
  const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
  const figures = [
    ["client", "connected", state.connections.length],
    ["call", "", sum([...store.counts.values()].map(({ calls }) => calls))],
    ["run", "of functions", sum(state.functions.map(({ invoked, invocations }) => invoked ?? invocations.length))],
    ["item", "", sum(state.tables.map(({ items }) => items))],
    ...(state.problems.length > 0 ? [["problem", "of stacks", state.problems.length]] : []),
    ["failure", "", failureCount],
  ];
  showEach(at("glance"), figures, {
    key: ([word]) => word,
    make: ([word]) => make("li", word === "failure" ? make("a", { href: "#failures" }) : make("span")),
    show: (row, [word, more, number]) => {
      write(row.firstElementChild, `${counted(number, word)} ${more}`.trim());
      row.classList.toggle("bad", ["problem", "failure"].includes(word) && number > 0);
    },
  });
}

function showWaiting() {
  const {
    state: { faults },
    graph,
  } = store;
  const hadKeyboard = document.activeElement === at("forget");
  at("faults").hidden = faults.length === 0;
  showFaults(at("faults-list"), faults, graph.nodes);
  if (hadKeyboard && faults.length === 0) at("failures-heading").focus();
}

at("forget").addEventListener("click", () => holding(at("forget"), () => store.forgetFaults()).catch(() => {}));
at("seen").addEventListener("click", () => {
  store.forgetFailures();
  showFailureList();
  at("failures-heading").focus();
});

store.start();
