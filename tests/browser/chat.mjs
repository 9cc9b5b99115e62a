// The page of the chat, in a browser, against `local`: the door, what is said, and how it is read.

import assert from "node:assert/strict";
import { before, test } from "node:test";

import { ATTACKS, eventually, fitsAPhone, isAccessible, PHONE, picture, says } from "./browser.mjs";
import {
  creates, crowd, crowdSays, isAt, isIn, joins, leaves, lists, reads, registers, rooms, speaks, talk, unsent, visitor,
} from "./chat_page.mjs";
import { Machine } from "./machine.mjs";

let machine;
before(async () => (machine = await Machine.start(["Chat"])));

test("three people talk; each sees who said what and when, and what is their own", async () => {
  const { tab: ada } = await visitor(machine);
  await isAccessible(ada);
  await fitsAPhone(ada);
  await registers(ada, "Ada");
  await says(ada.locator("#registered"), "as Ada");
  await isAccessible(ada);
  await fitsAPhone(ada);
  const { tab: ben } = await visitor(machine, "Ben");
  const { tab: zoe } = await visitor(machine, "Zoë");
  const { tab: others } = await visitor(machine);
  const more = ["Film night", `Questions about "quotes"`, "Garden & balcony"];
  await crowd(others, machine, more.map((room) => ({ name: `At ${room}`, room })));
  await creates(ben, "Lunch by the river");
  for (const tab of [ada, zoe]) await joins(tab, "Lunch by the river");
  const said = await haveLunch({ Ada: ada, Ben: ben, Zoë: zoe });
  await isAccessible(ada);
  await fitsAPhone(ada);
  for (const [tab, name] of [[ada, "Ada"], [ben, "Ben"], [zoe, "Zoë"]]) {
    const own = await tab.locator("#messages > [data-mine=true] [data-text]").allTextContents();
    assert.deepEqual(own, said.filter(([user]) => user === name).map(([, text]) => text));
  }
  const times = await ada.locator("#messages time").evaluateAll((all) => all.map((time) => time.dateTime));
  assert.equal(times.length, said.length);
  for (const time of times) assert.ok(Math.abs(Date.now() - Date.parse(time)) < 60_000, time);
  await picture(ada, "chat");
});

async function haveLunch(people) {
  const said = [
    ["Ben", "Is anybody hungry yet?"],
    ["Zoë", "Always. Bread, tomatoes, and the cheese from the market?"],
    ["Ada", "I bring a blanket."],
    ["Ada", "And the coffee, with milk for Zoë."],
    ["Ben", "Twelve o’clock, at the bridge?"],
    ["Zoë", "See you there!"],
  ];
  for (const [index, [user, text]] of said.entries()) {
    await speaks(people[user], text);
    for (const tab of Object.values(people)) await reads(tab, said.slice(0, index + 1));
  }
  return said;
}

test("a name is one's own", async () => {
  const { tab: ada, who } = await visitor(machine, "  Ada \t");
  await says(ada.locator("#me"), "Ada");
  const second = await who.opens(machine.page("Chat"));
  assert.equal(await second.locator("#name").inputValue(), "Ada", "the name is remembered");
  await second.locator("#name").press("Enter");
  await says(second.locator("#door [role=alert]"), "The name “Ada” is taken; choose another one.");
  await isAt(second, "door");
  await isAccessible(second);
  await second.locator("#name").fill("Ada’s other tab");
  await second.locator("#name").press("Enter");
  await isAt(second, "lobby");
  await second.getByRole("button", { name: "Change name" }).click();
  await isAt(second, "door");
  await registers(second, "Bea");
  await says(second.locator("#me"), "Bea");
});

