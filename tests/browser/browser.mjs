// People at pages: a Chromium for the tests of a file, tabs that complain of what no page may do, and pictures.
// Knows nothing of a system.
//
// After each test its tabs are closed, and it fails if one had something to complain of: an error of a script, a
// violation of the Content-Security-Policy, a dialog that some text opened, a request to anywhere else.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, afterEach, before } from "node:test";
import { setTimeout as pause } from "node:timers/promises";

import { given } from "./machine.mjs";

const packages = createRequire(`${given("PACKAGES")}/`);
const { chromium } = packages("playwright-core");
const AXE = readFileSync(packages.resolve("axe-core/axe.min.js"), "utf8");
const PICTURES = given("PICTURES");

/** How long anything may take that comes by itself. */
const SOON = 20_000;
export const DESK = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };
/** What texts of users try to do to a page. */
export const ATTACKS = [
  `<img src=x onerror="alert(1)">`,
  `<script>alert(1)</script>`,
  `"><svg onload=alert(1)>`,
  `javascript:alert(1)`,
  `{{constructor.constructor('alert(1)')()}} ' " & &lt;b&gt;`,
];

let browser = null;
let people = [];

before(async () => {
  mkdirSync(PICTURES, { recursive: true });
  // Nobody here runs as a user whom Chromium's sandbox would protect, and CI runs as root.
  browser = await chromium.launch({ executablePath: given("CHROMIUM"), args: ["--no-sandbox", "--disable-quic"] });
});

afterEach(async () => {
  const complaints = people.flatMap((person) => person.complaints);
  await Promise.all(people.map((person) => person.leave()));
  people = [];
  assert.deepEqual(complaints, [], "a page did what no page may do");
});

after(() => browser?.close());

/** A person: a browser of their own, whose tabs share what pages remember. Options are those of a Playwright context. */
export async function person(options = {}) {
  const context = await browser.newContext({ viewport: DESK, locale: "en-GB", timezoneId: "Europe/Berlin", ...options });
  context.setDefaultTimeout(SOON);
  const created = new Person(context);
  people.push(created);
  await created.staysHere();
  return created;
}

class Person {
  complaints = [];
  #forgiven = [];

  constructor(context) {
    this.context = context;
    context.on("page", (tab) => this.#watch(tab));
  }

  /** Opens a page in a tab of its own. */
  async opens(url) {
    const tab = await this.context.newPage();
    await tab.goto(url);
    return tab;
  }

  /** Expects errors on the console that look like this: those that a browser writes of a server that is not there. */
  forgives(...patterns) {
    this.#forgiven.push(...patterns);
  }

  async leave() {
    await this.context.close();
  }

  /** Nothing but this machine is asked, unless a test plays another service with `context.route`. */
  async staysHere() {
    await this.context.route((url) => url.hostname !== "127.0.0.1", (route) => {
      this.complaints.push(`asked ${route.request().url()}`);
      return route.abort();
    });
  }

  #watch(tab) {
    tab.on("pageerror", (error) => this.complaints.push(`error: ${error.stack}`));
    tab.on("dialog", (dialog) => (this.complaints.push(`dialog: ${dialog.message()}`), dialog.dismiss()));
    tab.on("console", (line) => {
      const said = `${line.text()} ${line.location().url}`;
      const isForgiven = this.#forgiven.some((pattern) => pattern.test(said));
      if (line.type() === "error" && !isForgiven) this.complaints.push(`console: ${said}`);
    });
  }
}

/** What a browser writes to the console when a server does not answer or fails: for `forgives`. */
export const NO_SERVER = [/WebSocket connection to/, /Failed to load resource/];

/** Waits until a check passes; the last failure if none did. */
export async function eventually(check, within = SOON) {
  for (const end = Date.now() + within; ; await pause(30)) {
    try {
      return await check();
    } catch (failure) {
      if (Date.now() > end) throw failure;
    }
  }
}

/** Waits until an element says this, and nothing else, where people can see it: what is hidden says nothing. */
export async function says(locator, text) {
  await eventually(async () => {
    const said = (await locator.isVisible()) ? (await locator.innerText()).trim() : "";
    if (text instanceof RegExp) assert.match(said, text);
    else assert.equal(said, text);
  });
}

/** Waits until the elements say these texts, in this order. */
export async function list(locator, texts) {
  await eventually(async () => assert.deepEqual((await locator.allInnerTexts()).map((text) => text.trim()), texts));
}

/** Nothing that axe-core knows bars anybody from this page, as it is now, in either scheme. */
export async function isAccessible(tab) {
  for (const colorScheme of ["light", "dark"]) {
    await tab.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await tab.evaluate(AXE);
    const { violations } = await tab.evaluate(() => globalThis.axe.run());
    const told = violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html}`));
    assert.deepEqual(told, [], `in ${colorScheme}`);
  }
  await tab.emulateMedia({ colorScheme: null, reducedMotion: null });
}

/** On a phone, and on a very small one, nothing has to be moved sideways to be read. */
export async function fitsAPhone(tab) {
  const before = tab.viewportSize();
  for (const width of [PHONE.width, 320]) {
    await tab.setViewportSize({ width, height: PHONE.height });
    const root = await tab.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return { scrollWidth, clientWidth };
    });
    assert.ok(root.scrollWidth <= root.clientWidth, `${root.scrollWidth} px do not fit ${root.clientWidth} px`);
  }
  await tab.setViewportSize(before);
}

/**
 * Takes pictures of a page as it is now, for a person to look at: light, dark, and on a phone. `settle` is done before
 * each, where a page of another size is to be scrolled anew.
 */
export async function picture(tab, name, settle = () => {}) {
  const before = tab.viewportSize();
  for (const [kind, colorScheme, size] of [["light", "light", before], ["dark", "dark", before], ["phone", "light", PHONE]]) {
    await tab.emulateMedia({ colorScheme });
    await tab.setViewportSize(size);
    await settle();
    await tab.screenshot({ path: `${PICTURES}/${name}-${kind}.png`, animations: "disabled", caret: "hide" });
  }
  await tab.emulateMedia({ colorScheme: null });
  await tab.setViewportSize(before);
}
