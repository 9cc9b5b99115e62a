// The connection to `local`: waits until it is up, tells what happens, comes back by itself, and notices another run.
// Keeps no happening but the newest; what they mean is the store's matter.

import { backOff } from "./shared/backoff.js";
import { Timers } from "./shared/timers.js";

const RETRY = { first: 300, most: 3_000 };

/** What a path below `/_local/` answers, as JSON. */
export async function ask(path, options = {}) {
  const answer = await fetch(path, { cache: "no-store", signal: AbortSignal.timeout(20_000), ...options });
  const body = await answer.json().catch(() => ({}));
  if (answer.ok) return body;
  throw new Error(body.message ?? `local answered ${answer.status}.`);
}

/**
 * Events: `state` (its `detail` is `connecting`, `starting`, `open` or `reconnecting`), `happening` (its `detail`),
 * `missed` (how many), and `run`: all that was known is of an earlier run, or nothing was known.
 */
export class Feed extends EventTarget {
  #source = null;
  #timers = new Timers();
  #attempt = 0;
  #newest = null;

  /** Connects now, whatever was tried before. */
  async open() {
    this.#release();
    try {
      if (!(await this.#isUp())) return this.#later("starting");
      if (!(await this.#isSameRun())) this.#begin();
      this.#follow();
    } catch {
      this.#later("reconnecting");
    }
  }

  async #isUp() {
    const answer = await fetch("health", { cache: "no-store", signal: AbortSignal.timeout(5_000) });
    return answer.ok;
  }

  /** Whether the newest happening that is known here is one of theirs. */
  async #isSameRun() {
    if (!this.#newest) return false;
    const { sequence, at } = this.#newest;
    const { happenings } = await ask(`happenings?after=${sequence - 1}&limit=1`);
    return happenings[0]?.sequence === sequence && happenings[0].at === at;
  }

  #begin() {
    this.#newest = null;
    this.#tell("run");
  }

  #follow() {
    const source = new EventSource(`happenings?after=${this.#newest?.sequence ?? 0}`);
    this.#source = source;
    source.onopen = () => ((this.#attempt = 0), this.#tell("state", "open"));
    source.onerror = () => (this.#release(), this.#later("reconnecting"));
    source.onmessage = ({ data }) => this.#received(JSON.parse(data));
    source.addEventListener("missed", ({ data }) => this.#tell("missed", Number(data)));
  }

  #received(happening) {
    this.#newest = happening;
    this.#tell("happening", happening);
  }

  /** An EventSource of its own accord gives up on some answers, and would not notice another run. */
  #later(state) {
    this.#tell("state", state);
    const delay = state === "starting" ? RETRY.first : backOff(this.#attempt, RETRY);
    this.#attempt += 1;
    this.#timers.after("retry", delay, () => this.open());
  }

  #release() {
    this.#timers.cancelAll();
    this.#source?.close();
    this.#source = null;
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
