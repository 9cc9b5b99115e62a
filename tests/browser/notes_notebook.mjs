// What the page of the notes knows of them when answers overtake changes: `web/notes/notebook.js`, in Node.
// Needs no browser and no service; how the notes are shown is in `notes.mjs`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";

import { Notebook } from "../../web/notes/notebook.js";

const note = (id, content) => ({ id, title: id, content, createdAt: `2026-01-01T00:00:${id}Z` });

/** A service with 22 notes, `10` to `31`. The last of its pages is not read at first. */
class Service {
  notes = new Map(Array.from({ length: 22 }, (_, index) => String(index + 10)).map((id) => [id, note(id, "old")]));
  #held = [];
  /** Whether what is read comes only when it is let go, as it was when it was read. */
  isHolding = false;

  async list({ next }) {
    const from = Number(next ?? 0);
    const notes = [...this.notes.values()].slice(from, from + 2);
    return this.#answer({ notes, next: from + 2 < this.notes.size ? String(from + 2) : null });
  }

  read = async (id) => this.#answer(this.notes.get(id) ?? null);
  create = async ({ content }) => (this.notes.set("32", note("32", content)), "32");
  replace = async (id, { content }) => void this.notes.set(id, note(id, content));
  remove = async (id) => void this.notes.delete(id);

  #answer(value) {
    return this.isHolding ? new Promise((resolve) => this.#held.push(() => resolve(value))) : value;
  }

  /** What was read last comes first. */
  async letGo() {
    this.isHolding = false;
    for (const answers of this.#held.splice(0).reverse()) {
      await turn();
      answers();
    }
    await turn();
  }
}

async function opened() {
  const service = new Service();
  const notebook = new Notebook(service);
  await notebook.refresh();
  assert.ok(notebook.isShort);
  return { service, notebook };
}

async function readAll(notebook) {
  while (notebook.isShort) await notebook.readOn();
}

test("a note that is deleted while the next ones are read does not come back with them", async () => {
  const { service, notebook } = await opened();
  service.notes.delete("31");
  await notebook.write({ title: "32", content: "here already" });
  service.isHolding = true;
  const reading = readAll(notebook);
  await notebook.remove("32");
  await service.letGo();
  await reading;
  assert.equal(notebook.find("32"), undefined);
  assert.ok(notebook.find("30"));
});

test("what was read on from a place that is not the end any more is not taken", async () => {
  const { service, notebook } = await opened();
  service.isHolding = true;
  const reading = readAll(notebook);
  service.isHolding = false;
  for (const id of ["30", "31"]) service.notes.delete(id);
  await notebook.refresh();
  await service.letGo();
  await reading;
  assert.deepEqual([notebook.find("30"), notebook.find("31"), notebook.shown.length], [undefined, undefined, 20]);
});

test("a note that was read before it was changed does not take the change back", async () => {
  const { service, notebook } = await opened();
  service.isHolding = true;
  const rereading = notebook.reread("10");
  const changing = notebook.rewrite("10", { title: "10", content: "new" });
  // Until the change is stored, and read back.
  while (service.notes.get("10").content === "old" || notebook.find("10").content === "old") await turn();
  await service.letGo();
  await Promise.all([rereading, changing]);
  assert.equal(notebook.find("10").content, "new");
});

test("a note that was read before it was deleted stays deleted", async () => {
  const { service, notebook } = await opened();
  service.isHolding = true;
  const rereading = notebook.reread("10");
  await notebook.remove("10");
  await service.letGo();
  await rereading;
  assert.equal(notebook.find("10"), undefined);
});
