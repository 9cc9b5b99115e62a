// The page of the chat, in a browser, against `local`: what becomes of it when a connection or a function fails.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, afterEach, before, test } from "node:test";

import { eventually, fitsAPhone, isAccessible, NO_SERVER, says } from "./browser.mjs";
import {
  creates, isAt, isIn, joins, leaves, lists, reads, speaks, talk, unsent, visitor, wired,
} from "./chat_page.mjs";
import { Machine } from "./machine.mjs";

const FAILED = "The chat service failed. Try again in a moment.";

let machine;
before(async () => (machine = await Machine.start(["Chat"])));
afterEach(() => machine.heal());
after(() => machine.stop());

/** The overlay is there, over all else, with the keyboard in it. */
async function isAway(tab) {
  await eventually(async () => assert.ok(await tab.locator("#away:modal").isVisible()));
  await eventually(async () => assert.equal(await tab.evaluate(() => document.activeElement.id), "reconnect"));
}

async function isBack(tab) {
  await tab.locator("#away").waitFor({ state: "hidden" });
  await says(tab.locator("#status"), "Live");
}

/** A table's request, signed. */
async function asks(operation, request) {
  const source = readFileSync(new URL("../../web/agenda/sigv4.js", import.meta.url));
  const { sign } = await import(`data:text/javascript;base64,${source.toString("base64")}`);
  const { endpoint: url, region, credentials } = machine.ready;
  const headers = { "content-type": "application/x-amz-json-1.0", "x-amz-target": `DynamoDB_20120810.${operation}` };
  const call = { method: "POST", url: `${url}/`, headers, body: JSON.stringify(request) };
  const signature = await sign({ ...call, service: "dynamodb", region, credentials });
  const answer = await fetch(call.url, { ...call, headers: { ...headers, ...signature } });
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.json();
}

/** The rows of connections die as they do after two hours, if nobody heard that the connections are gone. */
async function timePasses() {
  const { Items } = await asks("Scan", { TableName: "client-records" });
  for (const { ID } of Items) await asks("DeleteItem", { TableName: "client-records", Key: { ID } });
}

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
    const people = await Promise.all(["Ada", "Ben"].map((name) => visitor(machine, name)));
    for (const { who } of people) who.forgives(...NO_SERVER);
    const [ada, ben] = people.map(({ tab }) => tab);
    const said = await talkAbout(ada, ben, signal);
    await ada.locator("#text").fill("a draft");

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
    await timePasses();
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
  await machine.fault({ function: "Chat/SendMessage", wait: 1_000 });
  await speaks(ada, "arrived");
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
  await timePasses();
  await who.context.setOffline(false);
  await isBack(ada);
  await isIn(ada, "Here");
  await leaves(ada);
});

test("a registration that fails is told at the door, and works when it is tried again", async () => {
  const { tab } = await visitor(machine);
  await machine.fault({ function: "Chat/RegisterUser", status: 500 });
  await tab.locator("#name").fill("Ada");
  await tab.locator("#name").press("Enter");
  await says(tab.locator("#door [role=alert]"), FAILED);
  assert.equal(await tab.locator("#name").inputValue(), "Ada");
  await machine.fault({ table: "client-records", calls: 20, status: 500 });
  await tab.locator("#name").press("Enter");
  await says(tab.locator("#door [role=alert]"), "That did not work, and it is not your fault; try again.");
  await machine.heal();
  await machine.fault({ function: "Chat/RegisterUser", wait: 1_500 });
  await tab.locator("#name").press("Enter");
  await eventually(async () => assert.equal(await tab.locator("#door").getAttribute("aria-busy"), "true"));
  assert.ok(await tab.getByRole("button", { name: "Register" }).isDisabled());
  await isAt(tab, "lobby");
});

test("a registration that fails after the connection was lost is tried again by itself", async () => {
  const { tab, wire } = await wired(machine, "Ada");
  await creates(tab, "Here");
  const { tab: ben } = await visitor(machine, "Ben");
  await joins(ben, "Here");
  await machine.fault({ function: "Chat/RegisterUser", status: 500, calls: 2 });
  await machine.fault({ function: "Chat/JoinRoom", status: 500 });
  await wire.cut();
  await isAway(tab);
  await isBack(tab);
  await isIn(tab, "Here");
  await speaks(ben, "welcome back");
  await reads(tab, [["Ben", "welcome back"]]);
});

test("making and joining rooms that fails is told there, and nothing of it is lost", async () => {
  const { tab: ada } = await visitor(machine, "Ada");
  const { tab: ben } = await visitor(machine, "Ben");
  const told = ada.locator("#new-room [role=alert]");
  await machine.fault({ function: "Chat/CreateRoom", status: 500 });
  await ada.locator("#room").fill("New");
  await ada.locator("#room").press("Enter");
  await says(told, FAILED);
  assert.equal(await ada.locator("#room").inputValue(), "New");
  await isAt(ada, "lobby");
  await isAccessible(ada);
  await ada.locator("#room").press("Enter");
  await isIn(ada, "New");
  await says(told, "");

  await machine.fault({ function: "Chat/JoinRoom", status: 500 });
  await lists(ben, ["New"]);
  await ben.locator("#rooms button").click();
  await says(ben.locator("#new-room [role=alert]"), FAILED);
  await isAt(ben, "lobby");
  await joins(ben, "New");

  await machine.fault({ function: "Chat/LeaveRoom", status: 500 });
  await leaves(ada);
  await eventually(async () => assert.equal((await machine.look("faults")).faults?.length ?? 0, 0));
  await leaves(ben);
  // Tried again without a word, or the room would stay.
  for (const tab of [ada, ben]) await lists(tab, []);
});

test("a text that a function refuses or loses stays, to be sent again or discarded", async () => {
  const { tab: ada } = await visitor(machine, "Ada");
  const { tab: ben } = await visitor(machine, "Ben");
  await creates(ada, "Here");
  await joins(ben, "Here");
  await machine.fault({ function: "Chat/SendMessage", status: 500 });
  await speaks(ada, "first");
  const told = ada.locator("#unsent [role=status]");
  await says(told, `Not sent. ${FAILED}`);
  await isAccessible(ada);
  await fitsAPhone(ada);
  await machine.fault({ table: "room-messages-users", calls: 20, status: 500 });
  await speaks(ada, "second");
  await eventually(async () => assert.deepEqual(await unsent(ada), [["first", "failed"], ["second", "failed"]]));
  await says(told.last(), "Not sent. That did not work, and it is not your fault; try again.");
  await machine.heal();
  await ada.locator("#unsent li").last().getByRole("button", { name: "Discard" }).click();
  await ada.getByRole("button", { name: "Send again" }).click();
  for (const tab of [ada, ben]) await reads(tab, [["Ada", "first"]]);
  assert.deepEqual(await unsent(ada), []);

  await machine.fault({ function: "Chat/SendMessage", wait: 1_500 });
  for (const text of ["slow", "after it"]) await speaks(ada, text);
  await eventually(async () => assert.deepEqual(await unsent(ada), [["slow", "sending"], ["after it", "waiting"]]));
  await says(told.first(), "Sending…");
  for (const tab of [ada, ben]) await reads(tab, [["Ada", "first"], ["Ada", "slow"], ["Ada", "after it"]]);
});
