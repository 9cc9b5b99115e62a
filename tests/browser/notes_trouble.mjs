// The page of the notes when something is wrong: with what is typed, with a service, with the network.
// What it is for is in `notes.mjs`.

import assert from "node:assert/strict";
import { before, beforeEach, test } from "node:test";

import { NO_SERVER, eventually, fitsAPhone, isAccessible, list, person, says } from "./browser.mjs";
import { Notes, button, count, counts, deletes, edits, isAt, titles, types, writes, wrong } from "./notes_page.mjs";

let notes;
before(async () => (notes = await Notes.start()));
beforeEach(() => notes.clear());

test("what is missing is said at its field, and nothing is sent", async () => {
  const ann = await person();
  const tab = await notes.opens(ann);
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
  const tab = await notes.opens(ann);
  const frame = JSON.stringify({ title: "Long", content: "" }).length;
  const most = "a ".repeat(350 * 512).slice(frame);
  await writes(tab, "Long", `${most}x`);
  await says(tab.locator("#content-limit"), "351 of 350 KB: too long to be saved");
  await says(wrong(tab, "#new-note", "content"), "This note is too long.");
  assert.equal((await tab.locator("#content").inputValue()).length, most.length + 1);
  await writes(tab, "Long", most);
  await says(count(tab, "Long"), /^179,\d\d\d words$/);
  await says(tab.locator("#content-limit"), "up to 350 KB");
});

test("a service that fails says so, and what was typed stays", async () => {
  const ann = await person();
  ann.forgives(...NO_SERVER);
  await notes.store(["Old", "a b"]);
  const tab = await notes.opens(ann);
  await says(count(tab, "Old"), "2 words");

  await notes.serviceFails({ status: 500 });
  await writes(tab, "New", "typed with care");
  await says(wrong(tab, "#new-note", "form"), /^The notes service failed \(50\d\)\. Try again in a moment\.$/);
  assert.equal(await tab.locator("#content").inputValue(), "typed with care");
  await isAccessible(tab);
  await tab.getByRole("button", { name: "Save note" }).click();
  await says(count(tab, "New"), "3 words");
  await wrong(tab, "#new-note", "form").waitFor({ state: "hidden" });

  await notes.tableFails({ calls: 100, status: 500 });
  await edits(tab, "Old", "Old", "a b c");
  await says(wrong(tab, "#edit-note", "form"), "The notes service failed (500). Try again in a moment.");
  assert.equal(await tab.locator("#edit-content").inputValue(), "a b c");
  await isAccessible(tab);
  await notes.machine.heal();
  await tab.getByRole("button", { name: "Save changes" }).click();
  await says(count(tab, "Old"), "3 words");

  await notes.serviceFails({ status: 500 });
  await deletes(tab, "Old");
  await says(wrong(tab, "#delete-note", "form"), /^The notes service failed/);
  await tab.locator("#delete").getByRole("button", { name: "Delete" }).click();
  await list(titles(tab), ["New"]);
});

test("a list that cannot be read says so, and comes back by itself", async () => {
  const ann = await person();
  ann.forgives(...NO_SERVER);
  await notes.serviceFails({ status: 500 });
  const tab = await ann.opens(notes.page);
  await says(tab.locator("#problem-text"), /^The notes service failed \(50\d\)\. Try again in a moment\.$/);
  await says(tab.locator("#status"), "Not answering");
  await fitsAPhone(tab);
  await says(tab.locator("#status"), "Up to date");
  await tab.locator("#problem").waitFor({ state: "hidden" });
  await says(tab.locator("#empty"), "Nothing here yet. Write the first note.");
});

