// The page of the chat, in a browser, against `local`: what becomes of it when a connection is lost.

import assert from "node:assert/strict";
import { afterEach, before, test } from "node:test";

import { eventually, fitsAPhone, isAccessible, NO_SERVER, says } from "./browser.mjs";
import {
  creates, isAt, isAway, isBack, isIn, joins, leaves, lists, reads, speaks, talk, unsent, visitor, wired,
} from "./chat_page.mjs";
import { Machine } from "./machine.mjs";

let machine;
before(async () => (machine = await Machine.start(["Chat"])));
afterEach(() => machine.heal());

async function talkAbout(ada, ben, room) {
  await creates(ada, room);
  await joins(ben, room);
  for (const text of ["same", "same"]) await speaks(ada, text);
  await reads(ben, [["Ada", "same"], ["Ada", "same"]]);
  await speaks(ben, "yes");
  const said = [["Ada", "same"], ["Ada", "same"], ["Ben", "yes"]];
  for (const tab of [ada, ben]) await reads(tab, said);
  return said;
}

for (const signal of ["SIGINT", "SIGKILL"]) {
  test(`after a server that was stopped with ${signal} all is as it was, and nothing twice`, async () => {
    const { who, tab: ada } = await visitor(machine, "Ada");
    who.forgives(...NO_SERVER);
    const { tab: ben, wire } = await wired(machine, "Ben");
    const said = await talkAbout(ada, ben, signal);
    await ada.locator("#text").fill("a draft");

    // Whose old connection is forgotten before the other one is back would take the room along: one after the other.
    wire.isDown = true;
    await machine.stop(signal);
    for (const tab of [ada, ben]) await isAway(tab);
    await says(ada.locator("#away-text"), "The connection is lost. Trying again…");
    await isAccessible(ada);
    await fitsAPhone(ada);
    for (const key of ["Escape", "Escape"]) await ada.keyboard.press(key);
    await isAway(ada);
    await ada.getByRole("button", { name: "Reconnect now" }).click();
    await isAway(ada);

    await machine.startAgain();
    await isBack(ada);
    await ada.locator("#new-room[aria-busy=false]").waitFor();
    wire.isDown = false;
    await ben.getByRole("button", { name: "Reconnect now" }).click();
    for (const tab of [ada, ben]) {
      await isBack(tab);
      await isIn(tab, signal);
      await lists(tab, [signal]);
      await reads(tab, said);
    }
    assert.equal(await ada.locator("#text").inputValue(), "a draft");
    await ada.locator("#text").press("Enter");
    await reads(ben, [...said, ["Ada", "a draft"]]);
    await speaks(ben, "we are back");
    for (const tab of [ada, ben]) await reads(tab, [...said, ["Ada", "a draft"], ["Ben", "we are back"]]);
    await leaves(ada);
    assert.deepEqual(await talk(ada), []);
    await leaves(ben);
    await lists(ada, []);
  });
}

test("Reconnect now does not wait", async () => {
  const { tab, wire } = await wired(machine, "Ada");
  await creates(tab, "Here");
  wire.isDown = true;
  await wire.cut();
  await isAway(tab);
  await eventually(() => assert.ok(wire.attempts > 3));
  // The next attempt would be four seconds away, or more.
  wire.isDown = false;
  await tab.keyboard.press("Enter");
  await eventually(async () => assert.equal(await tab.locator("#away").isVisible(), false), 2_500);
  await isBack(tab);
});

test("a name that is the lost connection's for a while is waited for", async () => {
  const { tab, wire } = await wired(machine, "Ada");
  const { tab: ben } = await visitor(machine, "Ben");
  await creates(ben, "Here");
  await joins(tab, "Here");
  const isGone = await wire.cutHere();
  await isAway(tab);
  await says(tab.locator("#away-text"), "Connected. Registering you again…");
  await isAway(tab);
  await isGone();
  await isBack(tab);
  await isIn(tab, "Here");
  await says(tab.locator("#registered"), "as Ada");
});

