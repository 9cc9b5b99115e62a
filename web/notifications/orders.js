// The orders this page knows, and what it was told of each.
// Touches no element, and asks nobody: what was sent while nobody listened is not known here.

/** What becomes of an order, in this order. */
export const STEPS = ["Order Placed", "Order Accepted", "Order Delivered"];

/** Events: `change`. */
export class Orders extends EventTarget {
  #orders = new Map();

  /**
   * Each order: its `id`, `times` by what it was told, how many of the `STEPS` it is past, and if it is `doubtful`,
   * because there may have been news that nobody heard here.
   */
  get newestFirst() {
    return [...this.#orders.values()].reverse();
  }

  /** Those that are on their way. */
  get open() {
    return this.newestFirst.filter(({ past }) => past < STEPS.length);
  }

  /** Takes what an order was told; deliveries repeat and overtake each other. True if it was news. */
  take(id, status) {
    const order = this.#orders.get(id) ?? { id, times: new Map(), past: 0, state: status, doubtful: false };
    if (order.times.has(status)) return false;
    order.times.set(status, new Date());
    order.state = state(order, status);
    order.past = Math.max(order.past, STEPS.indexOf(status) + 1);
    order.doubtful = false;
    this.#orders.set(id, order);
    this.#changed();
    return true;
  }

  /** Nobody listens now: whatever is on its way may have news. */
  doubt() {
    for (const order of this.open) order.doubtful = true;
    this.#changed();
  }

  /** Forgets all orders: they are another user's. */
  clear() {
    this.#orders.clear();
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

/** The newest word about an order: a step that comes late says nothing new, a status that is no step does. */
function state(order, status) {
  const step = STEPS.indexOf(status) + 1;
  return step > 0 && step < order.past ? order.state : status;
}
