// Local dates and times as they are stored: ISO text without a time zone, the time optional.
// No time zone can move a day: a `Date` is made only of a day, and read in the same zone, to name it.

const FORM = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?)?$/;
const named = (options) => new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" });
const month = named({ month: "long", year: "numeric" });
const weekday = named({ weekday: "short" });
const dayInWords = named({ weekday: "long", day: "numeric", month: "long" });

/** `dd/mm/yyyy, hh:mm`, without the time if there is none. What is not a local date stays as it is. */
function shown(value) {
  const [, years, months, days, hours, minutes] = FORM.exec(value) ?? [];
  if (!years) return value;
  const date = `${days}/${months}/${years}`;
  return hours ? `${date}, ${hours}:${minutes}` : date;
}

/** What dates are sorted by, as text: a day comes before its hours, and what is no date comes last. */
export function order(value) {
  return FORM.test(value) ? value.replace(" ", "T") : `~${value}`;
}

/** A day as the moment when it begins in the zone of the formats above. */
const moment = (years, months, days) => new Date(Date.UTC(Number(years), Number(months) - 1, Number(days)));

/** The month of a date in words, or what stands in its place. */
export function monthOf(value) {
  const [, years, months] = FORM.exec(value) ?? [];
  return years ? month.format(moment(years, months, 1)) : "Without a date";
}

/** The `day` of a date as `yyyy-mm-dd`, its `number` in the month and its `weekday`; null if it is no date. */
export function parts(value) {
  const [, years, months, days] = FORM.exec(value) ?? [];
  if (!years) return null;
  const number = Number(days);
  return { day: value.slice(0, 10), number, weekday: weekday.format(moment(years, months, days)) };
}

/** A day in words, without its year. */
export function dayName(day) {
  return dayInWords.format(moment(...day.split("-")));
}

/** The day of a moment where this page is, as `yyyy-mm-dd`. */
export function dayOf(moment) {
  return iso(moment.getFullYear(), moment.getMonth(), moment.getDate());
}

/** The days of the month that is `months` after that of `day`, each as `yyyy-mm-dd`. */
export function daysOfMonth(day, months) {
  const [year, month] = day.split("-").map(Number);
  const first = moment(year, month + months, 1);
  const [years, index] = [first.getUTCFullYear(), first.getUTCMonth()];
  const length = moment(years, index + 2, 0).getUTCDate();
  return Array.from({ length }, (_, before) => iso(years, index, before + 1));
}

function iso(years, index, days) {
  const two = (number) => String(number).padStart(2, "0");
  return `${String(years).padStart(4, "0")}-${two(index + 1)}-${two(days)}`;
}

/** 1 for a Monday, 7 for a Sunday. */
export function weekdayNumber(day) {
  return moment(...day.split("-")).getUTCDay() || 7;
}

/** The first and the last day of an entry. */
export function spans({ dt_start: start, dt_end: end }) {
  return { first: start.slice(0, 10), last: (end ?? start).slice(0, 10) };
}

/** When an entry of the calendar is: `start - end`. One without an end is a whole day. */
export function when({ dt_start: start, dt_end: end }) {
  return end ? `${shown(start)} - ${shown(end)}` : shown(start);
}

/** What an entry is: `name (location)`, without parentheses if it has no location. */
export function what({ name, location }) {
  return location ? `${name ?? ""} (${location})` : String(name ?? "");
}

/** An entry in one line. */
export function line(entry) {
  return `${when(entry)} : ${what(entry)}`;
}
