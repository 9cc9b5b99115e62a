// The page of `/_local/`, in a browser, while the pages of the stacks are used beside it.
// Says nothing of what those pages show: each has a file of its own.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";

import { ATTACKS, eventually, fitsAPhone, isAccessible, NO_SERVER, person, PHONE, picture, says } from "./browser.mjs";
import { given, Machine } from "./machine.mjs";

const STACKS = ["Agenda", "Chat", "Notes", "Notifications", "VisitorCounter"];

let machine;
before(async () => (machine = await Machine.start(STACKS)));
after(() => machine.stop());

/** Opens the page, and waits until it shows what runs. */
async function lookInside(who) {
  const tab = await who.opens(`${machine.endpoint}/_local/`);
  await says(tab.locator("#status"), "Live");
  await tab.locator("[data-node]").first().waitFor();
  return tab;
}

function node(tab, name) {
  return tab.locator(`[data-node="${name}"]`);
}

function figure(tab, from, to) {
  return tab.locator(`[data-arrow="${from} → ${to}"]`);
}

async function writeNote(title, content = "one two three") {
  const body = JSON.stringify({ title, content });
  return fetch(`${machine.output("Notes", "ApiUrl")}/notes`, { method: "POST", body });
}

async function opens(tab, name) {
  await node(tab, name).click();
  await tab.locator("#details[open]").waitFor();
}

/** Looks at one stack alone. */
async function chooses(tab, stack) {
  await tab.locator("#choices").getByRole("button", { name: stack, exact: true }).click();
}

/** What a figure is, 0 if it is empty. Panels that are out of sight are not drawn, so this is not `innerText`. */
async function number(locator) {
  return Number((await locator.textContent()).replace(/\D/g, "") || 0);
}

/** Waits until a part of a graph tells this of itself. */
async function tells(part, text) {
  const told = part.locator(".told");
  await eventually(async () => assert.match(await told.textContent(), text));
}

/** The template of the notes, as somebody else would have it who forgot a grant; the first start has written it. */
function withoutGrant(action) {
  const written = `${import.meta.dirname}/../../cdk.out/local/lambda`;
  const template = readFileSync(`${written}/Notes.template.yaml`, "utf8").replaceAll("Code: code/", `Code: ${written}/code/`);
  const changed = template.replaceAll(`          - ${action}\n`, "");
  assert.notEqual(changed, template);
  const file = `${given("FOLDER")}/Notes.template.yaml`;
  writeFileSync(file, changed);
  return file;
}

test("all stacks are shown, with each of their parts and arrows", async () => {
  const tab = await lookInside(await person());
  assert.deepEqual(await tab.locator("#stacks h2").allTextContents(), STACKS);
  const { nodes, arrows } = await machine.look("graph");
  assert.ok(nodes.length > 40 && arrows.length > 40, `${nodes.length} parts, ${arrows.length} arrows`);
  const shown = (name) => tab.locator(`[${name}]`).evaluateAll((all, key) => all.map((each) => each.dataset[key]).sort(), name.slice(5));
  assert.deepEqual(await shown("data-node"), nodes.map(({ name }) => name).sort());
  assert.deepEqual(await shown("data-arrow"), arrows.map(({ from, to }) => `${from} → ${to}`).sort());
  for (const stack of STACKS) {
    const link = tab.locator(`#stacks [data-key="${stack}"] a`, { hasText: "Open the page" });
    assert.equal(await link.getAttribute("href"), machine.output(stack, "PageUrl"));
  }
  await chooses(tab, "Chat");
  assert.deepEqual(await tab.locator("#stacks h2").allTextContents(), ["Chat"]);
});

test("while the stacks start, it says so and waits", async () => {
  const ann = await person();
  ann.forgives(/status of 503/);
  let starts = 0;
  await ann.context.route("**/_local/health", (route) => {
    starts += 1;
    return starts > 3 ? route.continue() : route.fulfill({ status: 503, json: { status: "starting" } });
  });
  const tab = await ann.opens(`${machine.endpoint}/_local/`);
  await says(tab.locator("#lost"), /stacks are starting/);
  await says(tab.locator("#status"), "Live");
  assert.equal(await tab.locator("#lost").isVisible(), false);
});

