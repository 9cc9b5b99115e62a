// The page of the chat, in a browser, against `local`: what becomes of it when functions fail or take their time.

import assert from "node:assert/strict";
import { afterEach, before, test } from "node:test";

import { eventually, fitsAPhone, isAccessible, PHONE, picture, says } from "./browser.mjs";
import {
  creates, isAt, isAway, isBack, isIn, joins, leaves, lists, reads, registers, speaks, unsent, visitor, wired,
} from "./chat_page.mjs";
import { Machine } from "./machine.mjs";

const FAILED = "The chat service failed. Try again in a moment.";
const NOT_SENT = `Your last message was not sent. ${FAILED}`;

let machine;
before(async () => (machine = await Machine.start(["Chat"])));
afterEach(() => machine.heal());

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
  assert.equal(await tab.getByRole("button", { name: "Register" }).getAttribute("aria-disabled"), "true");
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

test("what failed when one has gone on is told wherever one is, until one goes on again", async () => {
  const { tab: ada, wire } = await wired(machine, "Ada");
  const told = ada.locator("#closed");
  // There before it has anything to say, or it may stay unheard.
  const isThere = () => ada.getByRole("status").and(told).count();
  assert.equal(await isThere(), 1);
  await creates(ada, "Here");
  wire.loses = ({ action }) => action === "dispatch";
  await speaks(ada, "too late");
  await eventually(async () => assert.deepEqual(await unsent(ada), [["too late", "sending"]]));
  await creates(ada, "There");
  const fails = () => wire.tells({ type: "error", action: "dispatch", message: FAILED });
  fails();
  await says(told, NOT_SENT);
  await isAccessible(ada);
  await fitsAPhone(ada);
  await picture(ada, "chat-too-late");
  await ada.setViewportSize(PHONE);
  await says(told, NOT_SENT);
  await leaves(ada);
  await says(told, "");
  fails();
  await says(told, NOT_SENT);
  await ada.locator(".rooms [data-sign-out]").click();
  await isAt(ada, "door");
  await says(told, "");
  assert.equal(await isThere(), 1);
  await registers(ada, "no-rooms");
  fails();
  await says(told, NOT_SENT);
  await isAccessible(ada);
});

test("what is wrong with a room that is being made is told also where the rooms are out of sight", async () => {
  const { tab, wire } = await wired(machine, "Ada");
  await creates(tab, "Here");
  wire.loses = ({ action }) => action === "new-room";
  await tab.locator("#room").fill("There");
  await tab.locator("#room").press("Enter");
  await tab.locator("#new-room[aria-busy=true]").waitFor();
  await tab.setViewportSize(PHONE);
  wire.tells({ type: "error", action: "new-room", message: FAILED });
  await says(tab.locator("#closed"), FAILED);
  await isIn(tab, "Here");
});