test("a name that cannot be is told of at its field, and those that can be are", async () => {
  const { tab } = await visitor(machine);
  const wrong = async (name, told) => {
    await tab.locator("#name").fill(name);
    await tab.getByRole("button", { name: "Register" }).click();
    await says(tab.locator("#name-wrong"), told);
    assert.equal(await tab.locator("#name").getAttribute("aria-invalid"), "true");
    assert.equal(await tab.locator("#name").inputValue(), name);
    assert.equal(await tab.evaluate(() => document.activeElement.id), "name");
    await isAt(tab, "door");
  };
  await wrong("", "Say who you are.");
  await wrong(" \t ", "Say who you are.");
  await wrong("🦀".repeat(65), "At most 64 characters; these are 65.");
  await isAccessible(tab);
  for (const name of [...ATTACKS, "🦀".repeat(64), "نور", "Ada\u0085"]) {
    await registers(tab, name);
    assert.equal(await tab.locator("#me").textContent(), name.trim().replace("\u0085", ""));
    await fitsAPhone(tab);
    await tab.locator(".rooms [data-sign-out]").click();
    await isAt(tab, "door");
  }
});

test("whatever is said is shown as it was written, and nothing of it is done", async () => {
  const { tab: ada } = await visitor(machine, ATTACKS[0]);
  const { tab: ben } = await visitor(machine, "Ben");
  await creates(ada, "Texts");
  await joins(ben, "Texts");
  const lines = "first\n\n  indented, and long: ".concat("Donaudampfschiff".repeat(30));
  const texts = [...ATTACKS, lines, "שלום, world", "x".repeat(4_000), "🦀".repeat(4_000)];
  for (const [index, text] of texts.entries()) {
    await speaks(ada, text);
    for (const tab of [ada, ben]) await reads(tab, texts.slice(0, index + 1).map((each) => [ATTACKS[0], each]));
  }
  assert.equal(await ben.locator("#messages :is(img, script, svg, a, b)").count(), 0);
  await fitsAPhone(ben);
  await isAccessible(ben);
});

test("Shift and Enter begin a line; what is too long stays where it is; what is blank is not said", async () => {
  const { tab } = await visitor(machine, "Ada");
  await creates(tab, "Lines");
  const text = tab.locator("#text");
  await text.pressSequentially("one");
  await text.press("Shift+Enter");
  await text.pressSequentially("two");
  await text.press("Enter");
  await reads(tab, [["Ada", "one\ntwo"]]);
  assert.equal(await text.inputValue(), "");
  await speaks(tab, " \n ");
  await speaks(tab, `  ${"x".repeat(4_001)}  `);
  await says(tab.locator("#text-wrong"), "At most 4,000 characters; these are 4,001.");
  assert.equal((await text.inputValue()).trim().length, 4_001);
  await text.press("Control+End");
  for (let times = 0; times < 3; times += 1) await text.press("Backspace");
  await text.press("Enter");
  await reads(tab, [["Ada", "one\ntwo"], ["Ada", "x".repeat(4_000)]]);
  await says(tab.locator("#text-wrong"), "");
});

test("who is called no-rooms talks to everyone who is, and to nobody else", async () => {
  const { tab: first } = await visitor(machine, "no-rooms");
  const { tab: second } = await visitor(machine, "No-Rooms");
  const { tab: ada } = await visitor(machine, "Ada");
  await creates(ada, "A room");
  for (const tab of [first, second]) {
    await isAt(tab, "room");
    await says(tab.locator("#talk-heading"), "Everyone without rooms");
    await tab.locator("#rooms").waitFor({ state: "hidden" });
    await tab.locator("#leave").waitFor({ state: "hidden" });
  }
  await speaks(ada, "to the room");
  await speaks(first, "to all without one");
  await speaks(second, "heard");
  const said = [["no-rooms", "to all without one"], ["No-Rooms", "heard"]];
  for (const tab of [first, second]) {
    await eventually(async () => assert.deepEqual((await talk(tab)).sort(), [...said].sort()));
    assert.equal(await tab.locator("#messages > [data-mine=true]").count(), 1);
  }
  await reads(ada, [["Ada", "to the room"]]);
  await fitsAPhone(first);
  await isAccessible(first);
  await first.getByRole("button", { name: "Change name" }).click();
  await registers(first, "Bea");
  await lists(first, ["A room"]);
});

