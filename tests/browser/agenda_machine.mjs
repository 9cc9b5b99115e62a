// The agenda that the tests of a calendar's file run against: one machine, users of their own, a day in June.
// Plays no other service; that is `agenda_service.mjs`.

import { afterEach, before } from "node:test";

import { calendar as opened, Service } from "./agenda_service.mjs";
import { Machine } from "./machine.mjs";

export let machine;
export let service;
let users = 100;

/** Each test has users of its own. */
export const someone = () => (users += 1);

before(async () => {
  machine = await Machine.start(["Agenda"]);
  service = new Service(machine);
});
afterEach(() => machine.heal());

/** The calendar of a user, live. */
export const calendar = (somebody, user) => opened(somebody, machine, user, "2026-06-15T12:00:00Z");
