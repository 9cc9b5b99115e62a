// The form that creates events, in a browser, against `local`, with a calendar open beside it.
// What the calendar does with events is told in a file of its own.

import assert from "node:assert/strict";
import { afterEach, before, test } from "node:test";

import { calendar, isHeardLater, lines, reader } from "./agenda_service.mjs";
import { ATTACKS, eventually, fitsAPhone, isAccessible, list, NO_SERVER, picture, says } from "./browser.mjs";
import { Machine } from "./machine.mjs";

const CHOIR = { name: "Choir", start: "2026-12-01T18:30", end: "2026-12-01T20:00", location: "Town hall" };
const LINE = "01/12/2026, 18:30 - 01/12/2026, 20:00 : Choir (Town hall)";
let machine;
let users = 0;
const someone = () => (users += 1);

before(async () => (machine = await Machine.start(["Agenda"])));
afterEach(() => machine.heal());

/** The form, and how often it has sent something: to the identity pool or to the function. */
async function form(somebody, user) {
  const tab = await somebody.opens(machine.page("Agenda", "create.html"));
  const sent = { credentials: 0, events: [] };
  tab.on("request", (request) => {
    if (request.method() !== "POST") return;
    const target = request.headers()["x-amz-target"];
    if (!target) sent.events.push(request);
    else if (target.endsWith(".GetCredentialsForIdentity")) sent.credentials += 1;
  });
  if (user !== undefined) await tab.getByLabel("User").fill(String(user));
  return { tab, sent };
}

const field = (tab, label) => tab.getByLabel(label, { exact: label === "End" });
const told = (tab) => tab.locator("[data-wrong=form]:visible");
const press = (tab) => tab.getByRole("button", { name: "Create event" }).click();

async function fill(tab, { name, start, end, location = "" }) {
  for (const [label, text] of Object.entries({ Name: name, Start: start, End: end, Location: location })) {
    await field(tab, label).fill(text);
  }
}

/** What is typed is still there. */
async function keeps(tab, { name, start, end, location }) {
  const labels = { Name: name, Start: start, End: end, Location: location };
  for (const [label, text] of Object.entries(labels)) assert.equal(await field(tab, label).inputValue(), text);
}

test("an event that is created shows in every calendar of its user, live and once", async () => {
  const user = someone();
  const [ann, ben] = [await reader(), await reader()];
  const { tab, sent } = await form(ann, user);
  const calendars = [await calendar(ann, machine, user), await calendar(ben, machine, user)];
  await fill(tab, CHOIR);
  await says(tab.locator("#preview:visible"), LINE);
  await isHeardLater(tab, "created");
  await press(tab);
  await says(tab.locator("#created:visible"), `Created: ${LINE}`);
  for (const each of calendars) await list(lines(each), [LINE]);
  await fill(tab, { name: "Without a place", start: "2026-11-30T09:00", end: "2026-11-30T09:00" });
  await press(tab);
  const first = "30/11/2026, 09:00 - 30/11/2026, 09:00 : Without a place";
  await says(tab.locator("#created:visible"), `Created: ${first}`);
  for (const each of calendars) await list(lines(each), [first, LINE]);
  await list(tab.locator("#made-list li"), [first, LINE]);
  assert.equal(sent.events.length, 2);
  assert.equal(sent.credentials, 1);
  await fill(tab, { ...CHOIR, name: "Concert", start: "2026-12-19T20:00", end: "2026-12-19T22:30" });
  await picture(tab, "agenda-create");
  await isAccessible(tab);
  await fitsAPhone(tab);
});