test("a slow service is waited for, and a note is sent once", async () => {
  const ann = await person();
  await notes.store(["Old", "a b"]);
  await notes.serviceFails({ wait: 700 });
  const tab = await ann.opens(notes.page);
  await says(tab.locator("#status"), "Loading…");
  assert.ok(await tab.locator("#loading").isVisible());
  await says(tab.locator("#status"), "Up to date");
  assert.ok(await tab.locator("#loading").isHidden());

  await notes.serviceFails({ wait: 700 });
  await writes(tab, "Once", "only");
  assert.ok(await tab.getByRole("button", { name: "Save note" }).isDisabled());
  await tab.locator("#title").press("Enter");
  await list(titles(tab), ["Once", "Old"]);
  assert.deepEqual((await notes.stored()).map(({ title }) => title), ["Old", "Once"]);
});

test("a server that is gone and back is noticed", async () => {
  const ann = await person();
  ann.forgives(...NO_SERVER);
  const tab = await notes.opens(ann);
  await writes(tab, "Kept", "through the night");
  await says(count(tab, "Kept"), "3 words");
  await notes.machine.stop();
  await writes(tab, "Later", "not yet");
  await says(wrong(tab, "#new-note", "form"), "The notes service does not answer.");
  await tab.getByRole("button", { name: "Refresh" }).click();
  await says(tab.locator("#problem-text"), "The notes service does not answer. What is shown may be out of date.");
  await list(titles(tab), ["Kept"]);
  await isAccessible(tab);
  await tab.getByRole("button", { name: "Try again" }).press("Enter");
  await isAt(tab, "#again");
  await notes.machine.startAgain();
  await says(tab.locator("#status"), "Up to date");
  await isAt(tab, "#written");
  await tab.getByRole("button", { name: "Save note" }).click();
  await list(titles(tab), ["Later", "Kept"]);
  await list(counts(tab), ["2 words", "3 words"]);
});

test("without a network the page says so, and goes on when there is one", async () => {
  const ann = await person();
  ann.forgives(...NO_SERVER);
  const tab = await notes.opens(ann);
  await ann.context.setOffline(true);
  await says(tab.locator("#status"), "You are offline");
  await writes(tab, "Train", "in the tunnel");
  await says(wrong(tab, "#new-note", "form"), "You are offline.");
  await ann.context.setOffline(false);
  await says(tab.locator("#status"), "Up to date");
  await tab.getByRole("button", { name: "Save note" }).click();
  await says(count(tab, "Train"), "3 words");
});

test("a count that does not come is waited for, for a while, and is shown when it is there", async () => {
  const ann = await person();
  const tab = await ann.context.newPage();
  await tab.clock.install();
  await tab.goto(notes.page);
  await notes.counterFails({ wait: 6_000 });
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
  const tab = await notes.opens(ann);
  await notes.counterFails({ status: 500, calls: 2 });
  await writes(tab, "Failing", "one two three");
  await says(count(tab, "Failing"), "counting…");
  await says(count(tab, "Failing"), "3 words");
});

test("a note that is deleted while it is edited can be saved as a new one", async () => {
  const ann = await person();
  ann.forgives(/404/);
  await notes.store(["Shared", "one two"], ["Other", "a"]);
  const [first, second] = [await notes.opens(ann), await notes.opens(ann)];
  await first.bringToFront();
  await button(first, "Edit", "Shared").click();
  await second.bringToFront();
  await deletes(second, "Shared");
  await list(titles(second), ["Other"]);
  await first.bringToFront();

  await types(first, "Shared", "one two three", "#edit-note");
  await first.getByRole("button", { name: "Save changes" }).click();
  await says(wrong(first, "#edit-note", "form"), "This note is gone: someone deleted it.");
  assert.equal(await first.locator("#edit-content").inputValue(), "one two three");
  await first.getByRole("button", { name: "Save as a new note" }).click();
  await list(titles(first), ["Shared", "Other"]);
  await says(count(first, "Shared"), "3 words");
  await isAt(first, "#written");
  await button(first, "Edit", "Other").click();
  await first.getByRole("button", { name: "Save changes" }).waitFor();
});

