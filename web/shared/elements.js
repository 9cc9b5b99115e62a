// Elements of a page: finding one, and writing text into it.
// Text is only ever text here; nothing parses HTML.

/** The element of this id. */
export const at = (id) => document.getElementById(id);

/** Writes only what changed: a screen reader or a selection is not disturbed for nothing. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
