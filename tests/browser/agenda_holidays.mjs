// The holidays of the calendar, in a browser, against `local`: their service is played, well and badly.
// That the calendar is as good without them is said here too.

import assert from "node:assert/strict";
import { before, test } from "node:test";

import { calendar as opened, everyYear, gate, holiday, isHeardLater } from "./agenda_service.mjs";
import { lines, reader, Service } from "./agenda_service.mjs";
import { isAccessible, list, NO_SERVER, says } from "./browser.mjs";
import { Machine } from "./machine.mjs";

const EVENT = "24/12/2026, 18:00 - 24/12/2026, 22:00 : Family";
const HTML = { contentType: "text/html", body: "<!doctype html><title>Sorry</title><script>alert(1)</script>" };
let machine;
let service;
let users = 0;

before(async () => {
  machine = await Machine.start(["Agenda"]);
  service = new Service(machine);
});

/** A calendar with one event, of somebody for whom the holidays service answers so. */
async function calendar(somebody) {
  const user = (users += 1);
  await service.create(user, 1, "Family", "2026-12-24T18:00", "2026-12-24T22:00");
  return { tab: await opened(somebody, machine, user, "2026-12-10T12:00:00Z"), user };
}

/** The calendar does what it does, whatever its holidays do. */
async function isUsable({ tab, user }) {
  await list(lines(tab), [EVENT]);
  await service.create(user, 2, "Live", "2026-12-23", "2026-12-23");
  await list(lines(tab), ["23/12/2026 - 23/12/2026 : Live", EVENT]);
  await service.delete(user, 2);
}

const said = (tab) => tab.locator("#holidays-text:visible");
const again = (tab) => tab.locator("#holidays-again");

test("holidays of this year and the next are among the events, with the regions that have them", async () => {
  const days = (route, about) =>
    everyYear([["12-25", `Christmas of ${about.country}`], ["12-24", "Eve", ["GB-SCT", "GB-WLS"]]])(route, about);
  const { tab } = await calendar(await reader(days));
  await list(lines(tab), [
    "24/12/2026 : Eve (GB-SCT, GB-WLS)",
    EVENT,
    "25/12/2026 : Christmas of GB",
    "24/12/2027 : Eve (GB-SCT, GB-WLS)",
    "25/12/2027 : Christmas of GB",
  ]);
  assert.ok(await said(tab).isHidden());
  for (const id of ["holidays-text", "not-live"]) await isHeardLater(tab, id);
  await tab.getByLabel("Holidays").selectOption({ label: "None" });
  await list(lines(tab), [EVENT]);
  assert.ok(await said(tab).isHidden());
});

const down = (route) => route.abort();
const downFor2027 = (route, { year }) => (year === 2027 ? down(route) : route.fulfill({ json: [] }));
for (const [what, answer, text] of [
  ["is down", down, "does not answer."],
  ["is down for one year", downFor2027, "does not answer."],
  ["fails", (route) => route.fulfill({ status: 500, ...HTML }), "failed (500). Try again in a moment."],
  ["answers HTML", (route) => route.fulfill(HTML), "answered something else than holidays."],
  ["answers nothing", (route) => route.fulfill({ status: 204 }), "answered something else than holidays."],
  ["answers an object", (route) => route.fulfill({ json: { days: [] } }), "answered something else than holidays."],
  ["does not know the country", (route) => route.fulfill({ status: 404 }), "does not know this country."],
]) {
  test(`a holidays service that ${what} is said to, and does no harm; it can be asked again`, async () => {
    let isWell = false;
    const days = (...asked) => (isWell ? everyYear([["12-25", "Christmas"]]) : answer)(...asked);
    const ann = await reader(days);
    ann.forgives(...NO_SERVER);
    const { tab, user } = await calendar(ann);
    await says(said(tab), `Holidays are not shown. The holidays service ${text}`);
    await isUsable({ tab, user });
    isWell = true;
    await again(tab).press("Enter");
    await list(tab.locator("#months [data-kind=holiday]"), ["25/12/2026 : Christmas", "25/12/2027 : Christmas"]);
    await said(tab).waitFor({ state: "hidden" });
    assert.equal(await tab.evaluate(() => document.activeElement.id), "country");
  });
}

test("what is no holiday is left out, and a name is text", async () => {
  const days = (route, { year }) => {
    const none = [null, 7, {}, { date: year, name: "x" }, { date: `${year}-12-25` }];
    return route.fulfill({ json: [...none, holiday(`${year}-12-26`, "<b>x</b>")] });
  };
  const { tab } = await calendar(await reader(days));
  await list(lines(tab), [EVENT, "26/12/2026 : <b>x</b>", "26/12/2027 : <b>x</b>"]);
});

test("a holidays service that is slow is waited for, not by the calendar, and given up at last", async () => {
  const ann = await reader(() => {});
  ann.forgives(...NO_SERVER);
  const { tab, user } = await calendar(ann);
  await isUsable({ tab, user });
  await says(said(tab), "Still waiting for the holidays …");
  assert.ok(await again(tab).isHidden());
  await isAccessible(tab);
  await says(said(tab), "Holidays are not shown. The holidays service does not answer.");
  assert.ok(await again(tab).isVisible());
});

test("of two countries the one chosen last is shown, whichever answers last", async () => {
  const slow = gate();
  const days = async (route, { year, country }) => {
    if (country === "GB") await slow.open;
    await route.fulfill({ json: year === 2026 ? [holiday("2026-12-26", `Day of ${country}`)] : [] });
  };
  const { tab } = await calendar(await reader(days));
  await tab.getByLabel("Holidays").selectOption({ label: "France" });
  await list(lines(tab), [EVENT, "26/12/2026 : Day of FR"]);
  const answered = tab.waitForResponse(/\/2026\/GB$/);
  slow.opens();
  await (await answered).finished();
  await service.create(users, 3, "Afterwards", "2026-12-27", "2026-12-27");
  await list(lines(tab), [EVENT, "26/12/2026 : Day of FR", "27/12/2026 - 27/12/2026 : Afterwards"]);
  await tab.reload();
  await list(lines(tab), [EVENT, "26/12/2026 : Day of FR", "27/12/2026 - 27/12/2026 : Afterwards"]);
  assert.equal(await tab.getByLabel("Holidays").inputValue(), "FR");
});

test("the page may ask its own services and that of the holidays, nobody else", async () => {
  const ann = await reader();
  ann.forgives(/Content Security Policy/);
  const { tab } = await calendar(ann);
  const isAllowed = (url) => tab.evaluate((url) => fetch(url, { mode: "no-cors" }).then(() => true, () => false), url);
  await ann.context.route("https://holidays.example/**", (route) => route.fulfill({ json: [] }));
  assert.ok(await isAllowed("https://date.nager.at/api/v3/PublicHolidays/2026/GB"));
  assert.ok(!(await isAllowed("https://holidays.example/api/v3/PublicHolidays/2026/GB")));
});
