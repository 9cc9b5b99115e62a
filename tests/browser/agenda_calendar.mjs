// The calendar of the agenda, in a browser, against `local`: what it reads and how it looks.
// What it is told of live, the holidays and the form that creates events have files of their own.

import assert from "node:assert/strict";
import { test } from "node:test";

import { calendar, machine, service, someone } from "./agenda_machine.mjs";
import { choose, everyYear, lines, reader } from "./agenda_service.mjs";
import { ATTACKS, eventually, fitsAPhone, isAccessible, list, picture, says } from "./browser.mjs";

test("a calendar without events says so, and shows the first one live", async () => {
  const user = someone();
  const tab = await calendar(await reader(), user);
  await says(tab.locator("#empty:visible"), "No events yet. Create the first one; it appears here by itself.");
  await list(lines(tab), []);
  await isAccessible(tab);
  await service.create(user, 1, "Choir", "2026-12-01T18:30", "2026-12-01T20:00", "Town hall");
  await list(lines(tab), ["01/12/2026, 18:30 - 01/12/2026, 20:00 : Choir (Town hall)"]);
  await says(tab.locator("#news-text:visible"), "New: 01/12/2026, 18:30 - 01/12/2026, 20:00 : Choir (Town hall)");
  assert.ok(await tab.locator("#empty").isHidden());
});

test("calendar and form lead to each other, for the same user", async () => {
  const user = someone();
  const tab = await calendar(await reader(), user);
  await tab.getByRole("link", { name: "Create the first one" }).click();
  await says(tab.getByRole("heading", { level: 2 }).first(), "Create event");
  await eventually(async () => assert.equal(await tab.getByLabel("User").inputValue(), String(user)));
  await tab.getByRole("link", { name: "Calendar", exact: true }).click();
  await says(tab.locator("#status"), "Live");
  assert.equal(await tab.getByLabel("User").inputValue(), String(user));
});

test("a line is dates, a name, and a location if there is one, sorted by start", async () => {
  const user = someone();
  await Promise.all([
    service.create(user, 1, "Late", "2027-01-02T09:00:30", "2027-01-02T10:00:00", "Café"),
    service.create(user, 2, "Whole day", "2026-12-31", "2027-01-01"),
    service.create(user, 3, "Same day, later", "2026-12-31T00:00", "2026-12-31T00:10"),
    service.create(user, 4, "Long ago", "1999-02-28T23:59", "1999-03-01T00:00", "A (b)"),
    service.create(user, 5, "Same start, ends sooner", "2027-01-02T09:00:30", "2027-01-02T09:30:00"),
  ]);
  const tab = await calendar(await reader(), user);
  await list(lines(tab), [
    "28/02/1999, 23:59 - 01/03/1999, 00:00 : Long ago (A (b))",
    "31/12/2026 - 01/01/2027 : Whole day",
    "31/12/2026, 00:00 - 31/12/2026, 00:10 : Same day, later",
    "02/01/2027, 09:00 - 02/01/2027, 09:30 : Same start, ends sooner",
    "02/01/2027, 09:00 - 02/01/2027, 10:00 : Late (Café)",
  ]);
  await list(tab.locator("#months h3"), ["February 1999", "June 2026", "December 2026", "January 2027"]);
  await says(tab.locator("#months .today"), "Today, Monday 15 June");
});

for (const timezoneId of ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin"]) {
  test(`a day is the same day in ${timezoneId}`, async () => {
    const user = someone();
    await service.create(user, 1, "Fair", "2026-03-01", "2026-03-01");
    await service.create(user, 2, "Night of the clock change", "2026-03-29T02:30", "2026-03-29T03:30");
    const tab = await calendar(await reader(everyYear([["01-01", "New Year"]]), { timezoneId }), user);
    await list(lines(tab), [
      "01/01/2026 : New Year",
      "01/03/2026 - 01/03/2026 : Fair",
      "29/03/2026, 02:30 - 29/03/2026, 03:30 : Night of the clock change",
      "01/01/2027 : New Year",
    ]);
    await list(tab.locator("#months h3"), ["January 2026", "March 2026", "June 2026", "January 2027"]);
    assert.equal(await lines(tab).first().getAttribute("data-weekday"), "Thu");
  });
}

