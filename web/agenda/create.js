// The page that creates an event: a form, a signed request, and what came of it.
// Has no key of its own.

import { config } from "./shared/config.js";
import { at, instance, write } from "./shared/elements.js";
import { attempt, isRight, wrong } from "./shared/form.js";
import { request } from "./shared/request.js";
import { line, what, when } from "./dates.js";
import { Guest } from "./guest.js";
import { sign } from "./sigv4.js";
import { lastUser, NO_USER, rememberUser, userOf } from "./users.js";

const REFUSED = "The service did not accept this page’s signature. Is the clock of this device right?";

const form = at("event");
const guest = new Guest(config);

function values() {
  const { user_id: user, name, dt_start: start, dt_end: end, location } = form.elements;
  const event = { user_id: userOf(user.value), name: name.value.trim(), dt_start: start.value, dt_end: end.value };
  return location.value.trim() ? { ...event, location: location.value.trim() } : event;
}

/** By field, what is wrong with an event, as far as it can be said here. */
function problems({ user_id: user, name, dt_start: start, dt_end: end }) {
  const isBackwards = start && end && end < start;
  return {
    user_id: user === null ? NO_USER : "",
    name: name ? "" : "Give the event a name.",
    dt_start: start ? "" : "Say when it starts: date and time.",
    dt_end: !end ? "Say when it ends: date and time." : isBackwards ? "It cannot end before it starts." : "",
  };
}

/** Stores an event. What was stored, as the service says it. */
async function create(event) {
  const answer = await orAnew(() => post(JSON.stringify(event))).catch(refused);
  return (await answer.json().catch(() => null)) ?? event;
}

/** The service begins with the field that is wrong: `` `name` is blank ``. */
function refused(problem) {
  const [, field] = /^`(\w+)` /.exec(problem.message) ?? [];
  throw Object.assign(problem, { field: problem.status === 400 && form.elements[field] ? field : "form" });
}

async function post(body) {
  const headers = { "content-type": "application/json" };
  const credentials = await guest.credentials();
  const { functionUrl: url, region } = config;
  const signature = await sign({ method: "POST", url, headers, body, service: "lambda", region, credentials });
  const options = { method: "POST", headers: { ...headers, ...signature }, body };
  return request(url, { service: "The agenda service", words: { 403: REFUSED }, ...options });
}

/** Credentials may be withdrawn before their end: then with new ones, once. */
async function orAnew(ask) {
  try {
    return await ask();
  } catch (problem) {
    if (problem.status !== 403) throw problem;
    guest.forget();
    return ask();
  }
}

/** Shows what the calendar will say, as far as it is known. */
function preview() {
  const { name, dt_start: start, dt_end: end, location } = values();
  const isBlank = !name && !start && !end && !location;
  const dates = start ? when({ dt_start: start, dt_end: end }) : "Start - end";
  write(at("preview"), `${dates} : ${what({ name: name || "Name", location })}`);
  at("preview").classList.toggle("blank", isBlank);
}

function list(event) {
  const element = instance(at("entry"));
  write(element, line(event));
  at("made-list").prepend(element);
  at("made").hidden = false;
}

async function submit() {
  const event = values();
  write(at("created"), "");
  wrong(form, "form", "");
  if (!isRight(form, problems(event))) return;
  const button = form.querySelector("[type=submit]");
  let stored = null;
  if (!(await attempt(form, button, async () => (stored = await create(event))))) return;
  rememberUser(event.user_id);
  write(at("created"), `Created: ${line(stored)}`);
  list(stored);
  startOver(event.user_id);
}

/** The next event is probably of the same user. */
function startOver(user) {
  form.reset();
  form.elements.user_id.value = user;
  form.elements.name.focus();
  preview();
}

/** What is typed may mend what was wrong; the end is measured by the start. */
function typed({ target }) {
  wrong(form, target.name, "");
  if (target.name === "dt_start") wrong(form, "dt_end", "");
  preview();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
form.addEventListener("input", typed);
form.elements.user_id.value = lastUser() ?? "";
preview();
