// The page of the calendar: ties events, holidays and the subscription together.
// Knows neither how they are asked for nor how an entry looks.

import { config } from "./shared/config.js";
import { at, write } from "./shared/elements.js";
import { isRight } from "./shared/form.js";
import { recall, remember } from "./shared/memory.js";
import { showStatus } from "./shared/status.js";
import { line } from "./dates.js";
import { CREATED, Events } from "./events.js";
import { graphql } from "./graphql.js";
import { COUNTRIES, holidays } from "./holidays.js";
import { nextEntry, showCalendar } from "./list.js";
import { Subscription } from "./subscription.js";
import { lastUser, NO_USER, rememberUser, userOf } from "./users.js";

const COUNTRY = "agenda.country";
const ask = graphql(config);

let events = null;
let subscription = null;
/** The holidays that are shown; of a country that was asked for later, once they are there. */
let days = [];
let country = null;

function show() {
  const known = events.all.map(({ event, key, isLive }) => ({ ...event, key, isLive }));
  showCalendar(at("months"), [...known, ...days]);
  if (events.isRead) at("loading").hidden = true;
  at("empty").hidden = !events.isRead || known.length > 0;
}

/** Shows the calendar of a user: what there is, and from the subscription on what is new. */
function choose(user) {
  subscription?.close();
  rememberUser(user);
  write(at("news"), "");
  tell("not-live", "");
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
    if (detail !== "open") return;
    tell("not-live", "");
    load(mine);
  });
  live.addEventListener("data", ({ detail: { onCreateEventsTable: event } }) => {
    if (mine.take(event) && mine === events) write(at("news"), `New: ${line(event)}`);
  });
  live.addEventListener("problem", ({ detail }) => {
    if (live === subscription) tell("not-live", `New events do not appear by themselves now: ${detail}`);
  });
  live.open();
}

async function load(mine) {
  try {
    await mine.load();
    if (mine === events) at("problem").hidden = true;
  } catch (problem) {
    if (mine === events) showProblem(problem);
  } finally {
    if (mine === events) at("loading").hidden = true;
  }
}

function showProblem({ message }) {
  const old = events.isRead ? " What is shown may be out of date." : "";
  write(at("problem-text"), message + old);
  at("problem").hidden = false;
}

/** The holidays of this year and the next. Without them the calendar is as good as with them, but for them. */
async function loadHolidays() {
  const wanted = country;
  const year = new Date().getFullYear();
  tellHolidays("");
  try {
    const found = wanted ? await holidays(config.holidaysUrl, wanted, [year, year + 1]) : [];
    if (wanted === country) days = found;
  } catch (problem) {
    if (wanted === country) tellHolidays(`Holidays are not shown. ${problem.message}`);
  }
  show();
}

function tellHolidays(text) {
  write(at("holidays-text"), text);
  at("holidays-problem").hidden = !text;
}

function tell(place, text) {
  write(at(place), text);
  at(place).hidden = !text;
}

function chooseCountry(code) {
  country = code;
  remember(COUNTRY, code);
  days = [];
  loadHolidays();
}

/** Countries by name; the first choice is that of the browser's language. */
function fillCountries() {
  const names = new Intl.DisplayNames("en", { type: "region" });
  const named = COUNTRIES.map((code) => [names.of(code), code]).sort(([a], [b]) => a.localeCompare(b));
  at("country").append(...[["None", ""], ...named].map(([name, code]) => new Option(name, code)));
  const here = new Intl.Locale(navigator.language).maximize().region;
  const known = [recall(COUNTRY), here, "FR"].find((code) => code === "" || COUNTRIES.includes(code));
  at("country").value = known;
  return known;
}

at("whose").addEventListener("submit", (event) => {
  event.preventDefault();
  const user = userOf(at("user_id").value);
  if (isRight(at("whose"), { user_id: user === null ? NO_USER : "" })) choose(user);
});
at("country").addEventListener("change", ({ target }) => chooseCountry(target.value));
at("again").addEventListener("click", () => load(events));
at("holidays-again").addEventListener("click", loadHolidays);
at("to-today").addEventListener("click", () => nextEntry(at("months"))?.scrollIntoView({ block: "center" }));
document.addEventListener("visibilitychange", () => document.hidden || load(events));

at("user_id").value = lastUser() ?? 1;
choose(userOf(at("user_id").value));
chooseCountry(fillCountries());
