// The events of one user that this page knows, kept in step with the service.
// Touches no element and opens no socket: live events are handed to it.

const PAGE = 200;
/** `limit` counts items before the filter, so pages may be empty long before the last one. */
const LIST = `query List($user: Int!, $limit: Int, $next: String) {
  listEventsTables(filter: { user_id: { eq: $user } }, limit: $limit, nextToken: $next) {
    items { user_id id name dt_start dt_end location }
    nextToken
  }
}`;

/** Tells of the events of a user that are created from now on. */
export const CREATED = `subscription Created($user: Int) {
  onCreateEventsTable(user_id: $user) { user_id id name dt_start dt_end location }
}`;

/** Events: `change`. */
export class Events extends EventTarget {
  #ask;
  #user;
  #events = new Map();
  /** Events that came while the others were read: what was read may be older. */
  #since = new Map();
  #live = new Set();
  #loading = null;
  #isStale = false;

  /** False until the service was read once. */
  isRead = false;

  /** The events of `user`; `ask(query, variables)` asks the service. */
  constructor(ask, user) {
    super();
    this.#ask = ask;
    this.#user = user;
  }

  /** Each `event` with its `key`; `isLive` if it came while the page was open. */
  get all() {
    return [...this.#events].map(([key, event]) => ({ key, event, isLive: this.#live.has(key) }));
  }

  /** Reads everything anew. Asked for again while it reads, it reads once more afterwards. */
  load() {
    this.#isStale = this.#loading !== null;
    this.#loading ??= this.#read().finally(() => (this.#loading = null));
    return this.#loading;
  }

  /** Takes an event that was just created. Its key if it is this user's, and news; null otherwise. */
  take(event) {
    if (!isEvent(event) || event.user_id !== this.#user) return null;
    const isNews = !this.#events.has(key(event));
    if (isNews) this.#live.add(key(event));
    this.#events.set(key(event), event);
    this.#since.set(key(event), event);
    this.dispatchEvent(new Event("change"));
    return isNews ? key(event) : null;
  }

  async #read() {
    do {
      this.#isStale = false;
      await this.#readOnce();
    } while (this.#isStale);
  }

  /** A failure matters only to whoever asked before it: those who asked since are answered by the next reading. */
  async #readOnce() {
    this.#since.clear();
    const read = new Map();
    try {
      for await (const event of this.#pages()) read.set(key(event), event);
    } catch (problem) {
      if (this.#isStale) return;
      throw problem;
    }
    this.#events = new Map([...read, ...this.#since]);
    this.isRead = true;
    this.dispatchEvent(new Event("change"));
  }

  async *#pages() {
    let next = null;
    do {
      const { listEventsTables: page } = await this.#ask(LIST, { user: this.#user, limit: PAGE, next });
      yield* (page?.items ?? []).filter(isEvent);
      next = page?.nextToken ?? null;
    } while (next);
  }
}

/** What an event is, whether it was read or came live. */
function key({ user_id: user, id }) {
  return `${user}/${id}`;
}

function isEvent(value) {
  return Number.isInteger(value?.user_id) && Number.isInteger(value.id) && typeof value.dt_start === "string";
}
