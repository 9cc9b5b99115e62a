// A month as a grid of its days: which of them have something, and which is today.
// Shows no entry; a day that has some takes the reader to them.

import { at, instance, showEach, write } from "./shared/elements.js";
import { dayName, dayOf, daysOfMonth, monthOf, spans, weekdayNumber } from "./dates.js";

const template = at("day");

/** The grid. `choose(day)` is told of a day that was clicked. */
export class Month {
  #choose;
  #entries = [];
  /** How many months after the present one this is. */
  #months = 0;

  constructor(choose) {
    this.#choose = choose;
    at("month-before").addEventListener("click", () => this.#move(this.#months - 1));
    at("month-after").addEventListener("click", () => this.#move(this.#months + 1));
  }

  /** Shows which days have entries. */
  show(entries) {
    const kind = ({ id }) => (id === undefined ? "holiday" : "event");
    this.#entries = entries.map((entry) => ({ ...spans(entry), kind: kind(entry) }));
    this.#show();
  }

  /** Shows the present month. */
  toToday() {
    this.#move(0);
  }

  #move(months) {
    this.#months = months;
    this.#show();
  }

  #show() {
    const today = dayOf(new Date());
    const days = daysOfMonth(today, this.#months);
    write(at("month-name"), monthOf(days[0]));
    const show = (element, day) => this.#showDay(element, day, today);
    showEach(at("days"), days, { key: (day) => day, make: (day) => this.#newDay(day), show });
  }

  #newDay(day) {
    const element = instance(template);
    element.dataset.weekday = weekdayNumber(day);
    const button = element.querySelector("button");
    write(button, String(Number(day.slice(8))));
    button.addEventListener("click", () => this.#choose(day));
    return element;
  }

  #showDay(element, day, today) {
    const its = this.#entries.filter(({ first, last }) => first <= day && day <= last);
    const button = element.querySelector("button");
    button.disabled = its.length === 0;
    button.dataset.has = [...new Set(its.map(({ kind }) => kind))].sort().join(" ");
    button.setAttribute("aria-label", `${dayName(day)}, ${counted(its.length)}`);
    if (day === today) button.setAttribute("aria-current", "date");
    else button.removeAttribute("aria-current");
  }
}

function counted(number) {
  if (number === 0) return "nothing";
  return number === 1 ? "1 entry" : `${number} entries`;
}
