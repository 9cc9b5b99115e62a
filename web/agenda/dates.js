// Local dates and times as they are stored: ISO text without a time zone, the time optional.
// Makes no `Date` of them, so that no time zone can move a day.

const FORM = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?)?$/;
const month = new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric" });

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

/** The month of a date in words, or what stands in its place. */
export function monthOf(value) {
  const [, years, months] = FORM.exec(value) ?? [];
  return years ? month.format(new Date(Number(years), Number(months) - 1, 1)) : "Without a date";
}

/** The day of a moment where this page is, as `yyyy-mm-dd`. */
export function dayOf(moment) {
  const two = (number) => String(number).padStart(2, "0");
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
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
