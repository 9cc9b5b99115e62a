// The page of the notes: ties forms, list and service together.
// Knows neither how notes are stored nor how a card is built.

import { backOff } from "./shared/backoff.js";
import { config } from "./shared/config.js";
import { at, hide, write } from "./shared/elements.js";
import { attempt, clear, holding } from "./shared/form.js";
import { showStatus } from "./shared/status.js";
import { Timers } from "./shared/timers.js";
import { notesApi } from "./api.js";
import { Counting } from "./counting.js";
import { fill, noteForm } from "./form.js";
import { showNotes, words } from "./list.js";
import { Notebook } from "./notebook.js";

const notebook = new Notebook(notesApi(config.apiUrl));
const counting = new Counting(notebook);
const timers = new Timers();

/** The id of the note a dialog is open for. */
let chosen = null;
/** The id of the note whose count is worth a word to whoever listens. */
let awaited = null;

notebook.addEventListener("change", show);
counting.addEventListener("change", show);
addEventListener("resize", show);

function show() {
  showNotes(at("notes"), notebook.shown, pending);
  at("empty").hidden = !notebook.isRead || notebook.shown.length > 0;
  at("more").hidden = !notebook.hasMore;
  tellCount(notebook.find(awaited));
}

/** What stands in place of a count that is not there, or null. */
function pending(note) {
  if (notebook.isCounted(note)) return null;
  return counting.hasGivenUp ? "not counted yet" : "counting…";
}

function tellCount(note) {
  if (!note || !notebook.isCounted(note)) return;
  awaited = null;
  tell(`“${note.title}” has ${words(note.wordCount)}.`);
}

function tell(text) {
  at("news").textContent = text;
}

/** How many readings failed in a row. */
let failures = 0;

/** Reads from the service, and shows on the page how that goes. */
async function load(read) {
  at("notes").setAttribute("aria-busy", "true");
  try {
    await read();
    showNoProblem();
    counting.start();
  } catch (problem) {
    showProblem(problem);
  } finally {
    at("loading").hidden = true;
    at("notes").removeAttribute("aria-busy");
  }
}

function showNoProblem() {
  failures = 0;
  timers.cancel("again");
  showStatus(at("status"), "current");
  hide(at("problem"), at("written"));
}

/** Says what is wrong, and tries again by itself, ever more rarely. */
function showProblem(problem) {
  showStatus(at("status"), navigator.onLine ? "failing" : "offline");
  const old = notebook.isRead ? " What is shown may be out of date." : "";
  write(at("problem-text"), problem.message + old);
  at("problem").hidden = false;
  timers.after("again", backOff(failures, { first: 2_000, most: 60_000 }), () => document.hidden || refresh());
  failures += 1;
}

let refreshing = null;

/** Reads everything anew; asked for again meanwhile, it is the same reading. */
function refresh() {
  refreshing ??= load(() => notebook.refresh()).finally(() => (refreshing = null));
  return refreshing;
}

/** The same, asked for with a button. */
async function refreshOn(button) {
  showStatus(at("status"), "loading");
  await holding(button, refresh);
  if (document.activeElement === document.body) at("written").focus();
}

/** After something was stored: say so, and look out for the count. */
function stored(id, text) {
  const note = notebook.find(id);
  const isDue = note && !notebook.isCounted(note);
  awaited = isDue ? id : null;
  tell(isDue ? `${text} Its words are being counted.` : text);
  counting.start();
  if (!at("problem").hidden) refresh();
}

async function create(note) {
  const id = await notebook.write(note);
  stored(id, `Saved “${note.title}”.`);
}

async function rewrite(note) {
  if (chosen === null) return create(note);
  try {
    await notebook.rewrite(chosen, note);
  } catch (problem) {
    if (problem.status === 404) lose(chosen);
    throw problem;
  }
  stored(chosen, `Changed “${note.title}”.`);
}

/** Someone deleted the note that is edited here. What was typed can still become another one. */
function lose(id) {
  chosen = null;
  write(at("save-edit"), "Save as a new note");
  notebook.forget(id);
}

noteForm(at("new-note"), { save: create, saved: () => at("title").focus() });
noteForm(at("edit-note"), { save: rewrite, saved: () => at("edit").close() });

at("delete-note").addEventListener("submit", async (event) => {
  event.preventDefault();
  const name = at("delete-name").textContent;
  const button = event.submitter ?? at("delete-note").querySelector("[type=submit]");
  if (!(await attempt(at("delete-note"), button, () => notebook.remove(chosen)))) return;
  at("delete").close();
  tell(`Deleted ${name}.`);
});

at("notes").addEventListener("click", ({ target }) => {
  const id = target.closest("[data-key]")?.dataset.key;
  const note = notebook.find(id);
  if (note && target.closest("[data-edit]")) openEdit(note);
  if (note && target.closest("[data-delete]")) openDelete(note);
});

function openEdit(note) {
  chosen = note.id;
  write(at("save-edit"), "Save changes");
  fill(at("edit-note"), note);
  at("edit").showModal();
}

function openDelete(note) {
  chosen = note.id;
  clear(at("delete-note"));
  at("delete-name").textContent = `“${note.title}”`;
  at("delete").showModal();
}

/** A dialog that is at work stays, so that what comes of it is seen. Its note may be gone when it closes. */
for (const dialog of [at("edit"), at("delete")]) {
  const isBusy = () => dialog.querySelector("[aria-busy]") !== null;
  dialog.querySelector("[data-cancel]").addEventListener("click", () => isBusy() || dialog.close());
  dialog.addEventListener("cancel", (event) => isBusy() && event.preventDefault());
  dialog.addEventListener("close", () => isLost(dialog) && at("written").focus());
}

async function readOn() {
  while (notebook.isShort) await notebook.readOn();
}

/** Whether the keyboard is nowhere, or about to be. */
function isLost(closed) {
  return document.activeElement === document.body || closed.contains(document.activeElement);
}

/** Shows some notes more. The keyboard goes on with them when there are none after them. */
async function showMore() {
  const before = notebook.shown.length;
  if (notebook.isShort) await load(readOn);
  notebook.reveal();
  tell(`${notebook.shown.length.toLocaleString("en")} notes are shown.`);
  if (at("more").hidden) at("notes").children[before]?.querySelector("[data-edit]").focus();
  if (!at("problem").hidden) at("problem").scrollIntoView({ block: "center" });
}

at("refresh").addEventListener("click", () => (tell(""), refreshOn(at("refresh"))));
at("again").addEventListener("click", () => refreshOn(at("again")));
at("more").addEventListener("click", () => holding(at("more"), showMore));
addEventListener("focus", refresh);
addEventListener("online", refresh);
addEventListener("offline", () => showStatus(at("status"), "offline"));
document.addEventListener("visibilitychange", () => document.hidden || refresh());
refresh();
