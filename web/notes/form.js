// A form for a note: what may be typed, what is wrong with it, what the service said.
// Sends nothing itself: saving is a function it is given.

import { attempt, clear, isRight, wrong } from "./shared/form.js";

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

function values(form) {
  const { title, content } = form.elements;
  return { title: title.value, content: content.value };
}

/** Checks what can be checked here. */
function isFilled(form) {
  const problems = Object.entries(EMPTY).map(([name, text]) => [name, form.elements[name].value.trim() ? "" : text]);
  return isRight(form, Object.fromEntries(problems));
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