test("requests are signed with temporary credentials, and no file of a page holds a key", async () => {
  const ann = await reader();
  const { tab, sent } = await form(ann, someone());
  await fill(tab, CHOIR);
  await press(tab);
  await says(tab.locator("#created:visible"), `Created: ${LINE}`);
  const headers = await sent.events[0].allHeaders();
  assert.match(headers.authorization, /^AWS4-HMAC-SHA256 Credential=ASIA\w+\//);
  assert.match(headers.authorization, /SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, /);
  assert.ok(headers["x-amz-security-token"]);
  const files = await Promise.all([tab, await ann.opens(machine.page("Agenda"))].map(filesOf));
  const texts = [...new Set(files.flat())].map(async (url) => (await fetch(url)).text());
  assert.ok(texts.length > 20, `${texts.length} files`);
  for (const text of await Promise.all(texts)) {
    assert.doesNotMatch(text, /\b(AKIA|ASIA)[0-9A-Z]{16}\b/);
    assert.ok(!text.includes(machine.ready.credentials.secretAccessKey));
  }
  const kept = await tab.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
  assert.ok(!kept.includes("ASIA") && !kept.includes(headers["x-amz-security-token"]), kept);
});

/** The page and all that it has loaded from its own site. */
async function filesOf(tab) {
  const loaded = await tab.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
  return [tab.url(), ...loaded].filter((url) => url.startsWith(machine.output("Agenda", "PageUrl")));
}

/** What is wrong with an event, the field that says so, and what it says. */
const WRONG = [
  [{ name: "  " }, "name", "Give the event a name."],
  [{ start: "" }, "dt_start", "Say when it starts: date and time."],
  [{ end: "" }, "dt_end", "Say when it ends: date and time."],
  [{ end: "2026-12-01T18:29" }, "dt_end", "It cannot end before it starts."],
  [{ user: "" }, "user_id", "A user is a whole number."],
  [{ user: "Ann" }, "user_id", "A user is a whole number."],
];

test("an event that is none is not sent, and the field with the keyboard says why", async () => {
  const { tab, sent } = await form(await reader());
  for (const [wrong, name, text] of WRONG) {
    const { user = someone(), ...event } = { ...CHOIR, ...wrong };
    await field(tab, "User").fill(String(user));
    await fill(tab, event);
    await press(tab);
    await says(tab.locator(`[data-wrong=${name}]:visible`), text);
    assert.equal(await tab.locator("[data-wrong]:visible").count(), 1);
    const focused = tab.locator(":focus");
    assert.equal(await focused.getAttribute("name"), name);
    assert.equal(await focused.getAttribute("aria-invalid"), "true");
    const described = await focused.getAttribute("aria-describedby");
    assert.equal(await tab.locator(`#${described}`).innerText(), text);
  }
  assert.deepEqual(sent, { credentials: 0, events: [] });
  await field(tab, "User").fill(String(someone()));
  await fill(tab, CHOIR);
  assert.equal(await tab.locator("[data-wrong]:visible").count(), 0);
  await press(tab);
  await says(tab.locator("#created:visible"), `Created: ${LINE}`);
});

test("an end that was before the start is none any more when the start is moved", async () => {
  const { tab } = await form(await reader(), someone());
  await fill(tab, { ...CHOIR, end: "2026-12-01T18:00" });
  await press(tab);
  await says(tab.locator("[data-wrong=dt_end]:visible"), "It cannot end before it starts.");
  await field(tab, "Start").fill("2026-12-01T17:00");
  await tab.locator("[data-wrong=dt_end]").waitFor({ state: "hidden" });
});

test("what the service finds wrong with a field is said at the field", async () => {
  const ann = await reader();
  ann.forgives(...NO_SERVER);
  const { tab } = await form(ann, someone());
  await fill(tab, { ...CHOIR, location: "x".repeat(257) });
  await press(tab);
  await says(tab.locator("[data-wrong=location]:visible"), "`location` has 257 characters, at most 256 are allowed");
  await keeps(tab, { ...CHOIR, location: "x".repeat(257) });
  await isAccessible(tab);
});

test("a service that fails is said to, and what was typed stays", async () => {
  const ann = await reader();
  ann.forgives(...NO_SERVER);
  const { tab } = await form(ann, someone());
  await fill(tab, CHOIR);
  await machine.fault({ function: "Agenda/PutEvent", status: 500 });
  await press(tab);
  await says(told(tab), /^The agenda service failed \(50[02]\)\. Try again in a moment\.$/);
  await keeps(tab, CHOIR);
  await isAccessible(tab);
  await press(tab);
  await says(tab.locator("#created:visible"), `Created: ${LINE}`);
  assert.ok(await told(tab).isHidden());
});

test("while a service is slow the button is down, and nothing is sent twice", async () => {
  const user = someone();
  const ann = await reader();
  const { tab, sent } = await form(ann, user);
  await fill(tab, CHOIR);
  await machine.fault({ function: "Agenda/PutEvent", wait: 1_500 });
  await field(tab, "Name").press("Enter");
  await tab.locator("form[aria-busy=true]").waitFor();
  assert.ok(await tab.getByRole("button", { name: "Create event" }).isDisabled());
  for (let press = 0; press < 3; press += 1) await field(tab, "Name").press("Enter");
  await says(tab.locator("#created:visible"), `Created: ${LINE}`);
  assert.equal(sent.events.length, 1);
  await list(lines(await calendar(ann, machine, user)), [LINE]);
});

test("a server that is not there is said not to answer, and what was typed waits for it", async () => {
  const user = someone();
  const ann = await reader();
  ann.forgives(...NO_SERVER);
  const fresh = await form(ann, user);
  const { tab } = await form(ann, user);
  await fill(tab, { ...CHOIR, name: "Earlier" });
  await press(tab);
  await says(tab.locator("#created:visible"), /Earlier/);
  for (const form of [fresh.tab, tab]) await fill(form, CHOIR);
  await machine.stop();
  await press(fresh.tab);
  await says(told(fresh.tab), "The service that gives guests their keys does not answer.");
  await press(tab);
  await says(told(tab), "The agenda service does not answer.");
  for (const form of [fresh.tab, tab]) await keeps(form, CHOIR);
  await machine.startAgain();
  for (const form of [fresh.tab, tab]) {
    await press(form);
    await says(form.locator("#created:visible"), `Created: ${LINE}`);
  }
});

test("texts of users are text, in the form and in the calendar", async () => {
  const user = someone();
  const ann = await reader();
  const { tab } = await form(ann, user);
  const shown = await calendar(ann, machine, user);
  const all = ATTACKS.map((text, index) => ({ text, day: `0${index + 1}/12/2026` }));
  for (const [index, { text, day }] of all.entries()) {
    const iso = `2026-12-0${index + 1}T00:00`;
    await fill(tab, { name: text, start: iso, end: iso, location: text });
    await says(tab.locator("#preview:visible"), `${day}, 00:00 - ${day}, 00:00 : ${text} (${text})`);
    await press(tab);
    await says(tab.locator("#created:visible"), `Created: ${day}, 00:00 - ${day}, 00:00 : ${text} (${text})`);
    await says(shown.locator("#news-text:visible"), `New: ${day}, 00:00 - ${day}, 00:00 : ${text} (${text})`);
  }
  await list(lines(shown), all.map(({ text, day }) => `${day}, 00:00 - ${day}, 00:00 : ${text} (${text})`));
});

/** Goes on with the Tab key until it has come to a field. */
async function tabTo(tab, name) {
  await eventually(async () => {
    await tab.keyboard.press("Tab");
    assert.equal(await tab.evaluate(() => document.activeElement.name), name);
  });
}

/** Types a date and a time where the keyboard is. Day or month first: the browser's language decides. */
async function typeDate(tab, time) {
  await tab.keyboard.type("01012027");
  await tab.keyboard.press("Tab");
  await tab.keyboard.type(time);
}

test("an event can be created with the keyboard alone, and the next one follows", async () => {
  const { tab } = await form(await reader());
  await tabTo(tab, "user_id");
  await tab.keyboard.type(String(someone()));
  await tabTo(tab, "name");
  await tab.keyboard.type("Choir");
  await tabTo(tab, "dt_start");
  await typeDate(tab, "1830");
  await tabTo(tab, "dt_end");
  await typeDate(tab, "1930");
  await tabTo(tab, "location");
  await tab.keyboard.type("Town hall");
  await tab.keyboard.press("Enter");
  await says(tab.locator("#created:visible"), "Created: 01/01/2027, 18:30 - 01/01/2027, 19:30 : Choir (Town hall)");
  assert.equal(await tab.evaluate(() => document.activeElement.name), "name");
});

/** Changes the first credentials that the page is given. */
async function withFirst(somebody, change) {
  let isFirst = true;
  await somebody.context.route("**/*", async (route) => {
    const target = route.request().headers()["x-amz-target"];
    if (!isFirst || !target?.endsWith(".GetCredentialsForIdentity")) return route.fallback();
    isFirst = false;
    const response = await route.fetch();
    const json = await response.json();
    change(json.Credentials);
    return route.fulfill({ response, json });
  });
}

for (const [what, change, times] of [
  ["end soon", (credentials) => (credentials.Expiration = Date.now() / 1000 + 60), 1],
  ["are not accepted any more", (credentials) => (credentials.SecretKey += "x"), 2],
]) {
  test(`credentials that ${what} are replaced before anybody notices`, async () => {
    const ann = await reader();
    ann.forgives(...NO_SERVER);
    await withFirst(ann, change);
    const { tab, sent } = await form(ann, someone());
    for (const event of [CHOIR, CHOIR]) {
      await fill(tab, event);
      await press(tab);
      await says(tab.locator("#created:visible"), `Created: ${LINE}`);
    }
    assert.equal(sent.credentials, 2);
    assert.equal(sent.events.length, 1 + times);
  });
}
