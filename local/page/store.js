// All that the page knows of the running system: the graph, the state, and what happened lately.
// Touches no element. Asks for nothing while nothing happens.

import { arrowKey, arrowOf, isBad, isDenied } from "./happening.js";
import { ask, Feed } from "./feed.js";
import { Timers } from "./shared/timers.js";

/** So many happenings are kept, and at most so many more until the oldest go. */
const KEPT = 3_000;
const MORE = 500;
/** Failures are kept apart, so that a busy system does not wash them away. */
const FAILURES = 400;
/** So many at once are a flood; then they are told some times a second, and not with every frame. */
const FLOOD = 40;
const CALM = 120;
/** Milliseconds from a happening to a look at the state, between two looks, and to the look when all is done. */
const LOOK = { soon: 120, between: 500, settled: 1_200 };

/**
 * Events: `link` (its `detail` is the feed's state), `look` (graph and state are new), `happenings` (its `detail` is
 * those that came since the last time), `run` (what was known is forgotten), `faults`.
 */
export class Store extends EventTarget {
  #feed = new Feed();
  #timers = new Timers();
  #arrived = [];
  #isFlooded = false;
  #isLooking = false;
  #looked = -Infinity;
  #cost = 0;
  /** Counts looks, so that an answer about an earlier run is dropped. */
  #run = 0;

  /** What came up to this sequence was there before this page looked. */
  #before = Infinity;

  link = "connecting";
  graph = null;
  state = null;
  happenings = [];
  failures = [];
  failureCount = 0;
  /** How many happenings came and were kept no longer when this page asked for them. */
  missed = 0;
  /** By the name of an arrow: `calls`, `denied`, `failed`, `lastAt`. */
  counts = new Map();

  /** Starts to follow. */
  start() {
    const on = (type, action) => this.#feed.addEventListener(type, ({ detail }) => action(detail));
    on("run", () => this.#forget());
    on("happening", (happening) => this.#arrive(happening));
    on("missed", (count) => (this.missed += count));
    on("state", (state) => this.#linked(state));
    // The frame that was waited for does not come while the page is hidden.
    document.addEventListener("visibilitychange", () => document.hidden && this.#flush());
    this.#feed.open();
  }

  count(key) {
    return this.counts.get(key) ?? { calls: 0, denied: 0, failed: 0, lastAt: null };
  }

  /** Whether it happened while this page looked on. */
  isLive({ sequence }) {
    return sequence > this.#before;
  }

  /** Happenings that pass a test, the newest first, at most so many. */
  latest(test, most) {
    const found = [];
    for (let index = this.happenings.length - 1; index >= 0 && found.length < most; index -= 1) {
      if (test(this.happenings[index])) found.push(this.happenings[index]);
    }
    return found;
  }

  /** Takes the failures that are listed as seen. */
  forgetFailures() {
    this.failures = [];
    this.failureCount = 0;
    this.#tell("happenings", []);
  }

  async addFault(fault) {
    const headers = { "Content-Type": "application/json" };
    this.#faultsAre(await ask("faults", { method: "POST", headers, body: JSON.stringify(fault) }));
  }

  async forgetFaults() {
    this.#faultsAre(await ask("faults", { method: "DELETE" }));
  }

  #faultsAre(faults) {
    if (!this.state) return; // another run has begun
    this.state.faults = faults;
    this.#tell("faults");
  }

  #forget() {
    this.#timers.cancelAll();
    this.#run += 1;
    this.#arrived = [];
    this.happenings = [];
    this.failures = [];
    this.failureCount = 0;
    this.missed = 0;
    this.#before = Infinity;
    this.graph = this.state = null;
    this.counts = new Map();
    this.#tell("run");
    this.#look();
  }

  #linked(state) {
    if (state === this.link) return;
    this.link = state;
    this.#tell("link", state);
    if (state === "open") this.#lookAt(LOOK.soon);
  }

  /** Waits for the next frame, so that a thousand happenings are shown at once. A page that is hidden has no frames. */
  #arrive(happening) {
    if (this.#arrived.length === 0) {
      if (document.hidden || this.#isFlooded) setTimeout(() => this.#flush(), CALM);
      else requestAnimationFrame(() => this.#flush());
    }
    this.#arrived.push(happening);
  }

  #flush() {
    const arrived = this.#arrived;
    if (arrived.length === 0) return;
    this.#arrived = [];
    this.#isFlooded = arrived.length > FLOOD;
    this.happenings.push(...arrived);
    if (this.happenings.length > KEPT + MORE) this.happenings = this.happenings.slice(-KEPT);
    const bad = arrived.filter(isBad);
    this.failures = [...this.failures, ...bad].slice(-FAILURES);
    this.failureCount += bad.length;
    for (const happening of arrived) this.#countOn(happening);
    this.#tell("happenings", arrived);
    this.#lookAt(LOOK.soon);
    this.#timers.after("settled", LOOK.settled, () => this.#look());
  }

  /** What came after the graph was written is counted here. */
  #countOn(happening) {
    const key = arrowOf(happening);
    if (!key || !this.graph || happening.sequence <= this.graph.newest) return;
    const count = this.count(key);
    const [calls, denied] = isDenied(happening) ? [0, 1] : [1, 0];
    this.counts.set(key, {
      ...count,
      calls: count.calls + calls,
      denied: count.denied + denied,
      lastAt: happening.at,
      reason: happening.message ?? count.reason,
    });
  }

  #lookAt(delay) {
    if (this.#timers.has("look")) return;
    const wait = Math.max(LOOK.between, 4 * this.#cost) - (performance.now() - this.#looked);
    this.#timers.after("look", Math.max(delay, wait), () => this.#look());
  }

  /** Reads graph and state anew. If that fails, the connection is lost as well, and says so. */
  async #look() {
    if (this.#isLooking) return this.#lookAt(LOOK.soon);
    const [run, began] = [this.#run, performance.now()];
    this.#isLooking = true;
    try {
      const [graph, state] = await Promise.all([ask("graph"), ask("state")]);
      if (run === this.#run) this.#seen(graph, state);
    } catch {
      if (this.link === "open") this.#lookAt(1_000);
    } finally {
      this.#isLooking = false;
      this.#looked = performance.now();
      this.#cost = this.#looked - began;
    }
  }

  #seen(graph, state) {
    this.graph = graph;
    this.state = state;
    this.#before = Math.min(this.#before, graph.newest);
    this.counts = new Map(graph.arrows.map((arrow) => [arrowKey(arrow), arrow]));
    for (const happening of this.happenings) this.#countOn(happening);
    this.#tell("look");
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
