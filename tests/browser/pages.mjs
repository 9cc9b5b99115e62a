// What is true of every page, in a browser, against `local` with all stacks.
// What a page is for is told in the file of its system.

import assert from "node:assert/strict";
import { before, test } from "node:test";

import { reader } from "./agenda_service.mjs";
import { NO_SERVER, eventually } from "./browser.mjs";
import { Machine } from "./machine.mjs";

let machine;
before(async () => (machine = await Machine.start([])));

const PAGES = {
  "the visitor counter": () => machine.page("VisitorCounter"),
  notifications: () => machine.page("Notifications"),
  "the calendar": () => machine.page("Agenda"),
  "the form for an event": () => machine.page("Agenda", "create.html"),
  notes: () => machine.page("Notes"),
  "the chat": () => machine.page("Chat"),
  "the look inside": () => `${machine.endpoint}/_local/`,
};
const HOLIDAYS = "https://date.nager.at";

/** A test of each page. */
function each(what, check) {
  for (const [name, address] of Object.entries(PAGES)) test(`${name}: ${what}`, () => check(address(), name));
}

/** Opens a page in a browser with these options, and waits until it has what it asks for. */
async function opens(url, options = {}) {
  const somebody = await reader(undefined, options);
  const tab = await somebody.opens(url);
  const waits = ".status:is([data-state=loading], [data-state=connecting]):visible";
  await eventually(async () => assert.equal(await tab.locator(waits).count(), 0));
  return { somebody, tab };
}

each("it says what it is, asks for nothing but its own, and leaves no cookie", async (url, name) => {
  const somebody = await reader();
  const [asked, failed] = [new Set(), []];
  somebody.context.on("request", (request) => asked.add(new URL(request.url()).origin));
  somebody.context.on("response", (answer) => answer.status() >= 400 && failed.push(answer.url()));
  const tab = await somebody.opens(url);
  await tab.waitForLoadState("networkidle");
  await isNamed(tab);
  const origins = name === "the calendar" ? [machine.endpoint, HOLIDAYS] : [machine.endpoint];
  assert.deepEqual([...asked].sort(), origins.sort());
  assert.deepEqual(failed, []);
  assert.deepEqual(await somebody.context.cookies(), []);
});

/** Who does not see it hears what it is, in which language, and finds the way about. */
async function isNamed(tab) {
  assert.match(await tab.title(), /^\w[\w ,–—·/_-]{2,60}$/);
  assert.equal(await tab.locator("html").getAttribute("lang"), "en");
  for (const one of ["h1", "main", "header", "meta[name=description]", "meta[name=viewport]", "link[rel=icon]"]) {
    assert.equal(await tab.locator(one).count(), 1, one);
  }
  assert.match(await tab.locator("meta[name=description]").getAttribute("content"), /^[A-Z].{10,150}\.$/);
  assert.ok((await tab.locator("h1").innerText()).length > 2);
  const names = (all) => all.map(({ tagName }) => tagName);
  const headings = await tab.locator(":is(h1, h2, h3, h4):visible").evaluateAll(names);
  const levels = headings.map((name) => Number(name[1]));
  levels.forEach((level, index) => assert.ok(level <= (levels[index - 1] ?? 0) + 1, `${headings}`));
}

each("without JavaScript it says that it needs it, and promises nothing", async (url) => {
  const somebody = await reader(undefined, { javaScriptEnabled: false });
  const tab = await somebody.opens(url);
  assert.match(await tab.locator("noscript").innerText(), /JavaScript, which is switched off\.$/);
  assert.ok(await tab.locator("noscript .notice").isVisible());
  for (const promise of [".status", ".loading", "[aria-busy=true]"]) {
    assert.equal(await tab.locator(`${promise}:visible`).count(), 0, promise);
  }
});

let moving = 0;
each("it is as those who read it want it", async (url) => {
  const { tab } = await opens(url, { viewport: { width: 640, height: 800 } });
  await isLightOrDark(tab);
  await fitsLargeLetters(tab);
  await takesColours(tab);
  assert.equal(await animations(tab, "reduce"), 0);
  moving += await animations(tab, "no-preference");
});
test("something moves for those who do not mind", () => assert.ok(moving > 0));

/** Paper and ink are bright and dark, or dark and bright. */
async function isLightOrDark(tab) {
  const brightness = async (colorScheme) => {
    await tab.emulateMedia({ colorScheme });
    const colours = await tab.evaluate(() => {
      const { backgroundColor, color } = getComputedStyle(document.body);
      return [backgroundColor, color];
    });
    return colours.map((colour) => colour.match(/\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) / 3);
  };
  const [[paper, ink], [nightPaper, nightInk]] = [await brightness("light"), await brightness("dark")];
  assert.ok(paper > 200 && ink < 80, `light: ${paper}, ${ink}`);
  assert.ok(nightPaper < 60 && nightInk > 180, `dark: ${nightPaper}, ${nightInk}`);
}

/** Letters may be twice as large, and nothing has to be moved sideways to be read. */
async function fitsLargeLetters(tab) {
  const size = (percent) => tab.evaluate((size) => (document.documentElement.style.fontSize = size), percent);
  await size("200%");
  const [needed, width] = await tab.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return [scrollWidth, clientWidth];
  });
  assert.ok(needed <= width, `${needed} px do not fit ${width} px`);
  await size("");
}

