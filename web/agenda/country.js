// The country whose holidays the calendar shows, and why there are none.
// The calendar is as good without them, but for them.

import { config } from "./shared/config.js";
import { at, hide, write } from "./shared/elements.js";
import { recall, remember } from "./shared/memory.js";
import { Timers } from "./shared/timers.js";
import { COUNTRIES, holidays } from "./holidays.js";

const COUNTRY = "agenda.country";
/** Milliseconds after which the page says that it waits. */
const PATIENCE = 1_500;

/** The choice of a country. Events: `change`, when its `days` did. */
export class Country extends EventTarget {
  #code = "";
  #timers = new Timers();

  /** The holidays of the chosen country, as entries of the calendar; none until they are there. */
  days = [];

  /** Chooses the country that was chosen last, or that of the browser's language. */
  start() {
    fill(at("country"));
    at("country").addEventListener("change", ({ target }) => this.#choose(target.value));
    at("holidays-again").addEventListener("click", () => this.#load());
    const here = new Intl.Locale(navigator.language).maximize().region;
    const known = [recall(COUNTRY), here, "FR"].find((code) => code === "" || COUNTRIES.includes(code));
    at("country").value = known;
    this.#choose(known);
  }

  #choose(code) {
    this.#code = code;
    remember(COUNTRY, code);
    this.#show([]);
    this.#load();
  }

  /** The holidays of this year and the next. An answer about a country that is not chosen any more is nobody's. */
  async #load() {
    const wanted = this.#code;
    const year = new Date().getFullYear();
    tell("");
    this.#timers.after("patience", PATIENCE, () => tell("Still waiting for the holidays …", { isOver: false }));
    try {
      const found = wanted ? await holidays(config.holidaysUrl, wanted, [year, year + 1]) : [];
      if (wanted === this.#code) this.#settle("", found);
    } catch (problem) {
      if (wanted === this.#code) this.#settle(`Holidays are not shown. ${problem.message}`, this.days);
    }
  }

  #settle(text, days) {
    this.#timers.cancel("patience");
    tell(text);
    this.#show(days);
  }

  #show(days) {
    this.days = days;
    this.dispatchEvent(new Event("change"));
  }
}

/** Says why there are no holidays; there is something to do about it only when it is over. */
function tell(text, { isOver = true } = {}) {
  write(at("holidays-text"), text);
  if (text && isOver) at("holidays-again").hidden = false;
  else hide(at("holidays-again"), at("country"));
}

/** Countries by name. */
function fill(select) {
  const names = new Intl.DisplayNames("en", { type: "region" });
  const named = COUNTRIES.map((code) => [names.of(code), code]).sort(([a], [b]) => a.localeCompare(b));
  select.append(...[["None", ""], ...named].map(([name, code]) => new Option(name, code)));
}
