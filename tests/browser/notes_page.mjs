// Steps that people take at the page of the notes, and its service without a page.
// Each waits until its step is done; what is wrong then is the test's matter.

import assert from "node:assert/strict";

import { eventually, says } from "./browser.mjs";
import { Machine } from "./machine.mjs";

/** The notes of a machine of its own. */
export class Notes {
  static async start() {
    const notes = new Notes();
    notes.machine = await Machine.start(["Notes"]);
    notes.page = notes.machine.page("Notes");
    notes.url = `${notes.machine.output("Notes", "ApiUrl")}/notes`;
    return notes;
  }

  /** Everything as at the beginning. */
  async clear() {
    await this.machine.heal();
    const all = await this.stored();
    await Promise.all(all.map(({ id }) => fetch(`${this.url}/${id}`, { method: "DELETE" })));
    assert.deepEqual(await this.stored(), []);
  }

  /** All notes that the service has, by age. */
  async stored() {
    return (await fetch(this.url)).json();
  }

  /** Stores notes without a page, one after another. */
  async store(...contents) {
    for (const [title, content] of contents) {
      const answer = await fetch(this.url, { method: "POST", body: JSON.stringify({ title, content }) });
      assert.equal(answer.status, 201);
    }
  }

  /** Has the next calls of the API, of the word count or of the table fail or wait. */
  serviceFails = (fault) => this.machine.fault({ function: "notes-api", ...fault });
  counterFails = (fault) => this.machine.fault({ function: "notes-word-count", ...fault });
  tableFails = (fault) => this.machine.fault({ table: "notes", ...fault });

  /** Opens the page, and waits until it has read what there is. */
  async opens(someone) {
    const tab = await someone.opens(this.page);
    await says(tab.locator("#status"), "Up to date");
    return tab;
  }
}

export const titles = (tab) => tab.locator("#notes h3");
export const counts = (tab) => tab.locator("#notes [data-words]");
/** Parts of the card of a title. */
export const card = (tab, title) => {
  return tab.locator("#notes li").filter({ has: tab.getByRole("heading", { name: title, exact: true }) });
};
export const count = (tab, title) => card(tab, title).locator("[data-words]");
export const content = (tab, title) => card(tab, title).locator("[data-content]");
export const button = (tab, name, title) => tab.getByRole("button", { name: `${name} “${title}”`, exact: true });
/** What a form says that is wrong with a field, or with all of it. */
export const wrong = (tab, form, name) => tab.locator(`${form} [data-wrong=${name}]`);

/** Types into the form for a new note. */
export async function types(tab, title, text, form = "#new-note") {
  await tab.locator(`${form} [name=title]`).fill(title);
  await tab.locator(`${form} [name=content]`).fill(text);
}

/** Types a note and saves it. */
export async function writes(tab, title, text) {
  await types(tab, title, text);
  await tab.getByRole("button", { name: "Save note" }).click();
}

/** Makes another note of the one of a title. */
export async function edits(tab, title, changed, text) {
  await button(tab, "Edit", title).click();
  await types(tab, changed, text, "#edit-note");
  await tab.getByRole("button", { name: "Save changes" }).click();
}

/** Deletes the note of a title, and says yes when asked. */
export async function deletes(tab, title) {
  await button(tab, "Delete", title).click();
  await tab.locator("#delete").getByRole("button", { name: "Delete" }).click();
}

/** The keyboard is at an element. */
export async function isAt(tab, selector) {
  await eventually(async () => {
    const found = await tab.evaluate(() => document.activeElement?.outerHTML.slice(0, 120));
    assert.ok(await tab.locator(selector).evaluate((element) => element === document.activeElement), found);
  });
}

/** From now on, all that an element says, in order; the function that comes back gives it. */
export async function recording(locator) {
  const handle = await locator.elementHandle();
  await handle.evaluate((element) => {
    element.told = [];
    const note = () => element.told.at(-1) !== element.textContent && element.told.push(element.textContent);
    new MutationObserver(note).observe(element, { childList: true, characterData: true, subtree: true });
  });
  return () => handle.evaluate((element) => element.told);
}
