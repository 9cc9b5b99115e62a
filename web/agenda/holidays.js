// Public holidays of a country, from a service of the shape of Nager.Date's API version 3.
// The calendar does not depend on it: it may be down, slow, or answer with a page about something else.

import { request } from "./shared/request.js";

const SERVICE = "The holidays service";
const TIMEOUT = 10_000;

/** Countries one can choose, as ISO 3166 codes. */
export const COUNTRIES = [
  "AR", "AT", "AU", "BE", "BR", "CA", "CH", "CL", "CN", "CO", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR",
  "HR", "HU", "ID", "IE", "IS", "IT", "JP", "KR", "LT", "LU", "LV", "MA", "MX", "NG", "NL", "NO", "NZ", "PE", "PH",
  "PL", "PT", "RO", "RS", "SE", "SG", "SI", "SK", "TN", "TR", "UA", "US", "VN", "ZA",
];

/** The holidays of `country` in these years: each a day of the calendar, with the regions that have it, if not all. */
export async function holidays(base, country, years) {
  const lists = await Promise.all(years.map((year) => one(base, country, year)));
  const unique = new Map(lists.flat().filter(isHoliday).map(entry).map((each) => [each.key, each]));
  return [...unique.values()];
}

async function one(base, country, year) {
  const url = `${base.replace(/\/+$/, "")}/api/v3/PublicHolidays/${year}/${country}`;
  const words = { 404: `${SERVICE} does not know this country.` };
  const answer = await request(url, { service: SERVICE, timeout: TIMEOUT, words, cache: "default" });
  const list = await answer.json().catch(() => null);
  if (!Array.isArray(list)) throw new Error(`${SERVICE} answered something else than holidays.`);
  return list;
}

function isHoliday(value) {
  return typeof value?.date === "string" && typeof value.name === "string";
}

function entry({ date, name, counties }) {
  const location = Array.isArray(counties) ? counties.join(", ") : "";
  return { key: `holiday/${date}/${name}/${location}`, dt_start: date, name, location };
}
