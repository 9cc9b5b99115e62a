// The orders this page knows, and what it was told of each.
// Touches no element, and asks nobody: what was sent while nobody listened is not known here.

/** What becomes of an order, in this order. */
export const STEPS = ["Order Placed", "Order Accepted", "Order Delivered"];

/** Events: `change`. */
export class Orders extends EventTarget {
  #orders = new Map();

  /** Each order: its `id`, `times` by what it was told, and how many of the `STEPS` it is past. */
  get newestFirst() {
    return [...this.#orders.values()].reverse();
  }

  /** True while an order is on its way. */
  get areOpen() {
    return this.newestFirst.some(({ past }) => past < STEPS.length);
  }

  /** Takes what an order was told; deliveries repeat and overtake each other. True if it was news. */
  take(id, status) {
    const order = this.#orders.get(id) ?? { id, times: new Map(), past: 0, state: status };
    if (order.times.has(status)) return false;
    order.times.set(status, new Date());
    order.state = state(order, status);
    order.past = Math.max(order.past, STEPS.indexOf(status) + 1);
    this.#orders.set(id, order);
    this.#changed();
    return true;
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
