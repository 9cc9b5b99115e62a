// Elements of a page: finding one, writing text into it, and lists of them.
// Text is only ever text here; nothing parses HTML.

/** The element of this id. */
export const at = (id) => document.getElementById(id);

/** Writes only what changed: a screen reader or a selection is not disturbed for nothing. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Hides an element. If the keyboard was there, it goes on at `onward`. */
export function hide(element, onward) {
  const hadKeyboard = element.contains(document.activeElement);
  element.hidden = true;
  if (hadKeyboard) onward.focus();
}

/**
 * Makes the children of `list` show these items in this order: `make(item)` gives a new element, `show(element, item)`
 * brings it up to date. An item's element stays the same as long as its `key(item)`, a text, does, so that the
 * keyboard and a selection stay where they are.
 */
export function showEach(list, items, { key, make, show }) {
  const before = new Map([...list.children].map((element) => [element.dataset.key, element]));
  items.forEach((item, index) => {
    const element = before.get(key(item)) ?? make(item);
    before.delete(key(item));
    element.dataset.key = key(item);
    show(element, item);
    if (list.children[index] !== element) list.insertBefore(element, list.children[index] ?? null);
  });
  for (const element of before.values()) element.remove();
}

/** A new element of a template that holds one. */
export function instance(template) {
  return template.content.cloneNode(true).firstElementChild;
}