test("who reads what was said before is not moved, and is told that there is more", async () => {
  const { tab: ada } = await visitor(machine, "Ada");
  const { tab: others } = await visitor(machine);
  await crowd(others, machine, [{ name: "Ben", room: "Long" }]);
  await crowdSays(others, "Ben", Array.from({ length: 60 }, (_, index) => `line ${index}`));
  await joins(ada, "Long");
  const log = ada.locator("#log");
  const below = () =>
    log.evaluate(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight);
  assert.ok(await below() < 2, "one begins at the end");
  await crowdSays(others, "Ben", ["at the end"]);
  await says(ada.locator("#messages > li:last-child [data-text]"), "at the end");
  assert.ok(await below() < 2, "and stays there");

  await log.evaluate((element) => (element.scrollTop = 120));
  const newest = ada.getByRole("button", { name: "New messages below" });
  await eventually(async () => {
    await crowdSays(others, "Ben", ["far below"]);
    assert.ok(await newest.isVisible());
  });
  assert.equal(await log.evaluate(({ scrollTop }) => scrollTop), 120);
  await isAccessible(ada);
  await newest.click();
  await newest.waitFor({ state: "hidden" });
  assert.ok(await below() < 2);
  await log.evaluate((element) => (element.scrollTop = 0));
  await speaks(ada, "one's own is always seen");
  await eventually(async () => assert.ok(await below() < 2));
  await ada.setViewportSize({ ...PHONE, height: 420 });
  await eventually(async () => assert.ok(await below() < 2, "when a keyboard takes half of the window, too"));
});

test("with the keyboard alone", async () => {
  const { tab } = await visitor(machine);
  const { tab: ben } = await visitor(machine, "Ben");
  await creates(ben, "Quiet");
  const { keyboard } = tab;
  const isOn = (selector) => eventually(() => tab.locator(`${selector}:focus`).waitFor({ timeout: 1_000 }));
  await isOn("#name");
  await keyboard.type("Ada");
  await keyboard.press("Enter");
  await isOn("#rooms-heading");
  for (const on of [".rooms [data-sign-out]", "#room"]) {
    await keyboard.press("Tab");
    await isOn(on);
  }
  await keyboard.press("Tab");
  await keyboard.press("Tab");
  await isOn("#rooms .entry");
  await keyboard.press("Enter");
  await isIn(tab, "Quiet");
  await isOn("#text");
  await keyboard.type("hello");
  await keyboard.press("Enter");
  await reads(ben, [["Ada", "hello"]]);
  await isOn("#text");
  await keyboard.press("Shift+Tab");
  await isOn("#log");
  await keyboard.press("Shift+Tab");
  await isOn("#leave");
  await keyboard.press("Enter");
  await isAt(tab, "lobby");
  await isOn("#rooms-heading");
});

/** Another tab is in front of this one, or no longer. */
async function looksAway(tab, isAway) {
  await tab.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, isAway);
}

test("what a screen reader is told, and what is read on the tab of a page that is out of sight", async () => {
  const { tab: ada } = await visitor(machine, "Ada");
  const { tab: ben } = await visitor(machine, "Ben");
  await ada.getByRole("status").filter({ hasText: "Live" }).waitFor();
  await creates(ben, "Heard");
  assert.equal(await ada.locator("#rooms").getAttribute("aria-live"), "polite");
  await ada.getByRole("button", { name: "Heard", exact: true }).click();
  await isIn(ada, "Heard");
  await eventually(async () =>
    assert.deepEqual(await ada.locator("#rooms [aria-current=true]").allTextContents(), ["Heard"]));
  await speaks(ben, "first");
  await speaks(ben, "second");
  const log = ada.getByRole("log", { name: "Messages" });
  await log.getByText("second").waitFor();
  // Who says it is seen once, and heard each time.
  assert.match(await log.ariaSnapshot(), /Ben[^]*first[^]*Ben[^]*second/);
  await looksAway(ada, true);
  await speaks(ben, "third");
  await eventually(async () => assert.equal(await ada.title(), "(1) Heard – Chat"));
  await looksAway(ada, false);
  assert.equal(await ada.title(), "Heard – Chat");
  await leaves(ben);
  await leaves(ada);
  await lists(ada, []);
  assert.deepEqual([await rooms(ben), await unsent(ada)], [[], []]);
});
