// The page of the notes, in a browser, against `local`.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";

import {
  ATTACKS, NO_SERVER, PHONE, eventually, fitsAPhone, isAccessible, list, person, picture, says,
} from "./browser.mjs";
import { Machine } from "./machine.mjs";

let machine;
let notes;
before(async () => {
  machine = await Machine.start(["Notes"]);
  notes = `${machine.output("Notes", "ApiUrl")}/notes`;
});
after(() => machine.stop());
beforeEach(async () => {
  await machine.heal();
  for (const { id } of await stored()) await deleted(id);
});

/** All notes that the service has. */
async function stored() {
  return (await fetch(notes)).json();
}

async function deleted(id) {
  assert.equal((await fetch(`${notes}/${id}`, { method: "DELETE" })).status, 204);
}

/** Stores notes without a page. */
async function store(...contents) {
  for (const [title, content] of contents) {
    const answer = await fetch(notes, { method: "POST", body: JSON.stringify({ title, content }) });
    assert.equal(answer.status, 201);
  }
}

/** Has the word count meet with a fault so often. */
const counterFault = (fault) => machine.fault({ function: "notes-word-count", ...fault });
const serviceFault = (fault) => machine.fault({ function: "notes-api", ...fault });

async function opens(someone) {
  const tab = await someone.opens(machine.page("Notes"));
  await says(tab.locator("#status"), "Up to date");
  return tab;
}

async function types(tab, title, content, form = "#new-note") {
  await tab.locator(`${form} [name=title]`).fill(title);
  await tab.locator(`${form} [name=content]`).fill(content);
}

async function writes(tab, title, content) {
  await types(tab, title, content);
  await tab.getByRole("button", { name: "Save note" }).click();
}

const titles = (tab) => tab.locator("#notes h3");
const counts = (tab) => tab.locator("#notes [data-words]");
const card = (tab, title) => tab.locator("#notes li").filter({ has: tab.getByRole("heading", { name: title, exact: true }) });
const count = (tab, title) => card(tab, title).locator("[data-words]");
const button = (tab, name, title) => tab.getByRole("button", { name: `${name} “${title}”`, exact: true });

/** The keyboard is at an element. */
async function isAt(tab, selector) {
  await eventually(async () => {
    const found = await tab.evaluate(() => document.activeElement?.outerHTML.slice(0, 120));
    assert.ok(await tab.locator(selector).evaluate((element) => element === document.activeElement), found);
  });
}

/** From now on, all that an element says, in order; `told()` gives it. */
async function recording(locator) {
  const handle = await locator.elementHandle();
  await handle.evaluate((element) => {
    const told = [];
    const note = () => told.at(-1) !== element.textContent && told.push(element.textContent);
    new MutationObserver(note).observe(element, { childList: true, characterData: true, subtree: true });
    element.told = told;
  });
  return () => handle.evaluate((element) => element.told);
}

test("a note is written, and its words are counted by themselves", async () => {
  const ann = await person();
  const [first, second] = [await opens(ann), await opens(ann)];
  await says(first.locator("#empty"), "Nothing here yet. Write the first note.");
  const news = await recording(first.locator("#news"));
  await counterFault({ wait: 500 });
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
  assert.deepEqual((await stored()).map(({ content }) => content), ["a  b", "  hi "]);
});

test("a tab that is come back to shows what others did", async () => {
  const ann = await person();
  const [first, second] = [await opens(ann), await opens(ann)];
  await writes(first, "New", "for the other tab");
  await says(count(first, "New"), "4 words");
  await second.evaluate(() => dispatchEvent(new Event("focus")));
  await list(titles(second), ["New"]);
});

test("an edit of the title leaves the count, one of the content changes it", async () => {
  const ann = await person();
  await store(["Draft", "one two three"]);
  const [first, second] = [await opens(ann), await opens(ann)];
  await says(count(first, "Draft"), "3 words");
  const counted = await recording(count(first, "Draft"));

  await button(first, "Edit", "Draft").click();
  await types(first, "Final", "one two three", "#edit-note");
  await first.getByRole("button", { name: "Save changes" }).click();
  await list(titles(first), ["Final"]);
  await says(first.locator("#news"), "Changed “Final”.");
  await button(first, "Edit", "Final").click();
  await types(first, "Final", "one two 3", "#edit-note");
  await first.getByRole("button", { name: "Save changes" }).click();
  await says(card(first, "Final").locator("[data-content]"), "one two 3");
  assert.deepEqual(await counted(), []);

  await counterFault({ wait: 300 });
  await button(first, "Edit", "Final").click();
  await types(first, "Final", "one two three\nfour", "#edit-note");
  await first.getByRole("button", { name: "Save changes" }).click();
  await says(count(first, "Final"), "4 words");
  assert.deepEqual(await counted(), ["counting…", "4 words"]);
  await says(first.locator("#news"), "“Final” has 4 words.");
  await second.getByRole("button", { name: "Refresh" }).click();
  await list(counts(second), ["4 words"]);
});

