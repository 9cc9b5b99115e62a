// The page of the notes, in a browser, against `local`: what it is for.
// What goes wrong is in `notes_trouble.mjs`.

import assert from "node:assert/strict";
import { before, beforeEach, test } from "node:test";

import { ATTACKS, eventually, fitsAPhone, isAccessible, list, person, picture, says } from "./browser.mjs";
import {
  Notes, button, card, content, count, counts, deletes, edits, isAt, recording, titles, types, writes,
} from "./notes_page.mjs";

let notes;
before(async () => (notes = await Notes.start()));
beforeEach(() => notes.clear());

test("a note is written, and its words are counted by themselves", async () => {
  const ann = await person();
  const [first, second] = [await notes.opens(ann), await notes.opens(ann)];
  await first.bringToFront();
  await says(first.locator("#empty"), "Nothing here yet. Write the first note.");
  const news = await recording(first.locator("#news"));
  await notes.counterFails({ wait: 500 });
  await writes(first, "Twice", "a  b");
  await says(count(first, "Twice"), "counting…");
  await says(count(first, "Twice"), "2 words");
  await writes(first, "Once", "  hi ");
  await says(count(first, "Once"), "1 word");
  await list(titles(first), ["Once", "Twice"]);
  const saved = (title) => `Saved “${title}”. Its words are being counted.`;
  assert.deepEqual(await news(), [saved("Twice"), "“Twice” has 2 words.", saved("Once"), "“Once” has 1 word."]);
  await list(titles(second), []);
  await second.getByRole("button", { name: "Refresh" }).click();
  await list(counts(second), ["1 word", "2 words"]);
  assert.deepEqual((await notes.stored()).map(({ content }) => content), ["a  b", "  hi "]);
});

test("a tab that is come back to shows what others did", async () => {
  const ann = await person();
  const [first, second] = [await notes.opens(ann), await notes.opens(ann)];
  await first.bringToFront();
  await writes(first, "New", "for the other tab");
  await says(count(first, "New"), "4 words");
  await list(titles(second), []);
  // Without a screen every tab has the focus, so it is told that it comes.
  await second.evaluate(() => dispatchEvent(new Event("focus")));
  await list(titles(second), ["New"]);
});

test("an edit of the title leaves the count, one of the content changes it", async () => {
  const ann = await person();
  await notes.store(["Draft", "one two three"]);
  const [first, second] = [await notes.opens(ann), await notes.opens(ann)];
  await first.bringToFront();
  await says(count(first, "Draft"), "3 words");
  const counted = await recording(count(first, "Draft"));

  await edits(first, "Draft", "Final", "one two three");
  await list(titles(first), ["Final"]);
  await says(first.locator("#news"), "Changed “Final”.");
  await edits(first, "Final", "Final", "one two 3");
  await says(content(first, "Final"), "one two 3");
  assert.deepEqual(await counted(), []);

  await notes.counterFails({ wait: 300 });
  await edits(first, "Final", "Final", "one two three\nfour");
  await says(count(first, "Final"), "4 words");
  assert.deepEqual(await counted(), ["counting…", "4 words"]);
  await says(first.locator("#news"), "“Final” has 4 words.");
  await second.getByRole("button", { name: "Refresh" }).click();
  await list(counts(second), ["4 words"]);
});

test("a note is deleted after a question, and may be kept", async () => {
  const ann = await person();
  await notes.store(["Stays", "a"], ["Goes", "b"]);
  const [first, second] = [await notes.opens(ann), await notes.opens(ann)];
  await button(first, "Delete", "Goes").click();
  await says(first.locator("#delete-name"), "“Goes”");
  await first.getByRole("button", { name: "Keep" }).click();
  await first.locator("#delete").waitFor({ state: "hidden" });
  assert.equal((await notes.stored()).length, 2);

  await deletes(first, "Goes");
  await list(titles(first), ["Stays"]);
  await says(first.locator("#news"), "Deleted “Goes”.");
  await isAt(first, "#written");
  assert.deepEqual((await notes.stored()).map(({ title }) => title), ["Stays"]);

  await deletes(second, "Goes");
  await list(titles(second), ["Stays"]);
});

test("whatever somebody writes is text", async () => {
  const ann = await person();
  const tab = await notes.opens(ann);
  for (const attack of ATTACKS) {
    await writes(tab, attack, attack);
    const news = () => tab.locator("#news").innerText();
    await eventually(async () => assert.ok((await news()).startsWith(`“${attack}” has `)));
  }
  await tab.reload();
  await list(titles(tab), [...ATTACKS].reverse());
  await list(tab.locator("#notes [data-content]"), [...ATTACKS].reverse());
  for (const attack of ATTACKS) {
    await button(tab, "Edit", attack).click();
    assert.equal(await tab.locator("#edit-title").inputValue(), attack);
    assert.equal(await tab.locator("#edit-content").inputValue(), attack);
    await tab.getByRole("button", { name: "Cancel" }).click();
    await button(tab, "Delete", attack).click();
    await says(tab.locator("#delete-name"), `“${attack}”`);
    await tab.getByRole("button", { name: "Keep" }).click();
  }
  assert.equal(await tab.locator("main :is(img, svg, script, b, iframe), dialog :is(img, svg, script, b)").count(), 0);
});

