// The page of the calendar: ties events, holidays and the subscription together.
// Knows neither how they are asked for nor how an entry looks.

import { backOff } from "./shared/backoff.js";
import { config } from "./shared/config.js";
import { at, hide, write } from "./shared/elements.js";
import { isRight } from "./shared/form.js";
import { showStatus } from "./shared/status.js";
import { Timers } from "./shared/timers.js";
import { Country } from "./country.js";
import { line } from "./dates.js";
import { CREATED, Events } from "./events.js";
import { graphql } from "./graphql.js";
import { entryAt, entryOf, showCalendar, todayOf } from "./list.js";
import { Month } from "./month.js";
import { goTo, startAt, startOver, stay } from "./scroll.js";
import { Subscription } from "./subscription.js";
import { lastUser, NO_USER, rememberUser, userOf } from "./users.js";

const ask = graphql(config);
const timers = new Timers();
const country = new Country();
const month = new Month((day) => goTo(entryAt(at("months"), day)));

let events = null;
let subscription = null;
/** How often the events were asked for, and how often in a row they could not be read. */
let asked = 0;
let failures = 0;
/** The key of the event that came last. */
let newest = null;

function show() {
  const known = events.all.map(({ event, key, isLive }) => ({ ...event, key, isLive }));
  const entries = [...known, ...country.days];
  showCalendar(at("months"), entries);
  month.show(entries);
  if (events.isRead) at("loading").hidden = true;
  at("empty").hidden = !events.isRead || known.length > 0;
  if (events.isRead && known.length) startAt(todayOf(at("months")));
}

/** Shows the calendar of a user: what there is, and from the subscription on what is new. */
function choose(user) {
  subscription?.close();
  startOver();
  rememberUser(user);
  news(null);
  write(at("not-live"), "");
  settled();
  at("loading").hidden = false;
  events = new Events(ask, user);
  subscription = new Subscription(config, CREATED, { user });
  connect(events, subscription);
  load(events);
  show();
}

/** Each time the subscription comes into force, what was missed before is read. */
function connect(mine, live) {
  mine.addEventListener("change", () => mine === events && show());
  live.addEventListener("state", ({ detail }) => {
    if (live !== subscription) return;
    showStatus(at("status"), detail);
    if (detail !== "open") return keepPlace();
    write(at("not-live"), "");
    load(mine);
  });
  live.addEventListener("data", ({ detail: { onCreateEventsTable: event } }) => {
    keepPlace();
    const key = mine.take(event);
    if (key && mine === events) news(key, event);
  });
  live.addEventListener("problem", ({ detail }) => {
    if (live === subscription) write(at("not-live"), `New events do not appear by themselves now: ${detail}`);
  });
  live.open();
}

/** Reads the events. If that fails it is tried again by and by: what was missed may never come otherwise. */
async function load(mine) {
  timers.cancel("again");
  const number = (asked += 1);
  try {
    await mine.load();
    if (mine === events) settled();
  } catch (problem) {
    if (number === asked) failed(problem);
  }
}

function settled() {
  failures = 0;
  at("loading").hidden = true;
  hide(at("problem"), at("heading"));
}

function failed({ message }) {
  const old = events.isRead ? " What is shown may be out of date." : "";
  write(at("problem-text"), message + old);
  at("problem").hidden = false;
  at("loading").hidden = true;
  timers.after("again", backOff(failures, { first: 2_000, most: 60_000 }), () => document.hidden || load(events));
  failures += 1;
}

/** Says which event came; null forgets it. */
function news(key, event) {
  newest = key;
  at("news").hidden = key === null;
  write(at("news-text"), key === null ? "" : `New: ${line(event)}`);
}

/** Who reads what there is is not taken back to today by what comes. */
function keepPlace() {
  if (events.isRead) stay();
}

/** What came while nobody looked is read when somebody does. */
function comeBack() {
  if (document.hidden) return;
  keepPlace();
  load(events);
}

function toToday() {
  month.toToday();
  goTo(todayOf(at("months")), "start");
}

at("whose").addEventListener("submit", (event) => {
  event.preventDefault();
  const user = userOf(at("user_id").value);
  if (isRight(at("whose"), { user_id: user === null ? NO_USER : "" })) choose(user);
});
at("again").addEventListener("click", () => load(events));
at("news-show").addEventListener("click", () => goTo(entryOf(at("months"), newest)));
at("to-today").addEventListener("click", toToday);
document.addEventListener("visibilitychange", comeBack);
country.addEventListener("change", show);

at("user_id").value = lastUser() ?? 1;
choose(userOf(at("user_id").value));
country.start();
