// The page of the chat, in a browser, against `local`: rooms that people make, join and leave.

import assert from "node:assert/strict";
import { afterEach, before, test } from "node:test";

import { ATTACKS, eventually, fitsAPhone, isAccessible, PHONE, says } from "./browser.mjs";
import {
  creates, crowd, crowdSays, entry, isIn, joins, leaves, lists, reads, rooms, speaks, talk, visitor, wired,
} from "./chat_page.mjs";
import { Machine } from "./machine.mjs";

let machine;
before(async () => (machine = await Machine.start(["Chat"])));
afterEach(() => machine.heal());

test("a room of any name is made, seen by all at once, joined by a click, talked in and left", async () => {
  const { tab: ada } = await visitor(machine, "Ada");
  const { tab: ben } = await visitor(machine, "Ben");
  const long = ["🦀", "x"].map((character) => character.repeat(64));
  for (const room of ["a  room", `"quoted" 'rooms'`, "<b>", "🦀 & 🐧", ...long, "غرفة ١", "__proto__", ...ATTACKS]) {
    await creates(ada, `  ${room}\t`);
    assert.equal(await ada.locator("#room").inputValue(), "");
    await lists(ben, [room]);
    await joins(ben, room);
    await speaks(ben, room);
    for (const tab of [ada, ben]) await reads(tab, [["Ben", room]]);
    assert.ok((await ben.title()).includes(room.replace("  ", " ")), await ben.title());
    await leaves(ben);
  }
  await leaves(ada);
  for (const tab of [ada, ben]) await lists(tab, []);
  await says(ben.locator("#no-room"), "No rooms yet. Make the first one.");
});

test("the name of a room that cannot be is told of at its field", async () => {
  const { tab } = await visitor(machine, "Ada");
  const wrong = [["  ", "Give the room a name."], ["x".repeat(65), "At most 64 characters; these are 65."]];
  for (const [room, told] of wrong) {
    await tab.locator("#room").fill(room);
    await tab.getByRole("button", { name: "Create" }).click();
    await says(tab.locator("#room-wrong"), told);
    assert.equal(await tab.locator("#room").inputValue(), room);
    assert.equal(await tab.evaluate(() => document.activeElement.id), "room");
    await isAccessible(tab);
  }
  await creates(tab, "x".repeat(64));
  await says(tab.locator("#room-wrong"), "");
});

test("a room that exists is joined by its name, too, and what was said there is still there", async () => {
  const { tab: ada } = await visitor(machine, "Ada");
  const { tab: others } = await visitor(machine);
  await crowd(others, machine, [{ name: "Ben", room: "Old" }]);
  const said = Array.from({ length: 104 }, (_, index) => `line ${index}`);
  await crowdSays(others, "Ben", said);
  await creates(ada, "Old");
  await reads(ada, said.slice(-100).map((text) => ["Ben", text]));
  await speaks(ada, "one more");
  await reads(ada, [...said.slice(-100).map((text) => ["Ben", text]), ["Ada", "one more"]]);
  await leaves(ada);
  await joins(ada, "Old");
  await reads(ada, [...said.slice(-99).map((text) => ["Ben", text]), ["Ada", "one more"]]);
});

test("who joins another room leaves the first, and the last one closes it for everybody", async () => {
  const [{ tab: ada }, { tab: ben }, { tab: cy }] =
    await Promise.all(["Ada", "Ben", "Cy"].map((name) => visitor(machine, name)));
  await creates(ada, "First");
  await joins(ben, "First");
  await creates(cy, "Second");
  await joins(ada, "Second");
  await speaks(ben, "anybody here?");
  await reads(ben, [["Ben", "anybody here?"]]);
  await speaks(cy, "welcome");
  await reads(ada, [["Cy", "welcome"]]);
  await joins(ben, "Second");
  for (const tab of [ada, ben, cy]) await lists(tab, ["Second"]);
  await reads(ben, [["Cy", "welcome"]]);
  await leaves(ada);
  await leaves(ben);
  await lists(ada, ["Second"]);
  // Whoever only looks on sees the last one go, even without a word.
  await cy.context().close();
  for (const tab of [ada, ben]) await lists(tab, []);
});

