// The page of the notifications, in a browser, against `local`: who orders is told what becomes of it, on every tab.
// What goes wrong is in `notifications_trouble.mjs`.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";

import { ATTACKS, eventually, fitsAPhone, isAccessible, list, person, picture, says } from "./browser.mjs";
import { Machine } from "./machine.mjs";
import { STACK, door, enters, isLive, joins, order, orders, same, state } from "./notifications_page.mjs";

let machine;
before(async () => (machine = await Machine.start([STACK])));

/** Has a tab remember what a screen reader hears of orders from now on. */
async function listens(tab) {
  await tab.evaluate(() => {
    globalThis.heard = [];
    const news = document.getElementById("news");
    new MutationObserver(() => globalThis.heard.push(news.textContent)).observe(news, { childList: true });
  });
  return () => tab.evaluate(() => globalThis.heard);
}

/** Plays the service itself, which sends these frames as soon as somebody connects. */
async function told(tab, ...frames) {
  const send = (socket) => frames.forEach((frame) => socket.send(JSON.stringify(frame)));
  await tab.routeWebSocket(/execute-api/, send);
}

describe("orders", () => {
  test("an order is told on every tab of its user, in order, and on nobody else's", async () => {
    const [ada, ben] = [await person(), await person()];
    const laptop = await joins(machine, ada, "ada");
    // Another tab knows the user already.
    const second = await door(machine, ada);
    await isLive(second);
    const bens = await joins(machine, ben, "ben");
    await says(bens.locator("#empty"), "No orders yet. Place one, and open this page in a second tab.");
    const heard = [await listens(laptop), await listens(second)];
    const card = await order(laptop);
    const id = await card.getAttribute("data-key");
    const elsewhere = await same(second, card);
    for (const shown of [card, elsewhere]) await says(state(shown), "Delivered");
    for (const shown of [card, elsewhere]) await says(shown.locator("[data-id]"), id);
    assert.deepEqual(await heard[0](), ["Placed", "Accepted", "Delivered"].map((step) => `Order ${id}: ${step}.`));
    assert.deepEqual(await heard[1](), ["Accepted", "Delivered"].map((step) => `Order ${id}: ${step}.`));
    assert.equal(await orders(bens).count(), 0);
  });

  test("whoever changes the user leaves their orders behind", async () => {
    const tab = await joins(machine, await person(), "ann");
    const first = await order(tab);
    await says(state(first), "Accepted");
    await tab.getByRole("button", { name: "Change user" }).click();
    await eventually(async () => assert.deepEqual((await machine.look("state")).connections, []));
    assert.equal(await orders(tab).count(), 0);
    assert.equal(await tab.locator("#status").isVisible(), false);
    assert.equal(await tab.getByLabel("User id").inputValue(), "ann");
    await enters(tab, "anna");
    await isLive(tab);
    assert.equal(await tab.locator("#name").innerText(), "anna");
    assert.equal(await orders(tab).count(), 0);
    const mine = await order(tab);
    await says(state(mine), "Delivered");
    // Ann's order was delivered before.
    assert.equal(await orders(tab).count(), 1);
  });

  test("a reload keeps the user", async () => {
    const tab = await joins(machine, await person(), "Zoë & co");
    await tab.reload();
    await isLive(tab);
    await says(tab.locator("#name"), "Zoë & co");
    assert.equal(await tab.locator("#user-form").isVisible(), false);
  });

  test("all of it goes with the keyboard alone", async () => {
    const tab = await door(machine, await person());
    const focused = (text) => says(tab.locator(":focus"), text);
    await tab.getByLabel("User id").waitFor();
    await tab.keyboard.press("Tab");
    await tab.keyboard.type("kay");
    await tab.keyboard.press("Enter");
    await isLive(tab);
    await focused("Place an order");
    await tab.keyboard.press("Enter");
    await says(state(orders(tab).first()), "Accepted");
    // The button was held down meanwhile, and has the keyboard again.
    await focused("Place an order");
    await tab.keyboard.press("Tab");
    await focused("Change user");
    await tab.keyboard.press("Enter");
    await tab.keyboard.press("ControlOrMeta+a");
    await tab.keyboard.type("kim");
    await tab.keyboard.press("Tab");
    await focused("Connect");
    await tab.keyboard.press("Space");
    await says(tab.locator("#name"), "kim");
    await isLive(tab);
  });

  test("the newest order is on top, and says that it is on the way", async () => {
    const tab = await joins(machine, await person(), "ada");
    await says(state(await order(tab)), "Delivered");
    assert.equal(await tab.locator("#under-way").innerText(), "");
    await machine.fault({ function: `${STACK}/DeliverOrder`, wait: 20_000 });
    await says(state(await order(tab)), "Accepted");
    await says(tab.locator("#under-way"), "1 on the way");
    await list(tab.locator("#orders [data-state]"), ["Accepted", "Delivered"]);
    await tab.locator("h1").click();
    await picture(tab, "notifications");
    await isAccessible(tab);
    await fitsAPhone(tab);
    await machine.heal();
  });
});

