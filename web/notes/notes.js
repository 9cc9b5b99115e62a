// The page of the notes: ties forms, list and service together.
// Knows neither how notes are stored nor how a card is built.

import { config } from "./shared/config.js";
import { at } from "./shared/elements.js";
import { attempt, clear } from "./shared/form.js";
import { showStatus } from "./shared/status.js";
import { notesApi } from "./api.js";
import { Counting } from "./counting.js";
import { fill, noteForm } from "./form.js";
import { showNotes, words } from "./list.js";
import { Notebook } from "./notebook.js";

const notebook = new Notebook(notesApi(config.apiUrl));
const counting = new Counting(notebook);

/** The id of the note a dialog is open for. */
let chosen = null;
/** The id of the note whose count is worth a word to whoever listens. */
let awaited = null;

notebook.addEventListener("change", show);
counting.addEventListener("change", show);
addEventListener("resize", show);

function show() {
  showNotes(at("notes"), notebook.newestFirst, pending);
  at("empty").hidden = !notebook.isRead || notebook.newestFirst.length > 0;
  at("more").hidden = !notebook.next;
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

/** Reads from the service, and shows on the page how that goes. */
async function load(read) {
  at("notes").setAttribute("aria-busy", "true");
  try {
    await read();
    at("problem").hidden = true;
    showStatus(at("status"), "current");
    counting.start();
  } catch (problem) {
    showProblem(problem);
  } finally {
    at("loading").hidden = true;
    at("notes").removeAttribute("aria-busy");
  }
}

function showProblem(problem) {
  showStatus(at("status"), navigator.onLine ? "failing" : "offline");
  const old = notebook.isRead ? " What is shown may be out of date." : "";
  at("problem-text").textContent = problem.message + old;
  at("problem").hidden = false;
}

let refreshing = null;

/** Reads everything anew; asked for again meanwhile, it is the same reading. */
function refresh() {
  refreshing ??= load(() => notebook.refresh()).finally(() => (refreshing = null));
  return refreshing;
}

/** After something was stored: say so, and look out for the count. */
function stored(id, text) {
  awaited = id;
  tell(text);
  showStatus(at("status"), "current");
  counting.start();
}

noteForm(at("new-note"), {
  save: async (note) => {
    const id = await notebook.write(note);
    stored(id, `Saved “${note.title}”. Its words are being counted.`);
  },
  saved: () => at("title").focus(),
});

noteForm(at("edit-note"), {
  save: async (note) => {
    const id = chosen;
    await notebook.rewrite(id, note);
    stored(id, `Changed “${note.title}”.`);
  },
  saved: () => at("edit").close(),
});

at("delete-note").addEventListener("submit", async (event) => {
  event.preventDefault();
  const name = at("delete-name").textContent;
  const button = event.submitter ?? at("delete-note").querySelector("[type=submit]");
  if (!(await attempt(at("delete-note"), button, () => notebook.remove(chosen)))) return;
  at("delete").close();
  at("written").focus();
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
  fill(at("edit-note"), note);
  at("edit").showModal();
}

function openDelete(note) {
  chosen = note.id;
  clear(at("delete-note"));
  at("delete-name").textContent = `“${note.title}”`;
  at("delete").showModal();
}

for (const dialog of [at("edit"), at("delete")]) {
  dialog.querySelector("[data-cancel]").addEventListener("click", () => dialog.close());
}

at("refresh").addEventListener("click", () => (tell(""), refresh()));
at("again").addEventListener("click", () => (showStatus(at("status"), "loading"), refresh()));
at("more").addEventListener("click", () => load(() => notebook.more()));
addEventListener("focus", refresh);
addEventListener("online", refresh);
addEventListener("offline", () => showStatus(at("status"), "offline"));
document.addEventListener("visibilitychange", () => document.hidden || refresh());
refresh();
