// The users of the agenda: which numbers are one, and who was here last.
// Knows nobody: any whole number may have events.

import { recall, remember } from "./shared/memory.js";

const REMEMBERED = "agenda.user";

/** The user of a text, or null if it is none. */
export function userOf(text) {
  const user = /^-?\d{1,10}$/.test(text.trim()) ? Number(text) : NaN;
  return user === (user | 0) ? user : null; // an `Int` of GraphQL has 32 bits
}

/** What to say of a text that is no user. */
export const NO_USER = "A user is a whole number.";

/** The user who was here last, or null. */
export function lastUser() {
  return userOf(recall(REMEMBERED) ?? "");
}

export function rememberUser(user) {
  remember(REMEMBERED, String(user));
}