describe("users", () => {
  const LONGEST = "𝄞".repeat(256);
  const NAMES = ["two  blanks", `O'Neil "the 1st" & 50%`, "a+b=c?#/\\", "👩‍🍳", "عمر", LONGEST, ...ATTACKS];

  test("any name of up to 256 characters will do, and is shown as it is", async () => {
    const tab = await door(machine, await person());
    for (const name of NAMES) {
      await enters(tab, name);
      await isLive(tab);
      assert.equal(await tab.locator("#name").textContent(), name);
      assert.equal(await tab.locator("#name *, main img, main svg, main script").count(), 0);
      await says(state(await order(tab)), "Accepted");
      if (name === LONGEST) await fitsAPhone(tab);
      await tab.getByRole("button", { name: "Change user" }).click();
      assert.equal(await tab.getByLabel("User id").inputValue(), name);
    }
  });

  test("a name that will not do is told, and nobody is connected", async () => {
    const tab = await door(machine, await person());
    const field = tab.getByLabel("User id");
    const wrong = tab.getByRole("alert");
    for (const [name, told] of [
      ["", "Say who is ordering."],
      [" \t ", "Say who is ordering."],
      ["x".repeat(257), "At most 256 characters; these are 257."],
      [LONGEST + "𝄞", "At most 256 characters; these are 257."],
    ]) {
      await enters(tab, name);
      await says(wrong, told);
      assert.equal(await field.inputValue(), name);
      assert.equal(await field.getAttribute("aria-invalid"), "true");
      assert.ok(await field.evaluate((element) => element === document.activeElement));
    }
    await isAccessible(tab);
    await fitsAPhone(tab);
    assert.deepEqual((await machine.look("state")).connections, []);
    await enters(tab, " ada ");
    await isLive(tab);
    await says(tab.locator("#name"), "ada");
    assert.equal(await wrong.count(), 0);
  });

  test("what an order is told is text, and what is no order is nothing", async () => {
    const tab = await (await person()).context.newPage();
    const attacks = ATTACKS.map((attack) => ({ order_id: attack, order_status: attack }));
    const nonsense = [{}, { order_id: 1 }, { order_id: {}, order_status: "Order Accepted" }, { order_status: "x" }];
    const twice = { order_id: 7, order_status: "Order Delivered" };
    const late = { order_id: 7, order_status: "Order Accepted" };
    await told(tab, ...attacks, ...nonsense, twice, twice, late);
    await tab.goto(machine.page(STACK));
    await enters(tab, "ada");
    const shown = ["Delivered", ...ATTACKS.toReversed()];
    await list(tab.locator("#orders [data-state]"), shown);
    await list(tab.locator("#orders [data-id]"), ["7", ...ATTACKS.toReversed()]);
    assert.equal(await tab.locator("#orders :is(img, svg, script, b)").count(), 0);
    await fitsAPhone(tab);
    await isAccessible(tab);
  });
});