test("a note is deleted after a question, and may be kept", async () => {
  const ann = await person();
  await store(["Stays", "a"], ["Goes", "b"]);
  const [first, second] = [await opens(ann), await opens(ann)];
  await button(first, "Delete", "Goes").click();
  await says(first.locator("#delete-name"), "“Goes”");
  await first.getByRole("button", { name: "Keep" }).click();
  await first.locator("#delete").waitFor({ state: "hidden" });
  assert.equal((await stored()).length, 2);

  await button(first, "Delete", "Goes").click();
  await first.locator("#delete").getByRole("button", { name: "Delete" }).click();
  await list(titles(first), ["Stays"]);
  await says(first.locator("#news"), "Deleted “Goes”.");
  await isAt(first, "#written");
  assert.deepEqual((await stored()).map(({ title }) => title), ["Stays"]);

  await button(second, "Delete", "Goes").click();
  await second.locator("#delete").getByRole("button", { name: "Delete" }).click();
  await list(titles(second), ["Stays"]);
});

test("whatever somebody writes is text", async () => {
  const ann = await person();
  const tab = await opens(ann);
  for (const attack of ATTACKS) {
    await writes(tab, attack, attack);
    await eventually(async () => assert.ok((await tab.locator("#news").innerText()).startsWith(`“${attack}” has `)));
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
  const tab = await opens(ann);
  const lines = Array.from({ length: 40 }, (_, line) => `line ${line + 1}`).join("\n");
  const texts = { "שלום עולם": "هذه ملاحظة قصيرة", "👩‍👩‍👧‍👦 🎉": `${"W".repeat(2_000)} 👩‍👩‍👧‍👦`, Lines: `  a\n\n\tb\n${lines}` };
  for (const [title, content] of Object.entries(texts)) {
    await writes(tab, title, content);
    await says(tab.locator("#news"), /has \d+ words\.$/);
    assert.equal(await card(tab, title).locator("[data-content]").textContent(), content);
  }
  await list(counts(tab), ["82 words", "2 words", "3 words"]);
  for (const part of ["h3", "[data-content]"]) {
    const direction = await card(tab, "שלום עולם").locator(part).evaluate((element) => getComputedStyle(element).direction);
    const end = await card(tab, "Lines").locator(part).evaluate((element) => getComputedStyle(element).direction);
    assert.deepEqual([direction, end], ["rtl", "ltr"]);
  }
  await fitsAPhone(tab);

  const content = card(tab, "Lines").locator("[data-content]");
  const height = () => content.evaluate((element) => element.clientHeight);
  const folded = await height();
  await button(tab, "Show all", "Lines").click();
  assert.ok((await height()) > 2 * folded);
  assert.match(await content.innerText(), /^ {2}a\n\n\tb\nline 1\n/);
  await button(tab, "Show less", "Lines").click();
  assert.equal(await height(), folded);
});

test("of many notes the newest come first, and more when they are asked for", async () => {
  const ann = await person();
  await Promise.all(Array.from({ length: 130 }, (_, number) => store([`Note ${number}`, "a note"])));
  const expected = (await stored()).sort((a, b) => (a.createdAt + a.id < b.createdAt + b.id ? 1 : -1)).map(({ title }) => title);
  const tab = await opens(ann);
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
  await ann.context.route(/limit=200/, (route) => route.continue({ url: route.request().url().replace("limit=200", "limit=8") }));
  await tab.reload();
  await eventually(async () => assert.equal(await titles(tab).count(), 50));
  for (const many of [100, 131]) {
    await tab.getByRole("button", { name: "Show more notes" }).click();
    await eventually(async () => assert.equal(await titles(tab).count(), many));
  }
  await list(titles(tab), ["Newest", ...expected]);
});

test("what is missing is said at its field, and nothing is sent", async () => {
  const ann = await person();
  const tab = await opens(ann);
  const sent = [];
  tab.on("request", (request) => request.method() === "POST" && sent.push(request.url()));
  const wrongs = tab.locator("#new-note [data-wrong]:visible");
  await writes(tab, "", "");
  await list(wrongs, ["Give the note a title.", "Write something first."]);
  await isAt(tab, "#title");
  await writes(tab, "Title", " \n\t\u{a0}");
  await list(wrongs, ["Write something first."]);
  await isAt(tab, "#content");
  assert.equal(await tab.locator("#content").getAttribute("aria-invalid"), "true");
  await writes(tab, "  ", "text");
  await list(wrongs, ["Give the note a title."]);
  await isAccessible(tab);
  await tab.locator("#title").fill("A title");
  await list(wrongs, []);
  assert.deepEqual(sent, []);
});

test("a note that is too long is told so before and by the service", async () => {
  const ann = await person();
  ann.forgives(/413/);
  const tab = await opens(ann);
  const frame = JSON.stringify({ title: "Long", content: "" }).length;
  const most = "x".repeat(350 * 1024 - frame);
  await writes(tab, "Long", `${most}x`);
  await says(tab.locator("#content-limit"), "351 of 350 KB: too long to be saved");
  await says(tab.locator("[data-wrong=content]").first(), "This note is too long.");
  assert.equal((await tab.locator("#content").inputValue()).length, most.length + 1);
  await writes(tab, "Long", most);
  await says(count(tab, "Long"), "1 word");
  await says(tab.locator("#content-limit"), "up to 350 KB");
});

test("a service that fails says so, and what was typed stays", async () => {
  const ann = await person();
  ann.forgives(...NO_SERVER);
  await store(["Old", "a b"]);
  const tab = await opens(ann);
  await says(count(tab, "Old"), "2 words");

  await serviceFault({ status: 500 });
  await writes(tab, "New", "typed with care");
  const wrong = (form) => tab.locator(`${form} [data-wrong=form]`);
  await says(wrong("#new-note"), /^The notes service failed \(50\d\)\. Try again in a moment\.$/);
  assert.equal(await tab.locator("#content").inputValue(), "typed with care");
  await isAccessible(tab);
  await tab.getByRole("button", { name: "Save note" }).click();
  await says(count(tab, "New"), "3 words");
  await wrong("#new-note").waitFor({ state: "hidden" });

  await machine.fault({ table: "notes", calls: 100, status: 500 });
  await button(tab, "Edit", "Old").click();
  await types(tab, "Old", "a b c", "#edit-note");
  await tab.getByRole("button", { name: "Save changes" }).click();
  await says(wrong("#edit-note"), "The notes service failed (500). Try again in a moment.");
  assert.equal(await tab.locator("#edit-content").inputValue(), "a b c");
  await isAccessible(tab);
  await machine.heal();
  await tab.getByRole("button", { name: "Save changes" }).click();
  await says(count(tab, "Old"), "3 words");

  await serviceFault({ status: 500 });
  await button(tab, "Delete", "Old").click();
  const really = tab.locator("#delete").getByRole("button", { name: "Delete" });
  await really.click();
  await says(wrong("#delete-note"), /^The notes service failed/);
  await really.click();
  await list(titles(tab), ["New"]);
});

test("a list that cannot be read says so, and comes back by itself", async () => {
  const ann = await person();
  ann.forgives(...NO_SERVER);
  await serviceFault({ status: 500 });
  const tab = await ann.opens(machine.page("Notes"));
  await says(tab.locator("#problem-text"), /^The notes service failed \(50\d\)\. Try again in a moment\.$/);
  await says(tab.locator("#status"), "Not answering");
  await fitsAPhone(tab);
  await says(tab.locator("#status"), "Up to date");
  await tab.locator("#problem").waitFor({ state: "hidden" });
  await says(tab.locator("#empty"), "Nothing here yet. Write the first note.");
});

test("a slow service is waited for, and a note is sent once", async () => {
  const ann = await person();
  await store(["Old", "a b"]);
  await serviceFault({ wait: 700 });
  const tab = await ann.opens(machine.page("Notes"));
  await says(tab.locator("#status"), "Loading…");
  assert.ok(await tab.locator("#loading").isVisible());
  await says(tab.locator("#status"), "Up to date");
  assert.ok(await tab.locator("#loading").isHidden());

  await serviceFault({ wait: 700 });
  await writes(tab, "Once", "only");
  assert.ok(await tab.getByRole("button", { name: "Save note" }).isDisabled());
  await tab.locator("#title").press("Enter");
  await list(titles(tab), ["Once", "Old"]);
  assert.deepEqual((await stored()).map(({ title }) => title), ["Old", "Once"]);
});

test("a server that is gone and back is noticed", async () => {
  const ann = await person();
  ann.forgives(...NO_SERVER);
  const tab = await opens(ann);
  await writes(tab, "Kept", "through the night");
  await says(count(tab, "Kept"), "3 words");
  await machine.stop();
  await writes(tab, "Later", "not yet");
  await says(tab.locator("#new-note [data-wrong=form]"), "The notes service does not answer.");
  await tab.getByRole("button", { name: "Refresh" }).click();
  await says(tab.locator("#problem-text"), "The notes service does not answer. What is shown may be out of date.");
  await list(titles(tab), ["Kept"]);
  await isAccessible(tab);
  await tab.getByRole("button", { name: "Try again" }).press("Enter");
  await isAt(tab, "#again");
  await machine.startAgain();
  await says(tab.locator("#status"), "Up to date");
  await isAt(tab, "#written");
  await tab.getByRole("button", { name: "Save note" }).click();
  await list(titles(tab), ["Later", "Kept"]);
  await list(counts(tab), ["2 words", "3 words"]);
});

test("without a network the page says so, and goes on when there is one", async () => {
  const ann = await person();
  ann.forgives(...NO_SERVER);
  const tab = await opens(ann);
  await ann.context.setOffline(true);
  await says(tab.locator("#status"), "You are offline");
  await writes(tab, "Train", "in the tunnel");
  await says(tab.locator("#new-note [data-wrong=form]"), "You are offline.");
  await ann.context.setOffline(false);
  await says(tab.locator("#status"), "Up to date");
  await tab.getByRole("button", { name: "Save note" }).click();
  await says(count(tab, "Train"), "3 words");
});

test("a count that does not come is waited for, for a while, and is shown when it is there", async () => {
  const ann = await person();
  const tab = await ann.context.newPage();
  await tab.clock.install();
  await tab.goto(machine.page("Notes"));
  await counterFault({ wait: 6_000 });
  await writes(tab, "Slow", "one two three");
  await says(count(tab, "Slow"), "counting…");
  await eventually(async () => {
    await tab.clock.runFor(6_000);
    assert.equal(await count(tab, "Slow").innerText(), "not counted yet");
  });
  await isAccessible(tab);
  await eventually(async () => {
    await tab.getByRole("button", { name: "Refresh" }).click();
    assert.equal(await count(tab, "Slow").innerText(), "3 words");
  });
});

test("a counter that fails is asked again by its stream, and the count comes by itself", async () => {
  const ann = await person();
  const tab = await opens(ann);
  await counterFault({ status: 500, calls: 2 });
  await writes(tab, "Failing", "one two three");
  await says(count(tab, "Failing"), "counting…");
  await says(count(tab, "Failing"), "3 words");
});

test("a note that is deleted while it is edited can be saved as a new one", async () => {
  const ann = await person();
  ann.forgives(/404/);
  await store(["Shared", "one two"], ["Other", "a"]);
  const [first, second] = [await opens(ann), await opens(ann)];
  await button(first, "Edit", "Shared").click();
  await button(second, "Delete", "Shared").click();
  await second.locator("#delete").getByRole("button", { name: "Delete" }).click();
  await list(titles(second), ["Other"]);

  await types(first, "Shared", "one two three", "#edit-note");
  await first.getByRole("button", { name: "Save changes" }).click();
  await says(first.locator("#edit-note [data-wrong=form]"), "This note is gone: someone deleted it.");
  assert.equal(await first.locator("#edit-content").inputValue(), "one two three");
  await first.getByRole("button", { name: "Save as a new note" }).click();
  await list(titles(first), ["Shared", "Other"]);
  await says(count(first, "Shared"), "3 words");
  await isAt(first, "#written");
  await button(first, "Edit", "Other").click();
  await first.getByRole("button", { name: "Save changes" }).waitFor();
});

test("all of it can be done with the keyboard", async () => {
  const ann = await person();
  const tab = await opens(ann);
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
  assert.deepEqual(await stored(), []);
});

test("the page is for everybody, on every screen", async () => {
  const ann = await person();
  await store(
    ["Reading list", "The Mezzanine\nInvisible Cities\nA Field Guide to Getting Lost"],
    ["Garden, before the frost", "Bring in the lemon tree.\nCut back the roses, but not the hydrangeas.\nCover the figs."],
    ["Choir on Thursday", "Half past seven at the old school. Bring the Fauré, and a pencil this time."],
  );
  const tab = await opens(ann);
  await list(counts(tab), ["15 words", "16 words", "10 words"]);
  await counterFault({ wait: 4_000 });
  await writes(tab, "Train times", "Out 8:12, change at Hollin Junction.\nBack 17:40, or 18:10 if the talk is long.");
  await says(count(tab, "Train times"), "counting…");
  await tab.locator("#title").blur();
  await picture(tab, "notes");
  await isAccessible(tab);
  await fitsAPhone(tab);

  await button(tab, "Edit", "Choir on Thursday").click();
  await isAccessible(tab);
  await fitsAPhone(tab);
  await tab.getByRole("button", { name: "Cancel" }).click();
  await button(tab, "Delete", "Choir on Thursday").click();
  await isAccessible(tab);
  await tab.setViewportSize(PHONE);
  await tab.getByRole("button", { name: "Keep" }).click();
});
