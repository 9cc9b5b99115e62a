// The notes this page knows, kept in step with the service.
// Touches no element: it says that something changed, and the page shows it.

/** Notes in a page of the service. */
const PAGE = 200;
/** Pages come in the table's order, so the newest notes are found only by reading all; an endless table is not. */
const PAGES = 10;
/** So many notes more are shown at a time. */
const STEP = 50;
/** A scan may answer with empty pages; this many in a row are followed without being asked. */
const EMPTY_PAGES = 20;

/** Events: `change`. */
export class Notebook extends EventTarget {
  #api;
  #notes = new Map();
  #newestFirst = [];
  #pages = PAGES;
  #many = STEP;
  #next = null;
  #version = 0;
  /** Ids written here. A list may be older than they are, or they are on a page that was not read. */
  #own = new Set();
  #reckoned = new WeakMap();

  /** False until the service was read once. */
  isRead = false;

  constructor(api) {
    super();
    this.#api = api;
  }

  /** The notes to be shown, the newest first. */
  get shown() {
    return this.#newestFirst.slice(0, this.#many);
  }

  /** Whether there are notes that are not shown. */
  get hasMore() {
    return this.#next !== null || this.#newestFirst.length > this.#many;
  }

  /** Whether those that come next are not all read. */
  get isShort() {
    return this.#next !== null && this.#newestFirst.length < this.#many + STEP;
  }

  /** Ids of the notes shown whose words are still to be counted. */
  get uncounted() {
    return this.shown.filter((note) => !this.isCounted(note)).map(({ id }) => id);
  }

  find(id) {
    return this.#notes.get(id);
  }

  /** False while a count is missing, or belongs to an earlier content. */
  isCounted(note) {
    if (!this.#reckoned.has(note)) this.#reckoned.set(note, reckon(note.content));
    return note.wordCount === this.#reckoned.get(note);
  }

  /** Reads all anew. If something was saved meanwhile, what was read may be older. */
  async refresh() {
    const version = this.#version;
    const read = new Map();
    const next = await this.#readPages(read);
    await this.#readOwn(read);
    if (version !== this.#version) return this.refresh();
    this.#notes.clear();
    for (const note of read.values()) this.#notes.set(note.id, note);
    this.#next = next;
    this.isRead = true;
    this.#changed();
  }

  /** Shows some notes more. */
  reveal() {
    this.#many += STEP;
    this.#changed();
  }

  /** Reads one page more. If there was a change meanwhile, what was read may be older: it is still to be read. */
  async readOn() {
    const [version, from, read] = [this.#version, this.#next, new Map()];
    const next = await this.#read(from, read);
    if (version !== this.#version || from !== this.#next) return;
    this.#next = next;
    this.#pages += 1;
    for (const note of read.values()) this.#notes.set(note.id, note);
    this.#changed();
  }

  /** Reads one note anew; a note that is gone leaves the notebook. What is older than a change here is nothing new. */
  async reread(id) {
    const version = this.#version;
    const note = await this.#api.read(id);
    if (version !== this.#version || !this.#notes.has(id)) return;
    if (note) this.#notes.set(id, note);
    else if (!this.#own.has(id)) this.#notes.delete(id); // an own one may be too new to be read
    this.#changed();
  }

  /** Stores a new note. Its id, if the service told it. */
  async write(note) {
    const id = await this.#api.create(note);
    this.#version += 1;
    if (!id) await this.refresh().catch(ignored);
    else this.#showOwn({ ...note, id, createdAt: new Date().toISOString() });
    return id;
  }

  /** Replaces title and content. */
  async rewrite(id, note) {
    const before = this.#notes.get(id);
    await this.#api.replace(id, note);
    this.#version += 1;
    this.#showOwn({ ...before, ...note, id });
    await this.reread(id).catch(ignored);
  }

  async remove(id) {
    await this.#api.remove(id);
    this.forget(id);
  }

  /** Takes note that a note is gone. */
  forget(id) {
    this.#version += 1;
    this.#own.delete(id);
    this.#notes.delete(id);
    this.#changed();
  }

  async #readPages(into) {
    let next = await this.#read(null, into);
    for (let page = 1; page < this.#pages && next; page += 1) next = await this.#read(next, into);
    return next;
  }

  async #readOwn(into) {
    for (const id of [...this.#own].filter((each) => !into.has(each))) {
      const note = await this.#api.read(id);
      if (note) into.set(id, note);
      else this.#own.delete(id);
    }
  }

  async #read(token, into) {
    let next = token;
    for (let tries = 0; tries < EMPTY_PAGES; tries += 1) {
      const page = await this.#api.list({ limit: PAGE, next });
      for (const note of page.notes) into.set(note.id, note);
      next = page.next;
      if (page.notes.length > 0 || !next) break;
    }
    return next;
  }

  /** Shows what was stored from here before the service is asked for it. */
  #showOwn(note) {
    this.#own.add(note.id);
    this.#notes.set(note.id, note);
    this.#changed();
  }

  #changed() {
    this.#newestFirst = [...this.#notes.values()].sort(byAge);
    this.dispatchEvent(new Event("change"));
  }
}

/** The note is stored; that it could not be read back at once must not look as if it were not. */
function ignored() {}

/** The newest first. Ids are ordered by time, so they break ties. */
function byAge(a, b) {
  const times = [a, b].map(({ createdAt }) => String(createdAt ?? ""));
  return compare(times[1], times[0]) || compare(b.id, a.id);
}

function compare(a, b) {
  return a < b ? -1 : Number(a > b);
}

/** How many words the service will find. Says whether a count is of this content; what is shown is the service's. */
function reckon(content) {
  return String(content ?? "").split(/\p{White_Space}+/u).filter(Boolean).length;
}