test("all events are read, however many pages they are", async () => {
  const [user, other] = [someone(), someone()];
  const two = (number) => String(number).padStart(2, "0");
  const minute = (id) => `2026-11-${two(1 + Math.floor(id / 60))}T10:${two(id % 60)}`;
  const ids = Array.from({ length: 260 }, (_, index) => index + 1);
  const create = (id) => service.create(id % 4 ? user : other, id, `Event ${id}`, minute(id), minute(id));
  for (let from = 0; from < ids.length; from += 26) await Promise.all(ids.slice(from, from + 26).map(create));
  const somebody = await reader();
  let asked = 0;
  somebody.context.on("request", (request) => (asked += Number(request.postData()?.includes('"next":"') ?? 0)));
  const tab = await calendar(somebody, user);
  const mine = ids.filter((id) => id % 4);
  await eventually(async () => {
    const names = (await lines(tab).allInnerTexts()).map((text) => text.split(" : ")[1]);
    assert.deepEqual(names, mine.map((id) => `Event ${id}`));
  });
  assert.ok(asked > 0, "no page was followed by another");
});

test("what a user wrote is text", async () => {
  const user = someone();
  const write = (text, id) => service.create(user, id + 1, text, `2026-12-0${id + 1}`, `2026-12-0${id + 1}`, text);
  await Promise.all(ATTACKS.map(write));
  const tab = await calendar(await reader(), user);
  await list(lines(tab), ATTACKS.map((text, id) => `0${id + 1}/12/2026 - 0${id + 1}/12/2026 : ${text} (${text})`));
  for (const [id, text] of ATTACKS.entries()) {
    await service.create(user, 10 + id, text, "2026-12-24", "2026-12-24", text);
    await says(tab.locator("#news-text:visible"), `New: 24/12/2026 - 24/12/2026 : ${text} (${text})`);
  }
});

test("no user but a number is asked for, and the one who was here last is remembered", async () => {
  const user = someone();
  await service.create(user, 1, "Mine", "2026-12-01", "2026-12-01");
  const ann = await reader();
  const tab = await calendar(ann, user);
  await list(lines(tab), ["01/12/2026 - 01/12/2026 : Mine"]);
  for (const text of ["", "Ann", "1.5", "99999999999", "<b>1</b>"]) {
    await choose(tab, text);
    await says(tab.locator("#user-wrong:visible"), "A user is a whole number.");
    assert.equal(await tab.getByLabel("User").getAttribute("aria-invalid"), "true");
    assert.equal(await tab.evaluate(() => document.activeElement.id), "user_id");
  }
  await list(lines(tab), ["01/12/2026 - 01/12/2026 : Mine"]);
  const another = await ann.opens(machine.page("Agenda"));
  await list(lines(another), ["01/12/2026 - 01/12/2026 : Mine"]);
});

