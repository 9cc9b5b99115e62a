// The calendar of the agenda, in a browser, against `local`: what it is told of live, and what it missed.
// What it reads and how it looks is told in a file of its own.

import assert from "node:assert/strict";
import { test } from "node:test";

import { calendar, machine, service, someone } from "./agenda_machine.mjs";
import { choose, everyYear, gate, lines, reader, wire } from "./agenda_service.mjs";
import { eventually, isAccessible, list, NO_SERVER, says } from "./browser.mjs";

test("an event lands at its place in every tab of its user, once, among the holidays", async () => {
  const [user, other] = [someone(), someone()];
  await service.create(user, 1, "First", "2026-12-20T10:00", "2026-12-20T11:00");
  const days = everyYear([["12-25", "Christmas Day"]]);
  const ann = await reader(days);
  const tabs = [await calendar(ann, user), await calendar(ann, user)];
  const stranger = await calendar(await reader(days), other);
  await service.create(user, 2, "After", "2026-12-25T15:00", "2026-12-25T16:00", "Rink");
  await service.create(user, 3, "Between", "2026-12-24", "2026-12-24");
  await service.create(other, 3, "Not theirs", "2026-12-24", "2026-12-24");
  for (const tab of tabs) {
    await list(lines(tab), [
      "20/12/2026, 10:00 - 20/12/2026, 11:00 : First",
      "24/12/2026 - 24/12/2026 : Between",
      "25/12/2026 : Christmas Day",
      "25/12/2026, 15:00 - 25/12/2026, 16:00 : After (Rink)",
      "25/12/2027 : Christmas Day",
    ]);
  }
  const holidays = ["25/12/2026 : Christmas Day", "25/12/2027 : Christmas Day"];
  await list(lines(stranger), ["24/12/2026 - 24/12/2026 : Not theirs", ...holidays]);
  assert.equal(await tabs[0].locator(".fresh").count(), 2);
});

test("what happened while the socket was down shows once it is back, each event once", async () => {
  const user = someone();
  const ann = await reader();
  const cable = await wire(ann);
  await service.create(user, 1, "Stays", "2026-12-01", "2026-12-01");
  await service.create(user, 2, "Goes", "2026-12-02", "2026-12-02");
  const tab = await calendar(ann, user);
  await list(lines(tab), ["01/12/2026 - 01/12/2026 : Stays", "02/12/2026 - 02/12/2026 : Goes"]);
  await cable.cut();
  await says(tab.locator("#status"), "Reconnecting…");
  await service.create(user, 3, "Missed", "2026-12-03", "2026-12-03");
  await service.delete(user, 2);
  await service.update(user, 1, { name: "Changed", location: "Elsewhere" });
  assert.ok(await lines(tab).first().isVisible());
  cable.mend();
  for (const id of [4, 5, 6]) await service.create(user, id, `Meanwhile ${id}`, `2026-12-0${id}`, `2026-12-0${id}`);
  await list(lines(tab), [
    "01/12/2026 - 01/12/2026 : Changed (Elsewhere)",
    "03/12/2026 - 03/12/2026 : Missed",
    ...[4, 5, 6].map((id) => `0${id}/12/2026 - 0${id}/12/2026 : Meanwhile ${id}`),
  ]);
  await says(tab.locator("#status"), "Live");
});

test("a server that dies and comes back leaves no gap and doubles nothing", async () => {
  const user = someone();
  const ann = await reader();
  ann.forgives(...NO_SERVER);
  await service.create(user, 1, "Before", "2026-12-01", "2026-12-01");
  const tabs = [await calendar(ann, user), await calendar(ann, user)];
  for (const tab of tabs) await list(lines(tab), ["01/12/2026 - 01/12/2026 : Before"]);
  await machine.stop("SIGKILL");
  for (const tab of tabs) await says(tab.locator("#status"), "Reconnecting…");
  assert.equal(await lines(tabs[0]).count(), 1);
  await machine.startAgain();
  for (const id of [2, 3, 4]) await service.create(user, id, `After ${id}`, `2026-12-0${id}`, `2026-12-0${id}`);
  const after = [2, 3, 4].map((id) => `0${id}/12/2026 - 0${id}/12/2026 : After ${id}`);
  for (const tab of tabs) {
    await says(tab.locator("#status"), "Live");
    await list(lines(tab), ["01/12/2026 - 01/12/2026 : Before", ...after]);
    await tab.locator("#problem").waitFor({ state: "hidden" });
  }
});

test("events that cannot be read are said to be, and what is shown stays", async () => {
  const user = someone();
  const ann = await reader();
  await service.create(user, 1, "Known", "2026-12-01", "2026-12-01");
  const cable = await wire(ann);
  const tab = await calendar(ann, user);
  await list(lines(tab), ["01/12/2026 - 01/12/2026 : Known"]);
  await cable.cut();
  await service.create(user, 2, "Unread", "2026-12-02", "2026-12-02");
  await machine.fault({ table: "events_table", calls: 1000, status: 500 });
  cable.mend();
  const told = /^The agenda service could not answer: .+\. What is shown may be out of date\.$/;
  await says(tab.locator("#problem-text:visible"), told);
  await list(lines(tab), ["01/12/2026 - 01/12/2026 : Known"]);
  await isAccessible(tab);
  await machine.heal();
  await tab.locator("#again").press("Enter");
  await list(lines(tab), ["01/12/2026 - 01/12/2026 : Known", "02/12/2026 - 02/12/2026 : Unread"]);
  await tab.locator("#problem").waitFor({ state: "hidden" });
  assert.equal(await tab.evaluate(() => document.activeElement.id), "heading");
});

