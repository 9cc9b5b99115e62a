// A WebSocket that comes back by itself, and says how it is.
// Knows nothing of what is sent over it, but that it is JSON.

import { backOff } from "./backoff.js";
import { Timers } from "./timers.js";

const CONNECT_TIMEOUT = 15_000;
/** A connection that lived this long was a good one: the next attempt starts from a short delay again. */
const SETTLED_AFTER = 5_000;

/**
 * What keeps an idle connection open. API Gateway closes one after 10 minutes without a frame, and pings of
 * the protocol cannot be sent from a page, so the heartbeat is a message. Any answer will do, an error too.
 * - `every`: milliseconds without a frame before it is sent
 * - `message`: what is sent, as JSON
 * - `answerWithin`: milliseconds until silence counts as a lost connection; left out, silence is accepted
 */
const DEFAULT_HEARTBEAT = { every: 4 * 60_000, message: { action: "heartbeat" }, answerWithin: 15_000 };

/**
 * Events: `state` (its `detail` is one of `connecting`, `open`, `reconnecting`, `offline`, `closed`) and
 * `message` (its `detail` is the object that came; frames that are no JSON object are dropped).
 */
export class LiveSocket extends EventTarget {
  #url;
  #protocols;
  #heartbeat;
  #silence = null;
  #socket = null;
  #state = "closed";
  #attempt = 0;
  #timers = new Timers();

  /** `heartbeat: null` sends none; other options are merged into the default one. Opens nothing yet. */
  constructor(url, { heartbeat = {}, protocols = [] } = {}) {
    super();
    this.#url = url;
    this.#protocols = protocols;
    this.#heartbeat = heartbeat && { ...DEFAULT_HEARTBEAT, ...heartbeat };
    addEventListener("online", () => this.#probe());
    addEventListener("offline", () => this.#report());
    addEventListener("pageshow", (event) => event.persisted && this.#probe());
    document.addEventListener("visibilitychange", () => document.hidden || this.#probe());
  }

  get state() {
    return this.#state;
  }

  /** Opens the connection, or drops the one there is and opens another without waiting. */
  open() {
    const attempt = this.#attempt;
    this.#release();
    this.#report(attempt === 0 ? "connecting" : "reconnecting");
    this.#adopt(new WebSocket(this.#url, this.#protocols));
  }

  /** Closes the connection for good; only `open` opens it again. */
  close() {
    this.#release();
    this.#attempt = 0;
    this.#report("closed");
  }

  /** Gives the connection up as one that is of no use; another one follows as after any lost connection. */
  giveUp() {
    if (this.#socket) this.#lost();
  }

  /** For as long as this connection lives, so many milliseconds without a frame mean that it is lost. */
  expectWithin(milliseconds) {
    this.#silence = milliseconds;
    this.#listen();
  }

  /** Sends a value as JSON. False if there is no open connection; nothing is kept for later. */
  send(value) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(value));
    this.#rest();
    return true;
  }

  #adopt(socket) {
    this.#socket = socket;
    this.#timers.after("connect", CONNECT_TIMEOUT, () => this.#lost());
    socket.onopen = () => this.#opened();
    socket.onmessage = ({ data }) => this.#received(data);
    socket.onclose = () => this.#lost();
  }

  #opened() {
    this.#timers.cancel("connect");
    this.#timers.after("settle", SETTLED_AFTER, () => (this.#attempt = 0));
    this.#report("open");
    this.#rest();
  }

  #received(data) {
    this.#timers.cancel("answer");
    this.#rest();
    this.#listen();
    const message = parsed(data);
    if (message) this.dispatchEvent(new CustomEvent("message", { detail: message }));
  }

  #lost() {
    this.#release();
    const delay = backOff(this.#attempt, { first: 500, most: 30_000 });
    this.#attempt += 1;
    this.#timers.after("retry", delay, () => this.open());
    this.#report("reconnecting");
  }

  /** Forgets the connection and every timer. Its handlers go first: a late event belongs to nobody. */
  #release() {
    this.#timers.cancelAll();
    const socket = this.#socket;
    this.#socket = this.#silence = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  /** Counts the idle time from now on. */
  #rest() {
    if (this.#heartbeat) this.#timers.after("beat", this.#heartbeat.every, () => this.#beat());
  }

  /** Counts the other side's silence from now on, where it promised not to be silent for long. */
  #listen() {
    if (this.#silence) this.#timers.after("silence", this.#silence, () => this.#lost());
  }

  /** Another heartbeat does not give more time for the answer to the one before. */
  #beat() {
    const { message, answerWithin } = this.#heartbeat;
    if (!this.send(message) || !answerWithin || this.#timers.has("answer")) return;
    this.#timers.after("answer", answerWithin, () => this.#lost());
  }

  /** The page is back, or the network is: try now what would be tried later. */
  #probe() {
    if (this.#timers.has("retry")) this.open();
    else if (this.#heartbeat && this.#state !== "closed") this.#beat();
    this.#report();
  }

  /** Tells the page. While the browser knows of no network, waiting is being offline. */
  #report(state = this.#state) {
    const waits = state === "reconnecting" || state === "offline";
    const next = waits ? (navigator.onLine ? "reconnecting" : "offline") : state;
    if (next === this.#state) return;
    this.#state = next;
    this.dispatchEvent(new CustomEvent("state", { detail: next }));
  }
}

/** The object of a frame, or null. */
function parsed(data) {
  try {
    const value = JSON.parse(data);
    return typeof value === "object" && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
