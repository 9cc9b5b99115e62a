// What goes wrong at the page of the notifications, in a browser, against `local`; and signing in.
// The story when all is well is in `notifications.mjs`.

import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { before, describe, test } from "node:test";

import { NO_SERVER, eventually, fitsAPhone, isAccessible, list, person, says } from "./browser.mjs";
import { Machine } from "./machine.mjs";
import { STACK, door, enters, isLive, joins, order, orders, placing, same, state } from "./notifications_page.mjs";

const PLACE = `${STACK}/PlaceOrder`;
const HANDLER = `${STACK}/EventHandler`;
const DOUBT = "This page was not connected for a while: news of this order may be missing.";

let machine;
const start = async (...more) => (machine = await Machine.start([STACK], ...more));

/** Puts a tab behind a network that can be cut: the socket only, before it is opened. */
async function wire(tab) {
  const sockets = new Set();
  let isCut = false;
  await tab.routeWebSocket(/execute-api/, (page) => {
    if (isCut) return page.close();
    const server = page.connectToServer();
    sockets.add({ page, server });
  });
  const close = ({ page, server }) => Promise.all([page.close(), server.close()]);
  return {
    cut: () => ((isCut = true), Promise.all([...sockets].map(close))),
    mend: () => (isCut = false),
  };
}

describe("what goes wrong", () => {
  before(() => start());

  test("an order service that fails is told, and the next try works", async () => {
    const ada = await person();
    ada.forgives(...NO_SERVER);
    const tab = await joins(machine, ada, "ada");
    await machine.fault({ function: PLACE, status: 500 });
    await placing(tab).click();
    const failed = "The order may have been placed or not. The order service failed (502).";
    await says(tab.getByRole("alert"), failed);
    assert.equal(await orders(tab).count(), 0);
    await isAccessible(tab);
    await fitsAPhone(tab);
    await says(state(await order(tab)), "Accepted");
    assert.equal(await tab.getByRole("alert").count(), 0);
  });

  test("an order that is refused was not placed; what an answer does not say is not known", async () => {
    const ada = await person();
    ada.forgives(...NO_SERVER);
    const tab = await joins(machine, ada, "ana");
    const unnumbered = "The order may have been placed or not. The answer does not say the order’s number.";
    for (const [answer, text] of [
      [{ status: 400, json: { message: "no such user" } }, "The order was not placed. no such user"],
      [{ status: 429 }, "The order was not placed. Too many requests at once. Try again in a moment."],
      [{ status: 504 }, "The order may have been placed or not. The order service failed (504)."],
      [{ status: 202, body: "" }, unnumbered],
      [{ status: 202, body: "null" }, unnumbered],
    ]) {
      await tab.route(machine.output(STACK, "OrdersUrl"), (route) => route.fulfill(answer), { times: 1 });
      await placing(tab).click();
      await says(tab.getByRole("alert"), text);
    }
  });

  test("what became of an order is told to nobody but who placed it", async () => {
    const ada = await person();
    ada.forgives(...NO_SERVER);
    const tab = await joins(machine, ada, "kai");
    await machine.fault({ function: PLACE, status: 500, wait: 1000 });
    const failed = tab.waitForResponse((answer) => answer.status() === 502);
    await placing(tab).click();
    await tab.getByRole("button", { name: "Change user" }).click();
    await enters(tab, "kim");
    await (await failed).finished();
    await eventually(async () => assert.equal(await placing(tab).isDisabled(), false));
    assert.equal(await tab.getByRole("alert").count(), 0);
  });

  test("an order service that is slow is asked once", async () => {
    const tab = await joins(machine, await person(), "ben");
    await machine.fault({ function: PLACE, wait: 1500 });
    await placing(tab).dblclick();
    assert.ok(await placing(tab).isDisabled());
    await says(state(orders(tab).first()), "Accepted");
    assert.equal(await placing(tab).isDisabled(), false);
    assert.equal(await orders(tab).count(), 1);
  });

  test("without a network an order is not placed, and the page says why", async () => {
    const ada = await person();
    ada.forgives(...NO_SERVER);
    const tab = await joins(machine, ada, "eve");
    await ada.context.setOffline(true);
    await placing(tab).click();
    await says(tab.getByRole("alert"), "The order was not placed. You are offline.");
    await ada.context.setOffline(false);
    await isLive(tab);
    await says(state(await order(tab)), "Accepted");
  });

  test("an order whose news were missed says so, also after the connection is back", async () => {
    const ada = await person();
    const [tab, other] = [await ada.context.newPage(), await joins(machine, ada, "ida")];
    const network = await wire(tab);
    await tab.goto(machine.page(STACK));
    await isLive(tab);
    const card = await order(tab);
    await says(state(card), "Accepted");
    await network.cut();
    await says(tab.locator("#status"), "Reconnecting…");
    await says(tab.locator("#away"), "Not connected: what happens to your orders now is not shown here later.");
    await says(card.locator("[data-doubt]"), DOUBT);
    // What is ordered meanwhile is ordered, and nothing is heard of it here.
    const blind = await order(tab);
    await says(blind.locator("[data-doubt]"), DOUBT);
    for (const missed of [card, blind]) await says(state(await same(other, missed)), "Delivered");
    network.mend();
    await isLive(tab);
    assert.equal(await tab.locator("#away").isVisible(), false);
    await says(card.locator("[data-doubt]"), DOUBT);
    await list(tab.locator("#orders [data-state]"), ["Placed", "Accepted"]);
    await isAccessible(tab);
    await fitsAPhone(tab);
    // What is ordered now is heard of.
    const heard = await order(tab);
    await says(state(heard), "Accepted");
    assert.equal(await heard.locator("[data-doubt]").isVisible(), false);
  });

  test("a service that lets nobody in is given a reason", async () => {
    const ada = await person();
    ada.forgives(...NO_SERVER);
    await machine.fault({ function: HANDLER, status: 500, calls: 1000 });
    const tab = await ada.context.newPage();
    await tab.clock.install();
    await tab.goto(machine.page(STACK));
    await enters(tab, "una");
    await says(tab.locator("#status"), "Reconnecting…");
    await tab.clock.fastForward(9000);
    await says(tab.locator("#away"), /^The notifications service does not accept the connection\. It may be down, /);
    await isAccessible(tab);
    await fitsAPhone(tab);
    await machine.heal();
    await tab.clock.fastForward(60_000);
    await isLive(tab);
    assert.equal(await tab.locator("#away").isVisible(), false);
  });

  test("after another start the page goes on by itself", async () => {
    const ada = await person();
    ada.forgives(...NO_SERVER);
    const tab = await joins(machine, ada, "ola");
    const card = await order(tab);
    await says(state(card), "Accepted");
    await machine.stop("SIGKILL");
    await says(tab.locator("#status"), "Reconnecting…");
    await says(card.locator("[data-doubt]"), DOUBT);
    await placing(tab).click();
    await says(tab.getByRole("alert"), "The order may have been placed or not. The order service does not answer.");
    await machine.startAgain();
    await isLive(tab);
    const next = await order(tab);
    assert.equal(await tab.getByRole("alert").count(), 0);
    await says(state(next), "Delivered");
    // The first was delivered before the second: it was heard of, or may have been missed.
    const first = `${await state(card).innerText()} ${await card.locator("[data-doubt]").isVisible()}`;
    assert.match(first, /^(Delivered false|Accepted true)$/);
  });
});

