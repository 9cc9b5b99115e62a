// Waits for the word counts that are on their way.
// Asks gently: few notes at a time, ever more rarely, and not for ever.

import { backOff } from "./shared/backoff.js";

const AT_ONCE = 4;
const ROUNDS = 14; // about a minute
/** After so many looks at an edited note its count is taken for the new one, though it is the number it was. */
const LOOKS_TO_SETTLE = 5;

/** Rereads the uncounted notes of a notebook until all are counted. Events: `change`, of `hasGivenUp`. */
export class Counting extends EventTarget {
  #notebook;
  #looks = new Map();
  #timer = null;
  #round = 0;

  /** True once counts were waited for in vain. */
  hasGivenUp = false;

  constructor(notebook) {
    super();
    this.#notebook = notebook;
  }

  /** Starts over, with short pauses. Call it when something was saved or the page came back. */
  start() {
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

  async #look() {
    this.#round += 1;
    const round = this.#round;
    const few = document.hidden || !navigator.onLine ? [] : this.#nextFew();
    await Promise.allSettled(few.map((id) => this.#reread(id)));
    if (round === this.#round) this.#schedule();
  }

  /** Those looked at least often come first. */
  #nextFew() {
    const looks = (id) => this.#looks.get(id) ?? 0;
    return this.#notebook.uncounted.sort((a, b) => looks(a) - looks(b)).slice(0, AT_ONCE);
  }

  async #reread(id) {
    const looks = (this.#looks.get(id) ?? 0) + 1;
    this.#looks.set(id, looks);
    await this.#notebook.reread(id);
    if (looks >= LOOKS_TO_SETTLE) this.#notebook.settle(id);
  }
}
