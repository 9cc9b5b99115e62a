// A form for a note: what may be typed, what is wrong with it, what the service said.
// Sends nothing itself: saving is a function it is given.

const LIMIT = 350 * 1024;
const EMPTY = { title: "Give the note a title.", content: "Write something first." };
const encoder = new TextEncoder();

/**
 * Calls `save(note)` when the form is sent and its fields are filled, and shows what fails. What was typed
 * stays in the form until it is saved. Resets and calls `saved()` then.
 */
export function noteForm(form, { save, saved = () => {} }) {
  const button = form.querySelector("[type=submit]");
  form.addEventListener("input", ({ target }) => (wrong(form, target.name, ""), showSize(form)));
  form.addEventListener("reset", () => (clear(form), setTimeout(() => showSize(form))));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled || !isFilled(form)) return;
    wrong(form, "form", "");
    if (await attempt(form, button, () => save(values(form)))) (form.reset(), saved());
  });
  showSize(form);
}

/** Puts a note into the form. */
export function fill(form, { title, content }) {
  clear(form);
  form.elements.title.value = title ?? "";
  form.elements.content.value = content ?? "";
  showSize(form);
}

/** Does something with the form's button held down. True if it worked; otherwise the form says why not. */
export async function attempt(form, button, action) {
  button.disabled = true;
  form.setAttribute("aria-busy", "true");
  try {
    await action();
    return true;
  } catch (problem) {
    wrong(form, "form", problem.message);
    return false;
  } finally {
    button.disabled = false;
    form.removeAttribute("aria-busy");
  }
}

/** Takes back all that the form says is wrong. */
export function clear(form) {
  for (const { dataset } of form.querySelectorAll("[data-wrong]")) wrong(form, dataset.wrong, "");
}

function values(form) {
  const { title, content } = form.elements;
  return { title: title.value, content: content.value };
}

/** Checks what can be checked here. The keyboard goes to the first field that is blank. */
function isFilled(form) {
  const blank = Object.keys(EMPTY).filter((name) => form.elements[name].value.trim() === "");
  for (const name of Object.keys(EMPTY)) wrong(form, name, blank.includes(name) ? EMPTY[name] : "");
  form.elements[blank[0]]?.focus();
  return blank.length === 0;
}

function wrong(form, name, text) {
  const place = form.querySelector(`[data-wrong="${name}"]`);
  if (!place) return;
  place.textContent = text;
  place.hidden = !text;
  if (form.elements[name]) form.elements[name].setAttribute("aria-invalid", String(Boolean(text)));
}

/** How much of the limit is used, in the size it has on the wire. The service has the last word on it. */
function showSize(form) {
  const place = form.querySelector("[data-limit]");
  const size = encoder.encode(JSON.stringify(values(form))).length;
  place.classList.toggle("over", size > LIMIT);
  place.textContent = sizeOf(size);
}

function sizeOf(size) {
  const limit = `${LIMIT / 1024} KB`;
  if (size < 1024) return `up to ${limit}`;
  const used = Math.ceil(size / 1024).toLocaleString("en");
  return size > LIMIT ? `${used} of ${limit}: too long to be saved` : `${used} of ${limit}`;
}
