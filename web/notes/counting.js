// Waits for the word counts that are on their way.
// Asks gently: few notes at a time, ever more rarely, and not for ever.

import { backOff } from "./shared/backoff.js";

const AT_ONCE = 4;
const ROUNDS = 14; // about a minute

/** Rereads the uncounted notes of a notebook until all are counted. Events: `change`, of `hasGivenUp`. */
export class Counting extends EventTarget {
  #notebook;
  #looks = new Map();
  #timer = null;
  #round = 0;
  #starts = 0;

  /** True once counts were waited for in vain. */
  hasGivenUp = false;

  constructor(notebook) {
    super();
    this.#notebook = notebook;
  }

  /** Starts over, with short pauses. Call it when something was saved or the page came back. */
  start() {
    this.#starts += 1;
    this.#round = 0;
    this.#looks.clear();
    this.#schedule();
  }

  #schedule() {
    clearTimeout(this.#timer);
    const waits = this.#nextFew().length > 0;
    this.hasGivenUp = waits && this.#round >= ROUNDS;
    this.dispatchEvent(new Event("change"));
    if (!waits || this.hasGivenUp) return;
    const pause = backOff(this.#round, { first: 300, most: 6_000 });
    this.#timer = setTimeout(() => this.#look(), pause);
  }

  /** As long as counts come, the pauses stay short. */
  async #look() {
    const [starts, before] = [this.#starts, this.#notebook.uncounted.length];
    this.#round += 1;
    const few = document.hidden || !navigator.onLine ? [] : this.#nextFew();
    await Promise.allSettled(few.map((id) => this.#reread(id)));
    if (starts !== this.#starts) return;
    if (this.#notebook.uncounted.length < before) this.#round = 0;
    this.#schedule();
  }

  /** Those looked at least often come first. */
  #nextFew() {
    const looks = (id) => this.#looks.get(id) ?? 0;
    return this.#notebook.uncounted.sort((a, b) => looks(a) - looks(b)).slice(0, AT_ONCE);
  }

  async #reread(id) {
    this.#looks.set(id, (this.#looks.get(id) ?? 0) + 1);
    await this.#notebook.reread(id);
  }
}