test("figures grow while a page is used in another tab, and say so on the way", async () => {
  const ann = await person();
  const tab = await lookInside(ann);
  const asked = figure(tab, "VisitorCounter/Api", "VisitorCounter/DbUpdater");
  const before = await number(asked);
  const visit = await ann.opens(machine.page("VisitorCounter"));
  await tells(node(tab, "VisitorCounter/Api"), /^1 client$/);
  await tells(node(tab, "VisitorCounter/Connections"), /^1 item$/);
  await eventually(async () => assert.ok((await number(asked)) > before));
  const told = figure(tab, "VisitorCounter/StreamProcessor", "VisitorCounter/Api");
  await eventually(async () => assert.ok((await number(told)) > 0));
  const last = tab.locator("#stacks [data-key=VisitorCounter] [data-last]");
  await eventually(async () => assert.match(await last.textContent(), /VisitorCounter/));
  await visit.close();
  await tells(node(tab, "VisitorCounter/Api"), /^0 clients$/);
});

test("an arrow opens by keyboard, says what went along it, and gives the keyboard back", async () => {
  const ann = await person();
  const tab = await lookInside(ann);
  await ann.opens(machine.page("VisitorCounter"));
  const arrow = figure(tab, "VisitorCounter/DbUpdater", "VisitorCounter/Counter");
  await eventually(async () => assert.ok((await number(arrow)) > 0));
  await tab.bringToFront();
  await arrow.focus();
  await tab.keyboard.press("Enter");
  await says(tab.locator("#details-heading"), "DbUpdater → Counter");
  assert.equal(await tab.evaluate(() => document.activeElement.id), "details-heading");
  await eventually(async () => assert.match(await tab.locator("#details .line").first().innerText(), /dynamodb:/));
  assert.match(await tab.locator("#details .facts").first().innerText(), /dynamodb:UpdateItem|dynamodb:TransactWriteItems/);
  await tab.keyboard.press("Escape");
  assert.equal(await tab.locator("#details").isVisible(), false);
  assert.ok(await arrow.evaluate((element) => element === document.activeElement));
});

test("an API has its clients, and a page of its stack is one", async () => {
  const ann = await person();
  const tab = await lookInside(ann);
  await opens(tab, "VisitorCounter/Api");
  await ann.opens(machine.page("VisitorCounter"));
  await eventually(async () => assert.equal(await tab.locator("#details .connections li").count(), 1));
  const { connections } = await machine.look("state");
  await says(tab.locator("#details .connections code"), connections.find(({ api }) => api === "VisitorCounter/Api").id);
});

test("a table has its items, keys first, and follows what is written", async () => {
  const tab = await lookInside(await person());
  await opens(tab, "Notes/Notes");
  const count = await number(node(tab, "Notes/Notes").locator(".told"));
  await writeNote("a note to be seen", "four words in all");
  const row = tab.locator("#details .items tbody tr", { hasText: "a note to be seen" });
  await row.waitFor();
  assert.match((await tab.locator("#details .items thead th").first().innerText()).toLowerCase(), /^id\s*key$/);
  await eventually(async () => assert.match(await row.innerText(), /\b4\b/));
  await tells(node(tab, "Notes/Notes"), new RegExp(`^${count + 1} items?$`));
});

test("a function has its invocations, with durations and the lines it wrote", async () => {
  const tab = await lookInside(await person());
  await fetch(`${machine.output("Notifications", "OrdersUrl")}`, { method: "POST", body: JSON.stringify({ user_id: "ann" }) });
  await opens(tab, "Notifications/AcceptOrder");
  const latest = tab.locator("#details .invocations li").first();
  await eventually(async () => assert.match(await latest.locator("summary").innerText(), /ok\s*[\d.]+ m?s/));
  await latest.locator("summary").click();
  await eventually(async () => assert.match(await latest.locator(".log-lines").innerText(), /INFO/));
  const { functions } = await machine.look("state");
  const { handler, declaredAt } = functions.find(({ name }) => name === "Notifications/AcceptOrder");
  const facts = await tab.locator("#details .facts").first().innerText();
  for (const fact of [handler, declaredAt]) assert.ok(facts.includes(fact), `${fact} in ${facts}`);
});