test("a text is shown as it was written, however long and in whatever script", async () => {
  const ann = await person();
  const tab = await notes.opens(ann);
  const lines = Array.from({ length: 40 }, (_, line) => `line ${line + 1}`).join("\n");
  const texts = {
    "שלום עולם": "هذه ملاحظة قصيرة",
    "👩‍👩‍👧‍👦 🎉": `${"W".repeat(5_000)} 👩‍👩‍👧‍👦`,
    Lines: `  a\n\n\tb\n${lines}`,
  };
  for (const [title, text] of Object.entries(texts)) {
    await writes(tab, title, text);
    await eventually(async () => assert.equal(await content(tab, title).textContent(), text.slice(0, 4_000)));
  }
  await list(counts(tab), ["82 words", "2 words", "3 words"]);
  for (const [title, direction] of [["שלום עולם", "rtl"], ["Lines", "ltr"]]) {
    for (const part of [card(tab, title).locator("h3"), content(tab, title)]) {
      assert.equal(await part.evaluate((element) => getComputedStyle(element).direction), direction);
    }
  }
  await fitsAPhone(tab);

  const height = () => content(tab, "Lines").evaluate((element) => element.clientHeight);
  const folded = await height();
  await button(tab, "Show all", "Lines").click();
  assert.ok((await height()) > 2 * folded);
  assert.match(await content(tab, "Lines").innerText(), /^ {2}a\n\n\tb\nline 1\n/);
  await button(tab, "Show less", "Lines").click();
  assert.equal(await height(), folded);
  await button(tab, "Show all", "👩‍👩‍👧‍👦 🎉").click();
  assert.equal(await content(tab, "👩‍👩‍👧‍👦 🎉").textContent(), texts["👩‍👩‍👧‍👦 🎉"]);
  await fitsAPhone(tab);
});

test("of many notes the newest come first, and more when they are asked for", async () => {
  const ann = await person();
  await Promise.all(Array.from({ length: 130 }, (_, number) => notes.store([`Note ${number}`, "a note"])));
  const age = ({ createdAt, id }) => createdAt + id;
  const byAge = (await notes.stored()).sort((a, b) => (age(a) < age(b) ? 1 : -1));
  const expected = byAge.map(({ title }) => title);
  const tab = await notes.opens(ann);
  await list(titles(tab), expected.slice(0, 50));
  await tab.getByRole("button", { name: "Show more notes" }).click();
  await list(titles(tab), expected.slice(0, 100));
  await says(tab.locator("#news"), "100 notes are shown.");
  await tab.getByRole("button", { name: "Show more notes" }).press("Enter");
  await list(titles(tab), expected);
  await tab.locator("#more").waitFor({ state: "hidden" });
  await isAt(tab, "#notes li:nth-child(101) [data-edit]");
  await writes(tab, "Newest", "on top");
  await list(titles(tab), ["Newest", ...expected]);

  // A table that is larger than what is read at first, as far as a page can tell.
  await ann.context.route(/limit=200/, (route) => {
    return route.continue({ url: route.request().url().replace("limit=200", "limit=8") });
  });
  await tab.reload();
  await eventually(async () => assert.equal(await titles(tab).count(), 50));
  for (const many of [100, 131]) {
    await tab.getByRole("button", { name: "Show more notes" }).click();
    await eventually(async () => assert.equal(await titles(tab).count(), many));
  }
  await list(titles(tab), ["Newest", ...expected]);
});

test("all of it can be done with the keyboard", async () => {
  const ann = await person();
  const tab = await notes.opens(ann);
  const press = async (...keys) => {
    for (const key of keys) await tab.keyboard.press(key);
  };
  await press("Tab");
  await isAt(tab, "#title");
  await tab.keyboard.type("Typed");
  await press("Tab");
  await tab.keyboard.type("one two");
  await press("Tab", "Enter");
  await says(count(tab, "Typed"), "2 words");
  await isAt(tab, "#title");

  await press("Tab", "Tab", "Tab");
  await isAt(tab, "#refresh");
  await press("Enter");
  await isAt(tab, "#refresh");
  await says(tab.locator("#status"), "Up to date");
  await press("Tab");
  await isAt(tab, "#notes [data-edit]");
  await press("Enter");
  await isAt(tab, "#edit-title");
  await press("Tab", "End");
  await tab.keyboard.type(" three");
  await press("Tab", "Enter");
  await says(count(tab, "Typed"), "3 words");
  await isAt(tab, "#notes [data-edit]");

  await press("Tab", "Enter");
  await isAt(tab, "#delete [data-cancel]");
  await press("Escape");
  await isAt(tab, "#notes [data-delete]");
  await press("Enter", "Shift+Tab", "Enter");
  await list(titles(tab), []);
  await isAt(tab, "#written");
  assert.deepEqual(await notes.stored(), []);
});

test("the page is for everybody, on every screen", async () => {
  const ann = await person();
  await notes.store(
    ["Reading list", "The Mezzanine\nInvisible Cities\nA Field Guide to Getting Lost"],
    ["Garden, before the frost", "Bring in the lemon tree.\nCut back the roses, not the hydrangeas.\nCover the figs."],
    ["Choir on Thursday", "Half past seven at the old school. Bring the Fauré, and a pencil this time."],
  );
  const tab = await notes.opens(ann);
  await list(counts(tab), ["15 words", "15 words", "10 words"]);
  await notes.counterFails({ wait: 15_000 });
  await writes(tab, "Train times", "Out 8:12, change at Hollin Junction.\nBack 17:40, or 18:10 if the talk is long.");
  await says(count(tab, "Train times"), "counting…");
  await types(tab, "Packing", "Tent, stove, the blue rope.\nCall Nadia about the");
  await picture(tab, "notes");
  await isAccessible(tab);
  await fitsAPhone(tab);

  await button(tab, "Edit", "Choir on Thursday").click();
  await isAccessible(tab);
  await fitsAPhone(tab);
  await tab.getByRole("button", { name: "Cancel" }).click();
  await button(tab, "Delete", "Choir on Thursday").click();
  await isAccessible(tab);
  await fitsAPhone(tab);
});
