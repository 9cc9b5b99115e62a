// Timers that have names: starting one anew replaces the one before.
// Nothing here repeats.

/** A handful of timers that belong together, and go together. */
export class Timers {
  #running = new Map();

  /** True while the timer of this name runs. */
  has(name) {
    return this.#running.has(name);
  }

  /** Does something after `delay` milliseconds, unless the timer is started again or cancelled before. */
  after(name, delay, action) {
    this.cancel(name);
    const run = () => (this.#running.delete(name), action());
    this.#running.set(name, setTimeout(run, delay));
  }

  cancel(name) {
    clearTimeout(this.#running.get(name));
    this.#running.delete(name);
  }

  cancelAll() {
    for (const name of this.#running.keys()) this.cancel(name);
  }
}
