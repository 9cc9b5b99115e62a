// The page of the visitor counter, in a browser, against `local`: every visit is seen on every open tab.
// What the functions do with a connection is said in `tests/conversations/visitor_counter.rs`.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";

import { NO_SERVER, eventually, fitsAPhone, isAccessible, person, picture, says } from "./browser.mjs";
import { Machine } from "./machine.mjs";

const STACK = "VisitorCounter";
const UPDATER = `${STACK}/DbUpdater`;
const TELLER = `${STACK}/StreamProcessor`;

let machine;
/** How many visits there were. */
let visits = 0;

async function start(...more) {
  machine = await Machine.start([STACK], ...more);
  visits = 0;
}

/** A tab whose page shows that its visit was counted. */
async function visit(someone) {
  const tab = await someone.opens(machine.page(STACK));
  await shows(tab, (visits += 1));
  return tab;
}

async function shows(tab, count) {
  await says(tab.locator("#count"), String(count));
  await says(tab.locator("#unit"), count === 1 ? "visit" : "visits");
  await says(tab.locator("#status"), "Live");
}

/** Has a tab remember all that it shows from now on as its count, oldest first. */
async function remembers(tab) {
  await tab.evaluate(() => {
    const count = document.getElementById("count");
    globalThis.shown = [Number(count.textContent)];
    const note = () => globalThis.shown.push(Number(count.textContent));
    new MutationObserver(note).observe(count, { childList: true, characterData: true, subtree: true });
  });
  return () => tab.evaluate(() => globalThis.shown);
}

/** Plays the service itself, which sends these frames to each connection. Nothing leaves the browser. */
async function told(tab, ...frames) {
  await tab.routeWebSocket(/execute-api/, (socket) => frames.forEach((frame) => socket.send(frame)));
}

/** Waits until all who left are forgotten: a fault of the function that counts is met by whoever comes or goes next. */
async function nobodyIsHere() {
  await eventually(async () => {
    const { tables } = await machine.look("state");
    assert.equal(tables.find(({ name }) => name === `${STACK}/Connections`).items, 0);
  });
}

const counted = (count) => JSON.stringify({ type: "visitorCount", count });

describe("the story", () => {
  before(() => start());

  test("every open tab sees the number grow at once", async () => {
    const [ann, ben] = [await person(), await person()];
    const first = await visit(ann);
    const shown = await remembers(first);
    const second = await visit(ann);
    await shows(first, 2);
    const third = await visit(ben);
    for (const tab of [first, second]) await shows(tab, 3);
    await third.close();
    await visit(ben);
    for (const tab of [first, second]) await shows(tab, 4);
    // Whoever leaves takes nothing away, and no number was left out.
    assert.deepEqual(await shown(), [1, 2, 3, 4]);
    await fitsAPhone(first);
    await isAccessible(first);
    await many(second, 8);
    await shows(first, 12);
    await picture(first, "visitor-counter");
  });

  /** So many more visits at once, without a page each. */
  async function many(tab, count) {
    await tab.evaluate(async (count) => {
      const { config } = await import("./shared/config.js");
      globalThis.sockets = Array.from({ length: count }, () => new WebSocket(config.webSocketUrl));
    }, count);
    visits += count;
  }

  test("a placeholder waits for the first count", async () => {
    await machine.fault({ function: TELLER, wait: 4000 });
    const tab = await (await person()).opens(machine.page(STACK));
    visits += 1;
    await says(tab.locator("#status"), "Live");
    await says(tab.locator("#unit"), "waiting for the first count");
    assert.equal(await tab.locator("#count").innerText(), "");
    assert.equal(await tab.locator("#reading").getAttribute("aria-busy"), "true");
    await isAccessible(tab);
    await fitsAPhone(tab);
    await shows(tab, visits);
    assert.equal(await tab.locator("#reading").getAttribute("aria-busy"), "false");
  });

  test("a slow service is waited for, and counts one visit", async () => {
    await nobodyIsHere();
    await machine.fault({ function: UPDATER, wait: 2000 });
    const tab = await (await person()).opens(machine.page(STACK));
    visits += 1;
    await says(tab.locator("#status"), "Connecting…");
    await shows(tab, visits);
  });

  test("a visit that is refused is tried again, and counts once", async () => {
    const ann = await person();
    ann.forgives(...NO_SERVER);
    await nobodyIsHere();
    await machine.fault({ function: UPDATER, status: 500, calls: 2 });
    const tab = await ann.opens(machine.page(STACK));
    visits += 1;
    await says(tab.locator("#status"), "Reconnecting…");
    await says(tab.locator("#unit"), "waiting for the first count");
    await shows(tab, visits);
    assert.deepEqual(await machine.look("faults"), []);
  });

  for (const signal of ["SIGINT", "SIGKILL"]) {
    test(`after ${signal} and another start the page goes on by itself`, async () => {
      const ann = await person();
      ann.forgives(...NO_SERVER);
      const tab = await visit(ann);
      const shown = await remembers(tab);
      await machine.stop(signal);
      await says(tab.locator("#status"), "Reconnecting…");
      assert.equal(await tab.locator("#reading").getAttribute("data-stale"), "true");
      await machine.startAgain();
      // Coming back is a visit as well, and the number goes on where it was.
      visits += 1;
      await shows(tab, visits);
      assert.deepEqual(await shown(), [visits - 1, visits]);
      assert.equal(await tab.locator("#reading").getAttribute("data-stale"), "false");
    });
  }

  test("without a network the page says so, and comes back with it", async () => {
    const ann = await person();
    ann.forgives(...NO_SERVER);
    const tab = await visit(ann);
    await ann.context.setOffline(true);
    await machine.stop("SIGKILL");
    await says(tab.locator("#status"), "You are offline");
    await says(tab.locator("#count"), String(visits));
    await isAccessible(tab);
    await machine.startAgain();
    await says(tab.locator("#status"), "You are offline");
    await ann.context.setOffline(false);
    await shows(tab, (visits += 1));
  });
});

