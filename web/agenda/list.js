// The calendar as elements: months, and in each its entries, sorted by start, with today between them.
// Knows no service; names and places are only ever text.

import { at, instance, showEach, write } from "./shared/elements.js";
import { dayName, dayOf, monthOf, order, parts, spans, when, what } from "./dates.js";

const templates = { month: at("month"), entry: at("entry"), today: at("today") };
const TODAY = "today";

/** Makes `place` show these entries, each with a `key` of its own. */
export function showCalendar(place, entries) {
  const today = dayOf(new Date());
  const showOne = (element, entry) => (entry.key === TODAY ? showToday : showEntry)(element, today, entry);
  const show = (section, [month, group]) => {
    write(section.querySelector("h3"), month);
    showEach(section.querySelector("ol"), group, { key: ({ key }) => key, make: newItem, show: showOne });
  };
  const months = byMonth(dated(withToday(sorted(entries), today)));
  showEach(place, months, { key: ([month]) => month, make: () => instance(templates.month), show });
}

/** The element that stands between what was and what comes, if there is anything. */
export const todayOf = (place) => place.querySelector(".today");

/** The element of the first entry that a day is part of. */
export function entryAt(place, day) {
  return [...place.querySelectorAll(".entry")].find(({ dataset: { first, last } }) => first <= day && day <= last);
}

/** The element of an entry. */
export function entryOf(place, key) {
  return [...place.querySelectorAll(".entry")].find(({ dataset }) => dataset.key === key);
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

/** Today comes before what starts today or later. Nothing at all needs no today. */
function withToday(entries, today) {
  const next = entries.findIndex(({ dt_start: start }) => order(start) >= today);
  const marker = { key: TODAY, dt_start: today };
  return entries.length ? entries.toSpliced(next < 0 ? entries.length : next, 0, marker) : [];
}

/** The first entry of each day has the day beside it. */
function dated(entries) {
  let before = null;
  return entries.map((entry) => {
    if (entry.key === TODAY) return entry;
    const day = parts(entry.dt_start);
    const isFirst = day?.day !== before;
    before = day?.day;
    return isFirst ? { ...entry, beside: day } : entry;
  });
}

/** Pairs of a month and its entries. */
function byMonth(entries) {
  const months = new Map();
  for (const entry of entries) {
    const month = monthOf(entry.dt_start);
    if (!months.has(month)) months.set(month, []);
    months.get(month).push(entry);
  }
  return [...months];
}

function newItem({ key, id }) {
  if (key === TODAY) return instance(templates.today);
  const element = instance(templates.entry);
  element.dataset.kind = id === undefined ? "holiday" : "event";
  return element;
}

function showToday(element, today) {
  write(element, `Today, ${dayName(today)}`);
}

function showEntry(element, today, entry) {
  write(element.querySelector("[data-when]"), when(entry));
  write(element.querySelector("[data-what]"), what(entry));
  const { first, last } = spans(entry);
  Object.assign(element.dataset, { first, last, tense: tense(first, last, today) });
  element.dataset.day = entry.beside ? String(entry.beside.number) : "";
  element.dataset.weekday = entry.beside ? entry.beside.weekday : "";
  element.classList.toggle("fresh", Boolean(entry.isLive));
}

function tense(first, last, today) {
  if (last < today) return "past";
  return first <= today ? "today" : "future";
}