describe("signing in", () => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  before(() => start("--parameter", `TicketKey=${publicKey.export({ format: "jwk" }).x}`));

  test("a ticket lets its user in, and nobody else", async () => {
    const ada = await person();
    const tab = await door(machine, ada, `?ticket=${ticket("ada", 600)}`);
    await enters(tab, "ada");
    await isLive(tab);
    await says(state(await order(tab)), "Accepted");
    for (const [query, user, reason] of [
      ["", "ada", "it wants a ticket in this page’s address"],
      [`?ticket=${ticket("ada", -1)}`, "ada", "the ticket in this page’s address has expired"],
      [`?ticket=${ticket("ada", 600)}`, "ben", "or is another user’s"],
    ]) await isRefused(query, user, reason);
  });

  async function isRefused(query, user, reason) {
    const someone = await person();
    someone.forgives(...NO_SERVER);
    const tab = await someone.context.newPage();
    await tab.clock.install();
    await tab.goto(machine.page(STACK, query));
    await enters(tab, user);
    await says(tab.locator("#status"), "Reconnecting…");
    await tab.clock.fastForward(9000);
    await eventually(async () => assert.ok((await tab.locator("#away").innerText()).includes(reason)));
  }

  /** What the app's own sign-in would give a user, good for so many seconds. */
  function ticket(user, seconds) {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const expiry = Math.floor(Date.now() / 1000) + seconds;
    const signed = `${part({ alg: "EdDSA", typ: "JWT" })}.${part({ sub: user, exp: expiry })}`;
    return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString("base64url")}`;
  }
});