test("nothing of a room is left after leaving it, and whatever comes late is not shown", async () => {
  const { tab: ada, wire } = await wired(machine, "Ada");
  const { tab: ben } = await visitor(machine, "Ben");
  await creates(ben, "One");
  await joins(ada, "One");
  await speaks(ben, "in One");
  await reads(ada, [["Ben", "in One"]]);
  await ada.locator("#text").fill("a draft");
  await leaves(ada);
  wire.tells({ type: "client-message", user: "Ben", message: "late" });
  wire.tells({ type: "multi-message", messages: [{ user: "Ben", content: "late", time: "" }] });
  await speaks(ben, "while Ada is out");
  await reads(ben, [["Ben", "in One"], ["Ben", "while Ada is out"]]);
  assert.deepEqual([await talk(ada), await ada.title()], [[], "Chat"]);
  await joins(ada, "One");
  await reads(ada, [["Ben", "in One"], ["Ben", "while Ada is out"]]);
  await creates(ada, "Two");
  wire.tells({ type: "client-message", user: "Zoë", message: "here" });
  await reads(ada, [["Zoë", "here"]]);
});

test("what is said in the room before while one changes rooms is not said in the next", async () => {
  const [{ tab: ada }, { tab: ben }, { tab: cy }] =
    await Promise.all(["Ada", "Ben", "Cy"].map((name) => visitor(machine, name)));
  await creates(ben, "Here");
  await creates(cy, "There");
  await speaks(cy, "welcome");
  await joins(ada, "Here");
  await machine.fault({ function: "Chat/JoinRoom", wait: 1_500 });
  const there = await entry(ada, "There");
  await there.click();
  await eventually(async () => assert.equal(await there.getAttribute("aria-busy"), "true"));
  await speaks(ben, "still with us?");
  await reads(ada, [["Ben", "still with us?"]]);
  await isIn(ada, "There");
  await speaks(cy, "you are here");
  await reads(ada, [["Cy", "welcome"], ["Cy", "you are here"]]);
});

test("who goes to another room is at its end, and is not read aloud what was said there before", async () => {
  const { tab: ada } = await visitor(machine, "Ada");
  const { tab: others } = await visitor(machine);
  await crowd(others, machine, [{ name: "Ben", room: "One" }, { name: "Cy", room: "Two" }]);
  const lines = Array.from({ length: 40 }, (_, index) => `line ${index}`);
  for (const name of ["Ben", "Cy"]) await crowdSays(others, name, lines);
  const log = ada.locator("#log");
  const live = () => log.getAttribute("aria-live");
  const below = () =>
    log.evaluate(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight);
  await joins(ada, "One");
  assert.equal(await live(), "off");
  await crowdSays(others, "Ben", ["new"]);
  await reads(ada, [...lines, "new"].map((text) => ["Ben", text]));
  assert.equal(await live(), "polite");
  await log.evaluate((element) => (element.scrollTop = 120));
  const newest = ada.getByRole("button", { name: "New messages below" });
  await eventually(async () => {
    await crowdSays(others, "Ben", ["far below"]);
    assert.ok(await newest.isVisible());
  });
  await joins(ada, "Two");
  assert.deepEqual([await newest.isVisible(), await live()], [false, "off"]);
  assert.ok(await below() < 2, `${await below()} px below`);
  await crowdSays(others, "Cy", ["hello"]);
  await reads(ada, [...lines, "hello"].map((text) => ["Cy", text]));
  assert.equal(await live(), "polite");
});

test("fifty rooms are a list that one scrolls, beside the talk and on a phone", async () => {
  const { tab: others } = await visitor(machine);
  const names = Array.from({ length: 50 }, (_, index) => `Room ${String(index).padStart(2, "0")}`);
  await crowd(others, machine, names.map((room) => ({ name: `In ${room}`, room })));
  const { tab: ada } = await visitor(machine, "Ada");
  await eventually(async () => assert.deepEqual(await rooms(ada), names));
  await fitsAPhone(ada);
  await joins(ada, "Room 49");
  const isWhole = () => ada.evaluate(() => document.documentElement.scrollHeight <= innerHeight);
  assert.ok(await isWhole(), "the list scrolls, the page does not");
  await isAccessible(ada);
  await ada.setViewportSize(PHONE);
  await ada.locator("#rooms").waitFor({ state: "hidden" });
  await leaves(ada);
  await joins(ada, "Room 25");
  await crowdSays(others, "In Room 25", ["hello on the phone"]);
  await reads(ada, [["In Room 25", "hello on the phone"]]);
  await isAccessible(ada);
});