test("a fault that is injected here is met, and what it did is told", async () => {
  const tab = await lookInside(await person());
  await opens(tab, "Notes/Handler");
  const form = tab.locator("#details form.fault");
  await form.locator("[name=calls]").fill("none");
  await form.getByRole("button", { name: "Inject" }).click();
  await says(form.locator("[data-wrong=calls]"), /whole number/);
  await form.locator("[name=calls]").fill("1");
  await form.getByRole("button", { name: "Inject" }).click();
  await says(tab.locator("#faults-list"), /The next call of .*Handler.* will fail with 500/);
  assert.equal((await writeNote("lost")).status, 502);
  const failure = tab.locator("#failures-list li", { hasText: "a fault was asked for" });
  await failure.waitFor();
  assert.match(await failure.innerText(), /Request failed\s+Notes\/Api/);
  await eventually(async () => assert.match(await figure(tab, "Notes/Api", "Notes/Handler").getAttribute("aria-label"), /[1-9]\d* failed/));
  await says(tab.locator("#glance .bad"), /failures?/);
  await eventually(async () => assert.equal(await tab.locator("#faults").isVisible(), false));
  await tab.locator("#seen").click();
  await says(tab.locator("#no-failure"), /Nothing has failed/);
});

test("faults that wait are forgotten on demand", async () => {
  const tab = await lookInside(await person());
  await opens(tab, "Notes/Notes");
  await tab.locator("#details form.fault").getByRole("button", { name: "Inject" }).click();
  await says(tab.locator("#faults-list"), /The next 3 calls of .*otes will fail with 500/);
  await tab.locator("#close").click();
  await tab.locator("#forget").click();
  await eventually(async () => assert.equal(await tab.locator("#faults").isVisible(), false));
  assert.deepEqual(await machine.look("faults"), []);
});

test("the list of what happens is filtered, and held", async () => {
  const tab = await lookInside(await person());
  const ask = () => fetch(`${machine.output("Notes", "ApiUrl")}/notes/to-be-held`);
  await ask();
  await tab.locator("#kind").selectOption("request");
  await tab.locator("#stack").selectOption("Notes");
  await tab.locator("#text").fill("get /prod/notes/to-be");
  const lines = tab.locator("#lines li");
  await eventually(async () => assert.match((await lines.allInnerTexts()).join("\n"), /^[\d:.]+\s+request\s+Notes\/Api\s+GET \S+to-be-held 404[^\n]*$/));
  await tab.locator("#pause").click();
  await ask();
  await says(tab.locator("#held"), /1 new line since/);
  assert.equal(await lines.count(), 1);
  await tab.locator("#pause").click();
  await eventually(async () => assert.equal(await lines.count(), 2));
});

test("with nothing going on, nothing is asked and nothing moves", async () => {
  const tab = await lookInside(await person());
  const requests = [];
  tab.on("request", (request) => requests.push([Date.now(), request.url()]));
  await eventually(async () => {
    const since = Date.now();
    await tab.evaluate(() => {
      globalThis.changes = 0;
      globalThis.watcher ??= new MutationObserver((all) => (globalThis.changes += all.length));
      globalThis.watcher.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
    });
    await pause(1_200);
    assert.deepEqual(requests.filter(([at]) => at > since), []);
    assert.equal(await tab.evaluate(() => globalThis.changes), 0);
    assert.equal(await tab.evaluate(() => document.getAnimations().length), 0);
  });
});

test("what people typed is text, wherever it is shown", async () => {
  const tab = await lookInside(await person());
  for (const attack of ATTACKS) await writeNote(attack, attack);
  await opens(tab, "Notes/Notes");
  for (const attack of ATTACKS) {
    const cell = tab.locator("#details .items td", { hasText: attack }).first();
    await eventually(async () => assert.equal((await cell.textContent()).trim(), attack));
  }
  const path = encodeURIComponent(ATTACKS[0]);
  await fetch(`${machine.output("Notes", "ApiUrl")}/notes/${path}`);
  await tab.locator("#text").fill("%3Cimg");
  await tab.locator("#lines li").first().waitFor();
  assert.equal(await tab.locator("main img, dialog img, svg[onload]").count(), 0);
});

