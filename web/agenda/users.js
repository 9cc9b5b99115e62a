// The users of the agenda: which numbers are one, and who was here last.
// Knows nobody: any number may have events.

import { recall, remember } from "./shared/memory.js";

const REMEMBERED = "agenda.user";
/** The largest `Int` of GraphQL. */
const MOST = 2 ** 31 - 1;

/** The user of a text, or null if it is none. */
export function userOf(text) {
  const user = /^\d{1,10}$/.test(text.trim()) ? Number(text) : 0;
  return user >= 1 && user <= MOST ? user : null;
}

/** What to say of a text that is no user. */
export const NO_USER = "A user is a whole number from 1 up.";

/** The user who was here last, or null. */
export function lastUser() {
  return userOf(recall(REMEMBERED) ?? "");
}

export function rememberUser(user) {
  remember(REMEMBERED, String(user));
}