describe("an idle page", () => {
  // The ten minutes of AWS in five seconds: each minute of these pages is half a second of the machine.
  before(() => start("--timer", "socket-idle=5"));

  test("stays connected, and is no new visit", async () => {
    const [quiet, heart] = await visitInItsOwnTime();
    const [asleep] = await visitInItsOwnTime();
    // Until the tab whose clock stands still is cut off, which shows that idle pages are.
    await eventually(async () => {
      await pause(2000);
      const answered = heart.waitForEvent("framereceived", ({ payload }) => payload.includes("Forbidden"));
      await quiet.clock.runFor(4 * 60_000);
      await answered;
      assert.equal(await asleep.locator("#status").innerText(), "Reconnecting…");
    });
    await shows(quiet, 2);
    assert.equal((await machine.look("state")).connections.length, 1);
    // Only once it wakes up it comes back, and that is a visit.
    await asleep.clock.runFor(1000);
    await shows(asleep, 3);
    await shows(quiet, 3);
  });

  /** A visit by somebody whose time stands still unless it is told to go on: their tab, and its socket. */
  async function visitInItsOwnTime() {
    const tab = await (await person()).context.newPage();
    await tab.clock.install();
    await tab.clock.pauseAt(Date.now() + 1000);
    const socket = tab.waitForEvent("websocket");
    await tab.goto(machine.page(STACK));
    await shows(tab, (visits += 1));
    return [tab, await socket];
  }
});

describe("whatever the service says", () => {
  before(() => start());

  test("the number never goes down, and nonsense is no number", async () => {
    const tab = await (await person()).context.newPage();
    const nonsense = ["", "no JSON", "null", "[3]", "7", counted(-1), counted(2.5), counted("3"), counted(null)];
    const others = [JSON.stringify({ type: "weather", count: 9 }), JSON.stringify({ message: "Forbidden" })];
    await told(tab, ...nonsense, ...others, ...[0, 41, 40, 42, 41].map(counted), ...nonsense);
    await tab.goto(machine.page(STACK));
    await shows(tab, 42);
  });

  test("a number of any size fits", async () => {
    const tab = await (await person()).context.newPage();
    await told(tab, counted(Number.MAX_SAFE_INTEGER));
    await tab.goto(machine.page(STACK));
    await says(tab.locator("#count"), "9,007,199,254,740,991");
    await fitsAPhone(tab);
    await isAccessible(tab);
  });

  test("without JavaScript the page says what is missing", async () => {
    const tab = await (await person({ javaScriptEnabled: false })).opens(machine.page(STACK));
    await says(tab.locator("main .notice"), "This page counts with JavaScript, which is switched off.");
    assert.equal(await tab.locator("#status").isVisible(), false);
    assert.equal(await tab.locator("#reading").isVisible(), false);
  });

  test("a screen reader hears the whole sentence when the number changes", async () => {
    const tab = await visit(await person());
    const heard = await tab.locator("main").ariaSnapshot();
    assert.match(heard, /1 visit/);
    const reading = tab.locator("#reading");
    assert.equal(await reading.getAttribute("aria-live"), "polite");
    assert.equal(await reading.getAttribute("aria-atomic"), "true");
    assert.equal(await tab.getByRole("status").innerText(), "Live");
    assert.equal(await tab.getByRole("heading", { level: 1 }).innerText(), "Visitor counter");
  });
});