test("the grid of the month leads to the days that have something, by keyboard too", async () => {
  const user = someone();
  const many = Array.from({ length: 28 }, (_, index) => `2026-07-${String(index + 1).padStart(2, "0")}`);
  await Promise.all(many.map((day, index) => service.create(user, index + 1, `Day ${index + 1}`, day, day)));
  await service.create(user, 40, "Three days", "2026-08-30T12:00", "2026-09-01T12:00");
  const tab = await calendar(await reader(), user);
  await says(tab.locator("#month-name"), "June 2026");
  assert.equal(await tab.locator("#days [aria-current=date]").innerText(), "15");
  assert.equal(await tab.locator("#days button:enabled").count(), 0);
  await tab.getByRole("button", { name: "The month after" }).focus();
  await tab.keyboard.press("Enter");
  await says(tab.locator("#month-name"), "July 2026");
  await tab.getByRole("button", { name: "Tuesday 28 July, 1 entry" }).focus();
  await tab.keyboard.press("Enter");
  await eventually(async () => assert.match(await tab.evaluate(() => document.activeElement.innerText), /Day 28/));
  await tab.locator("#month-after").click();
  assert.deepEqual(await tab.locator("#days button:enabled").allInnerTexts(), ["30", "31"]);
  await service.create(user, 50, "Far down", "2027-12-01", "2027-12-01");
  await tab.getByRole("button", { name: "Show it" }).click();
  await eventually(async () => assert.match(await tab.evaluate(() => document.activeElement.innerText), /Far down/));
  await tab.getByRole("button", { name: "Today", exact: true }).click();
  await says(tab.locator("#month-name"), "June 2026");
  assert.ok(await tab.locator("#months .today").isVisible());
});

/** Days of Great Britain, without a year. */
const DAYS = [
  ["01-01", "New Year's Day"],
  ["01-02", "2 January", ["GB-SCT"]],
  ["03-17", "Saint Patrick's Day", ["GB-NIR"]],
  ["05-25", "Spring Bank Holiday"],
  ["08-31", "Summer Bank Holiday", ["GB-ENG", "GB-WLS", "GB-NIR"]],
  ["11-30", "Saint Andrew's Day", ["GB-SCT"]],
  ["12-25", "Christmas Day"],
  ["12-28", "Boxing Day"],
];
const LONG = "A name that its author could not bring to an end, since-there-was-so-much-to-say-and-no-room-for-it";
const EVENTS = [
  ["Dentist", "2026-11-26T09:30", "2026-11-26T10:00", "Mill Lane 4"],
  ["Parents’ evening", "2026-12-01T19:00", "2026-12-01T21:00", "School hall"],
  ["Winter fair", "2026-12-04", "2026-12-06", "Riverside"],
  ["Market stall", "2026-12-08T08:00", "2026-12-08T13:00", "Old square"],
  ["Dinner with Mira", "2026-12-08T19:30", "2026-12-08T22:00", "Café Lumen"],
  ["Choir rehearsal", "2026-12-10T18:30", "2026-12-10T20:30", "Town hall"],
  ["Budget review", "2026-12-11T14:00", "2026-12-11T15:00"],
  ["Train to Bath", "2026-12-11T17:12", "2026-12-11T19:04", "Platform 4"],
  ["Concert", "2026-12-19T20:00", "2026-12-19T22:30", "St Mary’s"],
  ["Dinner at Grandma’s", "2026-12-25T13:00", "2026-12-25T17:00", "Bath"],
  ["School starts again", "2027-01-05", "2027-01-05"],
  [LONG, "2027-01-14T09:00", "2027-01-14T17:00", "Somewhere ".repeat(12).trim()],
];

test("a calendar with much in it starts at today, and fits a phone", async () => {
  const user = someone();
  await Promise.all(EVENTS.map((event, id) => service.create(user, id + 1, ...event)));
  const ann = await reader(everyYear(DAYS));
  const tab = await calendar(ann, user);
  await tab.clock.setFixedTime("2026-12-08T12:00:00Z");
  await tab.reload();
  await eventually(async () => assert.equal(await lines(tab).count(), EVENTS.length + 2 * DAYS.length));
  await eventually(async () => {
    const { y } = await tab.locator("#months .today").boundingBox();
    assert.ok(y > 0 && y < 300, `today is at ${y} px`);
  });
  await service.create(user, 20, "Coffee with Ada", "2026-12-09T16:00", "2026-12-09T17:00", "Café");
  await says(tab.locator("#news-text:visible"), "New: 09/12/2026, 16:00 - 09/12/2026, 17:00 : Coffee with Ada (Café)");
  await picture(tab, "agenda", () => tab.getByRole("button", { name: "Today", exact: true }).click());
  await isAccessible(tab);
  await fitsAPhone(tab);
});
