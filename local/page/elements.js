// Elements made by script, in one line each.
// Text is only ever text; nothing parses HTML.

/**
 * A new element: `make("p.small", "text", another)`. After the name come its classes; then texts, elements, and objects
 * of attributes, where `onclick` and the like are listeners and a value of null or false leaves the attribute out.
 */
export function make(name, ...content) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag);
  if (classes.length > 0) element.className = classes.join(" ");
  for (const each of content.flat().filter((part) => part !== null && part !== undefined && part !== false)) {
    if (each instanceof Node || typeof each !== "object") element.append(each);
    else adorn(element, each);
  }
  return element;
}

function adorn(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false && value !== undefined) element.setAttribute(name, String(value));
  }
}

/** Sets an attribute only if it is another one: what did not change is not drawn anew. */
export function mark(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** A name in camel case or with hyphens, which may be broken into lines between its words. */
export function breakable(name) {
  const words = name.split(/(?<=[a-z0-9])(?=[A-Z])|(?<=[-_/])/);
  return words.flatMap((word, index) => (index > 0 ? [document.createElement("wbr"), word] : [word]));
}

/** Terms and what they are, as a list of definitions; those without a value are left out. */
export function facts(pairs) {
  const shown = pairs.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return make(
    "dl.facts",
    shown.flatMap(([term, value]) => [make("dt", term), make("dd", value)]),
  );
}