test("a room that closed meanwhile is told of, and all is clean", async () => {
  const { tab: ada, wire } = await wired(machine, "Ada");
  const { tab: ben } = await visitor(machine, "Ben");
  await creates(ada, "Alone");
  await speaks(ada, "nobody hears this");
  await reads(ada, [["Ada", "nobody hears this"]]);
  await lists(ben, ["Alone"]);
  wire.isDown = true;
  await wire.cut();
  await isAway(ada);
  await lists(ben, []);
  wire.isDown = false;
  await isBack(ada);
  await isAt(ada, "lobby");
  await says(ada.locator("#closed"), "“Alone” is closed: everybody had left.");
  await says(ada.locator("#registered"), "as Ada");
  await isAccessible(ada);
  await creates(ada, "Alone");
  assert.deepEqual(await talk(ada), []);
  await leaves(ada);
  assert.equal(await ada.locator("#closed").isVisible(), false);
});

test("after leaving and reconnecting one is in the lobby, and after reconnecting one can leave", async () => {
  const { tab: ada, wire } = await wired(machine, "Ada");
  const { tab: ben } = await visitor(machine, "Ben");
  await creates(ben, "Here");
  await joins(ada, "Here");
  await speaks(ben, "hello");
  await reads(ada, [["Ben", "hello"]]);
  await leaves(ada);
  await wire.cut();
  await isBack(ada);
  await isAt(ada, "lobby");
  assert.deepEqual(await talk(ada), []);
  await lists(ada, ["Here"]);
  await joins(ada, "Here");
  await reads(ada, [["Ben", "hello"]]);
  wire.isDown = true;
  await wire.cut();
  await speaks(ben, "missed");
  await reads(ben, [["Ben", "hello"], ["Ben", "missed"]]);
  wire.isDown = false;
  await isBack(ada);
  await reads(ada, [["Ben", "hello"], ["Ben", "missed"]]);
  await leaves(ada);
  assert.deepEqual(await talk(ada), []);
  await leaves(ben);
  await lists(ada, []);
});

test("a text that was on its way when the connection went is sent once more, unless it had arrived", async () => {
  const { tab: ada, wire } = await wired(machine, "Ada");
  const { tab: ben } = await visitor(machine, "Ben");
  await creates(ben, "Here");
  await joins(ada, "Here");
  wire.loses = ({ action }) => action === "dispatch";
  await speaks(ada, "lost on its way");
  await eventually(async () => assert.deepEqual(await unsent(ada), [["lost on its way", "sending"]]));
  wire.loses = () => false;
  await wire.cut();
  await isBack(ada);
  for (const tab of [ada, ben]) await reads(tab, [["Ada", "lost on its way"]]);
  wire.mutes = ({ type }) => type === "client-message";
  await speaks(ada, "arrived");
  await reads(ben, [["Ada", "lost on its way"], ["Ada", "arrived"]]);
  wire.mutes = () => false;
  await wire.cut();
  await isBack(ada);
  const said = [["Ada", "lost on its way"], ["Ada", "arrived"]];
  for (const tab of [ada, ben]) await reads(tab, said);
  await speaks(ben, "once");
  for (const tab of [ada, ben]) await reads(tab, [...said, ["Ben", "once"]]);
  assert.deepEqual(await unsent(ada), []);
});

test("what is said while the history is read is shown once", async () => {
  const { tab: ada, wire } = await wired(machine, "Ada");
  const { tab: ben } = await visitor(machine, "Ben");
  await creates(ben, "Here");
  await speaks(ben, "ok");
  await reads(ben, [["Ben", "ok"]]);
  await joins(ada, "Here");
  await reads(ada, [["Ben", "ok"]]);
  wire.tells({ type: "client-message", user: "Ben", message: "ok" });
  await speaks(ben, "ok");
  const said = [["Ben", "ok"], ["Ben", "ok"]];
  for (const tab of [ada, ben]) await reads(tab, said);
  await speaks(ben, "end");
  for (const tab of [ada, ben]) await reads(tab, [...said, ["Ben", "end"]]);
});

test("who is offline is told so, and is back as soon as the network is", async () => {
  const { who, tab: ada } = await visitor(machine, "Ada");
  who.forgives(...NO_SERVER);
  await creates(ada, "Here");
  await who.context.setOffline(true);
  await machine.stop();
  await isAway(ada);
  await says(ada.locator("#away-text"), "You are offline. As soon as the network is back, so are you.");
  await says(ada.locator("#status"), "You are offline");
  await isAccessible(ada);
  await machine.startAgain();
  await who.context.setOffline(false);
  await isBack(ada);
  await isAt(ada, "lobby");
  await says(ada.locator("#closed"), "“Here” is closed: everybody had left.");
  await says(ada.locator("#registered"), "as Ada");
});