/** In colours of somebody's own all texts are seen, and so is the keyboard. */
async function takesColours(tab) {
  await tab.emulateMedia({ forcedColors: "active" });
  assert.deepEqual(await tab.evaluate(unseenTexts), []);
  const controls = tab.locator(":is(a[href], button, input, textarea, select):visible:enabled");
  let stops;
  await eventually(async () => {
    stops = await outlines(tab);
    assert.ok(stops.length > 0 || (await controls.count()) === 0);
  });
  for (const { at, style, width } of stops) assert.ok(style !== "none" && parseFloat(width) >= 2, at);
  await tab.emulateMedia({ forcedColors: "none" });
}

/** Where the keyboard goes, from the beginning of a page to its end, and how that is seen at first. */
async function outlines(tab) {
  const found = [];
  for (let presses = 0; presses < 40; presses += 1) {
    await tab.keyboard.press("Tab");
    const outline = await tab.evaluate(() => {
      const { outlineStyle: style, outlineWidth: width } = getComputedStyle(document.activeElement);
      return document.activeElement !== document.body && { at: document.activeElement.outerHTML, style, width };
    });
    if (!outline) break;
    if (outline.at !== found.at(-1)?.at) found.push(outline); // a date has several parts
  }
  return found;
}

/** The elements whose text has the colour of what is behind it. */
function unseenTexts() {
  const behind = (element) => {
    const { backgroundColor } = getComputedStyle(element);
    const isClear = backgroundColor === "rgba(0, 0, 0, 0)" && element.parentElement;
    return isClear ? behind(element.parentElement) : backgroundColor;
  };
  const hasText = ({ childNodes }) => [...childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const isShown = (element) => element.checkVisibility() && element.getClientRects().length > 0;
  const texts = [...document.body.querySelectorAll("*")].filter((element) => isShown(element) && hasText(element));
  const isUnseen = (element) => getComputedStyle(element).color === behind(element);
  return texts.filter(isUnseen).map(({ outerHTML }) => outerHTML);
}

/** How many animations run, if all is shown that the page has. */
async function animations(tab, reducedMotion) {
  await tab.emulateMedia({ reducedMotion });
  return tab.evaluate(() => {
    for (const element of document.querySelectorAll("[hidden]")) element.hidden = false;
    for (const dialog of document.querySelectorAll("dialog")) dialog.open = true;
    return document.getAnimations().length;
  });
}

each("its policy refuses what a text could smuggle in", async (url) => {
  const { somebody, tab } = await opens(url);
  somebody.forgives(/Content Security Policy/, /'script-src' was not explicitly set/, ...NO_SERVER);
  const policy = (await fetch(url)).headers.get("content-security-policy") ?? "";
  const directives = new Map(policy.split("; ").map((part) => part.split(/ (.*)/)));
  assert.match(directives.get("default-src") ?? "", /^'(self|none)'$/, policy);
  assert.equal(directives.get("object-src") ?? directives.get("default-src"), "'none'", policy);
  for (const name of ["base-uri", "frame-ancestors"]) assert.equal(directives.get(name), "'none'", policy);
  assert.doesNotMatch(policy, /unsafe|\*;|\* |data:|blob:/);
  assert.deepEqual(await tab.evaluate(smuggle), {
    script: "script-src-elem",
    handler: "script-src-attr",
    style: "style-src-attr",
    image: "img-src",
    frame: "frame-src",
    fetch: "connect-src",
    socket: "connect-src",
    eval: "script-src",
    ran: false,
  });
});

/** Tries what attackers try, in the page, and gives what each was refused by. */
async function smuggle() {
  const refused = (attempt) =>
    new Promise((resolve) => {
      const timer = setTimeout(() => resolve("nothing"), 10_000);
      const told = "securitypolicyviolation";
      const listener = (event) => {
        event.stopPropagation();
        document.removeEventListener(told, listener);
        clearTimeout(timer);
        resolve(event.effectiveDirective);
      };
      document.addEventListener(told, listener);
      // An element that is gone when the browser tells of it hears of it alone.
      attempt()?.addEventListener?.(told, listener, { once: true });
    });
  const element = (tag, more) => () => {
    const made = Object.assign(document.createElement(tag), more);
    document.body.append(made);
    return made;
  };
  const attribute = (name, value) => () => document.body.setAttribute(name, value);
  const elsewhere = "https://elsewhere.example/";
  return {
    script: await refused(element("script", { textContent: "globalThis.ran = true" })),
    handler: await refused(attribute("onclick", "globalThis.ran = true")),
    style: await refused(attribute("style", "color: red")),
    image: await refused(element("img", { src: elsewhere })),
    frame: await refused(element("iframe", { src: elsewhere })),
    fetch: await refused(() => fetch(elsewhere).catch(() => {})),
    socket: await refused(() => {
      try {
        new WebSocket("wss://elsewhere.example/");
      } catch {
        // it is refused at once, or reported
      }
    }),
    eval: await refused(() => {
      try {
        globalThis.eval("globalThis.ran = true");
      } catch {
        // it throws as well
      }
    }),
    ran: "ran" in globalThis,
  };
}