/** Everybody does something, so that there is something to see. */
async function isUsed(ann) {
  await writeNote("Shopping", "milk, eggs, bread and a lot of cheese");
  const create = await ann.opens(machine.output("Agenda", "CreateUrl"));
  const event = { user_id: "7", name: "Stand-up", dt_start: "2030-01-07T09:00", dt_end: "2030-01-07T09:15" };
  for (const [name, value] of Object.entries(event)) await create.locator(`#${name}`).fill(value);
  await create.locator("#event [type=submit]").click();
  const chat = await ann.opens(machine.page("Chat"));
  for (const [id, text] of [["name", "Ann"], ["room", "Tea"], ["text", "Anybody here?"]]) {
    await chat.locator(`#${id}`).fill(text);
    await chat.locator(`#${id}`).press("Enter");
  }
  await ann.opens(machine.page("VisitorCounter"));
}

test("it bars nobody, and fits a phone, where the panel covers all", async () => {
  const ann = await person();
  const tab = await lookInside(ann);
  await isUsed(ann);
  for (const [from, to] of [["Chat/SendMessage", "Chat/Api"], ["Agenda/StreamToAppsync", "Agenda/Api"], ["VisitorCounter/Api", "VisitorCounter/DbUpdater"]]) {
    await eventually(async () => assert.ok((await number(figure(tab, from, to))) > 0, `${from} → ${to}`));
  }
  await tab.bringToFront();
  await fitsAPhone(tab);
  await tab.setViewportSize({ width: 1280, height: 1240 });
  await picture(tab, "inside");
  await chooses(tab, "Notifications");
  await opens(tab, "Notifications/AcceptOrder");
  await isAccessible(tab);
  await tab.locator("#close").click();
  await chooses(tab, "Notes");
  await opens(tab, "Notes/Notes");
  await tab.locator("#details .items tbody tr").first().waitFor();
  await picture(tab, "inside-table");
  await tab.locator("#close").click();
  await tab.setViewportSize(PHONE);
  await opens(tab, "Notes/Handler");
  await fitsAPhone(tab);
  await isAccessible(tab);
});

test("another run of local is noticed, and all is read anew", async () => {
  const ann = await person();
  ann.forgives(...NO_SERVER, /ERR_CONNECTION|ERR_INCOMPLETE|ERR_EMPTY/);
  const tab = await lookInside(ann);
  await writeNote("of the run before");
  await eventually(async () => assert.ok((await number(figure(tab, "Notes/Api", "Notes/Handler"))) > 0));
  await machine.stop();
  await says(tab.locator("#status"), "Reconnecting…");
  await says(tab.locator("#lost"), /does not answer/);
  const stopped = await tab.evaluate(() => Date.now());
  await machine.startAgain();
  await says(tab.locator("#status"), "Live");
  await eventually(async () => assert.equal(await number(figure(tab, "Notes/Api", "Notes/Handler")), 0));
  await eventually(async () => {
    const times = await tab.locator("#lines time").evaluateAll((all) => all.map(({ dateTime }) => Date.parse(dateTime)));
    assert.ok(times.length > 0 && times.every((time) => time >= stopped), "lines of the run before are gone");
  });
  assert.equal(await tab.locator("#lost").isVisible(), false);
  await writeNote("of this run");
  await eventually(async () => assert.equal(await number(figure(tab, "Notes/Api", "Notes/Handler")), 1));
});

test("a call that lacks its grant is told, with who, what and why", async () => {
  await machine.stop();
  machine = await Machine.start([], "--template", withoutGrant("dynamodb:PutItem"));
  const tab = await lookInside(await person());
  assert.equal((await writeNote("denied")).status, 500);
  const denied = tab.locator("#failures-list li", { hasText: "Denied" });
  await denied.waitFor();
  const said = await denied.innerText();
  for (const part of [/Notes\/Handler → Notes/, /not authorized to perform: dynamodb:PutItem/, /dynamodb:PutItem on arn:aws:dynamodb/]) {
    assert.match(said, part);
  }
  const arrow = figure(tab, "Notes/Handler", "Notes/Notes");
  await eventually(async () => assert.match(await arrow.getAttribute("aria-label"), /1 denied/));
  await arrow.click();
  await eventually(async () => assert.match(await tab.locator("#details .line[data-bad]").first().innerText(), /denied/));
});
