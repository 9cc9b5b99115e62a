// What a form shows: what is wrong with its fields, and that it is busy.
// Checks nothing and sends nothing.

/**
 * Says what is wrong with the field `name`, in the element whose `data-wrong` names it; `form` stands for the whole
 * form. An empty text takes it back.
 */
export function wrong(form, name, text) {
  const place = form.querySelector(`[data-wrong="${name}"]`);
  if (!place) return;
  place.textContent = text;
  place.hidden = !text;
  if (form.elements[name]) form.elements[name].setAttribute("aria-invalid", String(Boolean(text)));
}

/** Says what is wrong with each of several fields. The keyboard goes to the first. True if there is nothing. */
export function isRight(form, problems) {
  const names = Object.keys(problems);
  for (const name of names) wrong(form, name, problems[name]);
  form.elements[names.find((name) => problems[name])]?.focus();
  return names.every((name) => !problems[name]);
}

/** What is wrong with a text of more than `most` characters, counted as the services do: as Unicode does. */
export function lengthProblem(text, most) {
  const length = [...text].length;
  const [limit, here] = [most, length].map((number) => number.toLocaleString("en"));
  return length > most ? `At most ${limit} characters; these are ${here}.` : "";
}

/** Takes back all that the form says is wrong. */
export function clear(form) {
  for (const { dataset } of form.querySelectorAll("[data-wrong]")) wrong(form, dataset.wrong, "");
}

/**
 * Does something with the form's button held down. True if it worked; otherwise the form says why not, at the
 * problem's `field` if it has one.
 */
export async function attempt(form, button, action) {
  form.setAttribute("aria-busy", "true");
  try {
    await holding(button, action);
    return true;
  } catch (problem) {
    wrong(form, problem.field ?? "form", problem.message);
    return false;
  } finally {
    form.removeAttribute("aria-busy");
  }
}

/** Does something with a button held down. A button that is held loses the keyboard; it gets it back. */
export async function holding(button, action) {
  const hadKeyboard = document.activeElement === button;
  button.disabled = true;
  try {
    return await action();
  } finally {
    button.disabled = false;
    if (hadKeyboard && document.activeElement === document.body) button.focus();
  }
}
