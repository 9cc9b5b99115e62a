// What one has said and not heard back yet.
// Shows nothing, knows no rooms, and sends nothing by itself that may have been sent already.

import { Timers } from "./shared/timers.js";

/** API Gateway waits 29 seconds for a function: after that nothing comes. */
export const ANSWER_WITHIN = 30_000;
const SILENCE = "The chat service did not answer, so it may have been sent or not.";

/** One at a time is on its way: the server handles messages of one connection in any order. */
export class Outbox {
  #send;
  #changed;
  #timers = new Timers();
  #count = 0;
  /** `{ id, content, state, problem }`, the oldest first; `state` is `waiting`, `sending`, `lost` or `failed`. */
  items = [];

  /** `send(content)` is false where nothing can be sent now; `changed()` is told of what happens by itself. */
  constructor({ send, changed }) {
    this.#send = send;
    this.#changed = changed;
  }

  add(content) {
    this.#count += 1;
    this.items.push({ id: String(this.#count), content, state: "waiting", problem: "" });
    this.flush();
  }

  /** Sends what waits, if nothing else is on its way. */
  flush() {
    if (this.#first("sending")) return;
    const item = this.#first("waiting");
    if (!item || !this.#send(item.content)) return;
    item.state = "sending";
    this.#timers.after("answer", ANSWER_WITHIN, () => (this.refused(SILENCE), this.#changed()));
  }

  /** Something came back. True if it was one's own: what is on its way, or what was given up by now. */
  heard(content) {
    const same = this.items.filter((each) => each.content === content && each.state !== "waiting");
    const item = same.find(({ state }) => state === "sending") ?? same[0];
    if (item) this.#settle(item);
    return Boolean(item);
  }

  /** What is on its way was refused. False if nothing was. */
  refused(problem) {
    const item = this.#first("sending");
    if (!item) return false;
    this.#timers.cancel("answer");
    Object.assign(item, { state: "failed", problem });
    this.flush();
    return true;
  }

  /** The connection is lost, and nobody knows whether what was on its way has arrived. */
  lost() {
    this.#timers.cancel("answer");
    const item = this.#first("sending");
    if (item) item.state = "lost";
  }

  /** The connection is back, and `hasArrived(content)` tells; what has not is sent again. */
  found(hasArrived) {
    for (const item of this.items.filter(({ state }) => state === "lost")) {
      if (hasArrived(item.content)) this.discard(item.id);
      else item.state = "waiting";
    }
    this.flush();
  }

  /** The connection is back, and nobody can tell what has arrived. */
  miss(problem) {
    for (const item of this.items) if (item.state === "lost") Object.assign(item, { state: "failed", problem });
    this.flush();
  }

  /** Sends anew what failed. */
  again(id) {
    const item = this.items.find((each) => each.id === id);
    if (item?.state === "failed") Object.assign(item, { state: "waiting", problem: "" });
    this.flush();
  }

  discard(id) {
    this.items = this.items.filter((each) => each.id !== id);
  }

  clear() {
    this.#timers.cancelAll();
    this.items = [];
  }

  #settle(item) {
    if (item.state === "sending") this.#timers.cancel("answer");
    this.discard(item.id);
    this.flush();
  }

  #first(state) {
    return this.items.find((item) => item.state === state);
  }
}
