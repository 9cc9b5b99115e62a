// The page of `/_local/`, in a browser, while the pages of the stacks are used beside it.
// Says nothing of what those pages show: each has a file of its own.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";

import { eventually, fitsAPhone, isAccessible, person, PHONE, picture, says } from "./browser.mjs";
import { chooses, figure, lookInside, node, number, opens, tells, writeNote } from "./inside_page.mjs";
import { Machine } from "./machine.mjs";

const STACKS = ["Agenda", "Chat", "Notes", "Notifications", "VisitorCounter"];

let machine;
before(async () => (machine = await Machine.start(STACKS)));

test("all stacks are shown, with each of their parts and arrows", async () => {
  const tab = await lookInside(await person(), machine);
  assert.deepEqual(await tab.locator("#stacks h2").allTextContents(), STACKS);
  const { nodes, arrows } = await machine.look("graph");
  assert.ok(nodes.length > 40 && arrows.length > 40, `${nodes.length} parts, ${arrows.length} arrows`);
  const shown = (name) =>
    tab.locator(`[${name}]`).evaluateAll((all, key) => all.map((each) => each.dataset[key]).sort(), name.slice(5));
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
  const tab = await lookInside(ann, machine);
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
  const tab = await lookInside(ann, machine);
  await ann.opens(machine.page("VisitorCounter"));
  const arrow = figure(tab, "VisitorCounter/DbUpdater", "VisitorCounter/Counter");
  await eventually(async () => assert.ok((await number(arrow)) > 0));
  await tab.bringToFront();
  await arrow.focus();
  await tab.keyboard.press("Enter");
  await says(tab.locator("#details-heading"), "DbUpdater → Counter");
  assert.equal(await tab.evaluate(() => document.activeElement.id), "details-heading");
  await eventually(async () => assert.match(await tab.locator("#details .line").first().innerText(), /dynamodb:/));
  assert.match(
    await tab.locator("#details .facts").first().innerText(),
    /dynamodb:UpdateItem|dynamodb:TransactWriteItems/,
  );
  await tab.keyboard.press("Escape");
  assert.equal(await tab.locator("#details").isVisible(), false);
  assert.ok(await arrow.evaluate((element) => element === document.activeElement));
});

test("an API has its clients, and a page of its stack is one", async () => {
  const ann = await person();
  const tab = await lookInside(ann, machine);
  await opens(tab, "VisitorCounter/Api");
  await ann.opens(machine.page("VisitorCounter"));
  await eventually(async () => assert.equal(await tab.locator("#details .connections li").count(), 1));
  const { connections } = await machine.look("state");
  await says(tab.locator("#details .connections code"), connections.find(({ api }) => api === "VisitorCounter/Api").id);
});

test("a table has its items, keys first, and follows what is written", async () => {
  const tab = await lookInside(await person(), machine);
  await opens(tab, "Notes/Notes");
  const count = await number(node(tab, "Notes/Notes").locator(".told"));
  await writeNote(machine, "a note to be seen", "four words in all");
  const row = tab.locator("#details .items tbody tr", { hasText: "a note to be seen" });
  await row.waitFor();
  assert.match((await tab.locator("#details .items thead th").first().innerText()).toLowerCase(), /^id\s*key$/);
  await eventually(async () => assert.match(await row.innerText(), /\b4\b/));
  await tells(node(tab, "Notes/Notes"), new RegExp(`^${count + 1} items?$`));
});

test("a function has its invocations, with durations and the lines it wrote", async () => {
  const tab = await lookInside(await person(), machine);
  await fetch(`${machine.output("Notifications", "OrdersUrl")}`, {
    method: "POST",
    body: JSON.stringify({ user_id: "ann" }),
  });
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

test("the list of what happens is filtered, and held", async () => {
  const tab = await lookInside(await person(), machine);
  const ask = () => fetch(`${machine.output("Notes", "ApiUrl")}/notes/to-be-held`);
  await ask();
  await tab.locator("#kind").selectOption("request");
  await tab.locator("#stack").selectOption("Notes");
  await tab.locator("#text").fill("get /prod/notes/to-be");
  const lines = tab.locator("#lines li");
  await eventually(async () =>
    assert.match(
      (await lines.allInnerTexts()).join("\n"),
      /^[\d:.]+\s+request\s+Notes\/Api\s+GET \S+to-be-held 404[^\n]*$/,
    ),
  );
  await tab.locator("#pause").click();
  await ask();
  await says(tab.locator("#held"), /1 new line since/);
  assert.equal(await lines.count(), 1);
  await tab.locator("#pause").click();
  await eventually(async () => assert.equal(await lines.count(), 2));
});

test("with nothing going on, nothing is asked and nothing moves", async () => {
  const tab = await lookInside(await person(), machine);
  const requests = [];
  tab.on("request", (request) => requests.push([Date.now(), request.url()]));
  await eventually(async () => {
    const since = Date.now();
    await tab.evaluate(() => {
      globalThis.changes = 0;
      globalThis.watcher ??= new MutationObserver((all) => (globalThis.changes += all.length));
      globalThis.watcher.observe(document.body, {
        subtree: true,
        childList: true,
        attributes: true,
        characterData: true,
      });
    });
    await pause(1_200);
    assert.deepEqual(
      requests.filter(([at]) => at > since),
      [],
    );
    assert.equal(await tab.evaluate(() => globalThis.changes), 0);
    assert.equal(await tab.evaluate(() => document.getAnimations().length), 0);
  });
});

/** Everybody does something, so that there is something to see. */
async function isUsed(ann) {
  await writeNote(machine, "Shopping", "milk, eggs, bread and a lot of cheese");
  const create = await ann.opens(machine.output("Agenda", "CreateUrl"));
  const event = { user_id: "7", name: "Stand-up", dt_start: "2030-01-07T09:00", dt_end: "2030-01-07T09:15" };
  for (const [name, value] of Object.entries(event)) await create.locator(`#${name}`).fill(value);
  await create.locator("#event [type=submit]").click();
  const chat = await ann.opens(machine.page("Chat"));
  for (const [id, text] of [
    ["name", "Ann"],
    ["room", "Tea"],
    ["text", "Anybody here?"],
  ]) {
    await chat.locator(`#${id}`).fill(text);
    await chat.locator(`#${id}`).press("Enter");
  }
  await ann.opens(machine.page("VisitorCounter"));
}

test("it bars nobody, and fits a phone, where the panel covers all", async () => {
  const ann = await person();
  const tab = await lookInside(ann, machine);
  await isUsed(ann);
  for (const [from, to] of [
    ["Chat/SendMessage", "Chat/Api"],
    ["Agenda/StreamToAppsync", "Agenda/Api"],
    ["VisitorCounter/Api", "VisitorCounter/DbUpdater"],
  ]) {
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
