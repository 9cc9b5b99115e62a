// The agenda from beside its pages: events written by another way, holidays played, a wire that can be cut.
// Looks at no page but for the lines of its calendar.

import assert from "node:assert/strict";

import { person, says } from "./browser.mjs";

const HOLIDAYS = "https://date.nager.at/**";

/** The GraphQL API, asked with the key of the pages. */
export class Service {
  #machine;

  constructor(machine) {
    this.#machine = machine;
  }

  async #ask(query, variables) {
    const headers = { "Content-Type": "application/json", "x-api-key": this.#machine.output("Agenda", "ApiKey") };
    const options = { method: "POST", headers, body: JSON.stringify({ query, variables }) };
    const answer = await (await fetch(this.#machine.output("Agenda", "GraphqlUrl"), options)).json();
    if (answer.errors) throw new Error(JSON.stringify(answer.errors));
    return answer.data;
  }

  /** `does` is `create`, `update` or `delete`; the mutation selects all, since subscribers get no more. */
  async #change(does, input) {
    const kind = `${does[0].toUpperCase()}${does.slice(1)}EventsTableInput`;
    const field = `${does}EventsTable(input: $input) { user_id id name dt_start dt_end location }`;
    await this.#ask(`mutation Change($input: ${kind}!) { ${field} }`, { input });
  }

  /** Writes an event of a user, under an id that the user does not have yet. */
  create = (user_id, id, name, dt_start, dt_end, location = null) =>
    this.#change("create", { user_id, id, name, dt_start, dt_end, location });

  update = (user_id, id, changes) => this.#change("update", { user_id, id, ...changes });

  delete = (user_id, id) => this.#change("delete", { user_id, id });
}

/** Somebody for whom the holidays service answers so, by Playwright's route and the year and country in question. */
export async function reader(answer = (route) => route.fulfill({ json: [] }), options = {}) {
  const somebody = await person(options);
  await somebody.context.route(HOLIDAYS, (route) => {
    const [, year, country] = /\/PublicHolidays\/(\d{4})\/(\w\w)$/.exec(route.request().url());
    return answer(route, { year: Number(year), country });
  });
  return somebody;
}

/** A service with the same days in each year: for each month and day, a name and perhaps its regions. */
export const everyYear = (days) => (route, { year }) =>
  route.fulfill({ json: days.map(([day, ...more]) => holiday(`${year}-${day}`, ...more)) });

/** A holiday as Nager.Date's API of version 3 has it. */
export function holiday(date, name, counties = null) {
  const more = { countryCode: "GB", fixed: false, global: !counties, counties, launchYear: null, types: ["Public"] };
  return { date, localName: name, name, ...more };
}

/** The calendar of a user, live; `now` is the moment at which its clock stands still. */
export async function calendar(somebody, machine, user, now = null) {
  if (now) await somebody.context.clock.setFixedTime(now);
  const tab = await somebody.opens(machine.page("Agenda"));
  await choose(tab, user);
  await says(tab.locator("#status"), "Live");
  return tab;
}

/** The lines of a calendar. */
export const lines = (tab) => tab.locator("#months .entry");

/** A status that has nothing to say yet is there for a screen reader, which may miss one that comes with its text. */
export async function isHeardLater(tab, id) {
  const found = await tab.locator(`#${id}`).evaluate((element) => {
    const isShown = element.checkVisibility({ visibilityProperty: true });
    return { isShown, role: element.role, text: element.textContent };
  });
  assert.deepEqual(found, { isShown: true, role: "status", text: "" });
  assert.ok(await tab.locator(`#${id}`).isHidden(), "there is something of it to be seen");
}

/** Shows the calendar of another user. */
export async function choose(tab, user) {
  await tab.getByLabel("User").fill(String(user));
  await tab.getByRole("button", { name: "Show", exact: true }).click();
}

/** Something to wait for: `open` is a promise, until `opens` is called. */
export function gate() {
  const made = {};
  made.open = new Promise((resolve) => (made.opens = resolve));
  return made;
}

/** What is between somebody's pages and the real-time service. */
export async function wire(somebody) {
  const whole = new Set();
  let isCut = false;
  await somebody.context.routeWebSocket(/\/realtime/, (socket) => {
    if (isCut) return socket.close();
    whole.add(socket);
    socket.connectToServer();
  });
  return {
    cut: async () => {
      isCut = true;
      await Promise.all([...whole].map((socket) => socket.close()));
      whole.clear();
    },
    mend: () => (isCut = false),
  };
}
