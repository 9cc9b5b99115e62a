// What somebody does at the page of the notifications, for the tests of that page.
// Says nothing about what must be so: that is in `notifications.mjs` and `notifications_trouble.mjs`.

import assert from "node:assert/strict";

import { eventually, says } from "./browser.mjs";

export const STACK = "Notifications";

/** A tab at whose door nobody has come in yet. */
export const door = (machine, someone, query = "") => someone.opens(machine.page(STACK, query));

/** Comes in as this user. */
export async function enters(tab, user) {
  await tab.getByLabel("User id").fill(user);
  await tab.getByRole("button", { name: "Connect" }).click();
}

export const isLive = (tab) => says(tab.locator("#status"), "Live");

/** A tab of somebody who is connected as this user. */
export async function joins(machine, someone, user) {
  const tab = await door(machine, someone);
  await enters(tab, user);
  await isLive(tab);
  return tab;
}

export const orders = (tab) => tab.locator("#orders > li");
export const state = (order) => order.locator("[data-state]");
export const placing = (tab) => tab.getByRole("button", { name: "Place an order" });

/** Places an order; its card, the newest. It stays this order's when others are placed. */
export async function order(tab) {
  const before = await orders(tab).count();
  await placing(tab).click();
  await eventually(async () => assert.equal(await orders(tab).count(), before + 1));
  return same(tab, orders(tab).first());
}

/** The card of the same order, on this tab or on another one. */
export async function same(tab, card) {
  return tab.locator(`[data-key="${await card.getAttribute("data-key")}"]`);
}
