// The list of orders as elements.
// Knows no service; what came over the wire is only ever text.

import { at, instance, showEach, write } from "./shared/elements.js";
import { STEPS } from "./orders.js";

const template = at("order");
const when = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });

/** Makes `list` show these orders in this order. Cards stay the same elements. */
export function showOrders(list, orders) {
  showEach(list, orders, { key: ({ id }) => id, make: newCard, show: showOrder });
}

function newCard({ id }) {
  const card = instance(template);
  write(card.querySelector("[data-id]"), id);
  return card;
}

function showOrder(card, { times, past, state, doubtful }) {
  write(card.querySelector("[data-state]"), plain(state));
  card.dataset.past = past;
  card.querySelector("[data-doubt]").hidden = !doubtful;
  for (const step of card.querySelectorAll("[data-step]")) {
    const index = STEPS.indexOf(step.dataset.step);
    step.classList.toggle("done", index < past);
    step.classList.toggle("next", index === past);
    write(step.querySelector("[data-done]"), index < past ? "done: " : "to come: ");
    showTime(step.querySelector("time"), times.get(step.dataset.step));
  }
}

function showTime(element, time) {
  if (!time) return;
  element.dateTime = time.toISOString();
  write(element, when.format(time));
}

/** A status as one reads it on its order: `Order Accepted` is `Accepted` there. */
export function plain(status) {
  return status.replace(/^Order /, "");
}
