// What a page remembers from one visit to the next, in this browser only.
// Nothing that is secret, and nothing that a page cannot do without: storage may be full or forbidden.

/** What was remembered under a name, or null. */
export function recall(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** Remembers a text under a name; null forgets it. */
export function remember(name, text) {
  try {
    if (text === null) localStorage.removeItem(name);
    else localStorage.setItem(name, text);
  } catch {
    // the page works without it
  }
}