test("a calendar that could not be read at all is tried again by itself", async () => {
  const user = someone();
  await service.create(user, 1, "Late", "2026-12-01", "2026-12-01");
  const tab = await calendar(await reader(), someone());
  await machine.fault({ table: "events_table", calls: 1000, status: 500 });
  await choose(tab, user);
  await says(tab.locator("#problem-text:visible"), /^The agenda service could not answer: /);
  assert.ok(await tab.locator("#empty").isHidden(), "nobody knows whether there are events");
  await machine.heal();
  await list(lines(tab), ["01/12/2026 - 01/12/2026 : Late"]);
});

/** Somebody looks at a tab, or looks away. */
const shows = (tab, isShown) =>
  tab.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, !isShown);

test("a calendar that nobody looks at is not tried again until somebody does", async () => {
  const user = someone();
  await service.create(user, 1, "Late", "2026-12-01", "2026-12-01");
  const tab = await (await reader()).context.newPage();
  await tab.clock.install({ time: "2026-06-15T12:00:00Z" });
  await tab.goto(machine.page("Agenda"));
  await says(tab.locator("#status"), "Live");
  await tab.waitForLoadState("networkidle");
  await machine.fault({ table: "events_table", calls: 1000, status: 500 });
  await choose(tab, user);
  await says(tab.locator("#status"), "Live");
  await says(tab.locator("#problem-text:visible"), /^The agenda service could not answer: /);
  await tab.waitForLoadState("networkidle");
  await shows(tab, false);
  await machine.heal();
  let asked = 0;
  tab.on("request", (request) => (asked += Number(request.url() === machine.output("Agenda", "GraphqlUrl"))));
  await tab.clock.runFor(8_000);
  await shows(tab, true);
  await list(lines(tab), ["01/12/2026 - 01/12/2026 : Late"]);
  assert.equal(asked, 1);
});

test("whoever has moved without a key or a wheel is not taken back to today by what comes", async () => {
  const user = someone();
  const day = (number) => `2026-05-${String(number).padStart(2, "0")}`;
  const days = Array.from({ length: 28 }, (_, index) => index + 1);
  await Promise.all(days.map((number) => service.create(user, number, `Past ${number}`, day(number), day(number))));
  const tab = await calendar(await reader(), user);
  const height = () => tab.evaluate(() => scrollY);
  for (const [happens, name] of [
    [(name) => service.create(user, 40, name, "2026-12-01", "2026-12-01"), "Live"],
    [async (name) => (await service.update(user, 40, { name }), shows(tab, true)), "Read"],
  ]) {
    await tab.reload();
    await eventually(async () => assert.ok((await height()) > 0));
    await says(tab.locator("#status"), "Live");
    await tab.waitForLoadState("networkidle");
    await tab.evaluate(() => scrollTo(0, 0));
    await happens(name);
    await says(lines(tab).last(), `01/12/2026 - 01/12/2026 : ${name}`);
    assert.equal(await height(), 0, name);
  }
});

test("while events are on their way the calendar says so, and one that is created meanwhile shows", async () => {
  const user = someone();
  await service.create(user, 1, "Slow", "2026-12-01", "2026-12-01");
  const tab = await calendar(await reader(), someone());
  await list(lines(tab), []);
  const slow = gate();
  await tab.route(machine.output("Agenda", "GraphqlUrl"), async (route) => (await slow.open, route.continue()));
  await choose(tab, user);
  await tab.locator("#loading").waitFor();
  await says(tab.locator("#status"), "Live");
  await service.create(user, 2, "Quick", "2026-12-02", "2026-12-02");
  await list(lines(tab), ["02/12/2026 - 02/12/2026 : Quick"]);
  assert.ok(await tab.locator("#loading").isVisible());
  assert.ok(await tab.locator("#empty").isHidden());
  slow.opens();
  await list(lines(tab), ["01/12/2026 - 01/12/2026 : Slow", "02/12/2026 - 02/12/2026 : Quick"]);
  await tab.locator("#loading").waitFor({ state: "hidden" });
});


test("an answer that is older than a live event does not take the event away", async () => {
  const user = someone();
  const tab = await calendar(await reader(), user);
  await tab.waitForLoadState("networkidle");
  const [held, release] = await holdAnswer(tab);
  await tab.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await held;
  await service.create(user, 1, "Newer", "2026-12-01", "2026-12-01");
  await list(lines(tab), ["01/12/2026 - 01/12/2026 : Newer"]);
  await release();
  await service.create(user, 2, "Newest", "2026-12-02", "2026-12-02");
  await list(lines(tab), ["01/12/2026 - 01/12/2026 : Newer", "02/12/2026 - 02/12/2026 : Newest"]);
});

/** Has the next answer about events wait on its way: a promise that it does, and what lets it go on to the page. */
async function holdAnswer(tab) {
  const [isHeld, isReleased] = [gate(), gate()];
  const url = machine.output("Agenda", "GraphqlUrl");
  const arrives = tab.waitForEvent("requestfinished", (request) => request.url() === url);
  await tab.route(url, async (route) => {
    const response = await route.fetch();
    isHeld.opens();
    await isReleased.open;
    await route.fulfill({ response });
  }, { times: 1 });
  return [isHeld.open, () => (isReleased.opens(), arrives)];
}
