// The calendar as elements: months, and in each its entries, sorted by start.
// Knows no service; names and places are only ever text.

import { at, instance, showEach, write } from "./shared/elements.js";
import { dayOf, monthOf, order, when, what } from "./dates.js";

const monthTemplate = at("month");
const entryTemplate = at("entry");

/** Makes `place` show these entries, each with a `key` of its own. */
export function showCalendar(place, entries) {
  const today = dayOf(new Date());
  const showOne = (element, entry) => showEntry(element, entry, today);
  const show = (section, [month, group]) => {
    write(section.querySelector("h3"), month);
    showEach(section.querySelector("ol"), group, { key: ({ key }) => key, make: newEntry, show: showOne });
  };
  showEach(place, byMonth(sorted(entries)), { key: ([month]) => month, make: () => instance(monthTemplate), show });
}

/** The first entry that is today or later, as an element, or the last one. */
export function nextEntry(place) {
  const entries = [...place.querySelectorAll("[data-tense]")];
  return entries.find(({ dataset }) => dataset.tense !== "past") ?? entries.at(-1) ?? null;
}

function sorted(entries) {
  const keys = new Map(entries.map((entry) => [entry, [order(entry.dt_start), order(entry.dt_end ?? ""), entry.name]]));
  return [...entries].sort((a, b) => compare(keys.get(a), keys.get(b)));
}

function compare(a, b) {
  const at = a.findIndex((value, index) => value !== b[index]);
  if (at < 0) return 0;
  return a[at] < b[at] ? -1 : 1;
}

/** Pairs of a month and its entries. */
function byMonth(entries) {
  const months = new Map();
  for (const entry of entries) {
    const month = monthOf(entry.dt_start);
    months.set(month, [...(months.get(month) ?? []), entry]);
  }
  return [...months];
}

function newEntry({ id }) {
  const element = instance(entryTemplate);
  element.dataset.kind = id === undefined ? "holiday" : "event";
  return element;
}

function showEntry(element, entry, today) {
  write(element.querySelector("[data-when]"), when(entry));
  write(element.querySelector("[data-what]"), what(entry));
  element.dataset.tense = tense(entry, today);
  element.classList.toggle("fresh", Boolean(entry.isLive));
}

function tense({ dt_start: start, dt_end: end }, today) {
  if ((end ?? start).slice(0, 10) < today) return "past";
  return start.slice(0, 10) <= today ? "today" : "future";
}
