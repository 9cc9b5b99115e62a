// The notes this page knows, kept in step with the service.
// Touches no element: it says that something changed, and the page shows it.

/** Pages come in the order of the table, so only what is here can be sorted: large ones. */
const PAGE = 100;
/** A scan may answer with empty pages; this many in a row are followed without being asked. */
const EMPTY_PAGES = 20;

/** Events: `change`. */
export class Notebook extends EventTarget {
  #api;
  #notes = new Map();
  #pages = 1;
  #version = 0;
  /** Ids written here. Pages come in no order, so such a note may be on one that is not shown. */
  #own = new Set();
  /** By id, the count that was there when the content changed. */
  #outdated = new Map();

  /** Token of the page after those that are here, or null. */
  next = null;
  /** False until the service was read once. */
  isRead = false;

  constructor(api) {
    super();
    this.#api = api;
  }

  /** The notes, the newest first. Ids are ordered by time, so they break ties. */
  get newestFirst() {
    const key = ({ createdAt, id }) => [String(createdAt ?? ""), id];
    return [...this.#notes.values()].sort((a, b) => descending(key(a), key(b)));
  }

  /** Ids of the notes whose words are still to be counted. */
  get uncounted() {
    return this.newestFirst.filter((note) => !this.isCounted(note)).map(({ id }) => id);
  }

  find(id) {
    return this.#notes.get(id);
  }

  /** False while a count is missing, or belongs to an earlier content. */
  isCounted({ id, wordCount }) {
    return Number.isInteger(wordCount) && !this.#outdated.has(id);
  }

  /** Reads all pages that are shown anew. If something was saved meanwhile, what was read may be older. */
  async refresh() {
    const version = this.#version;
    const read = new Map();
    const next = await this.#readShown(read);
    await this.#readOwn(read);
    if (version !== this.#version) return this.refresh();
    this.#notes.clear();
    for (const note of read.values()) this.#keep(note);
    this.next = next;
    this.isRead = true;
    this.#changed();
  }

  /** Reads one page more. */
  async more() {
    const read = new Map();
    this.next = await this.#read(this.next, read);
    for (const note of read.values()) this.#keep(note);
    this.#pages += 1;
    this.#changed();
  }

  /** Reads one note anew; a note that is gone leaves the notebook. */
  async reread(id) {
    const note = await this.#api.read(id);
    if (!this.#notes.has(id)) return; // deleted here while it was read
    if (note) this.#keep(note);
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

  /** Replaces title and content. The count that is there is of the old content until another one comes. */
  async rewrite(id, note) {
    const before = this.#notes.get(id);
    await this.#api.replace(id, note);
    this.#version += 1;
    if (before?.content !== note.content) this.#outdated.set(id, before?.wordCount);
    this.#showOwn({ ...before, ...note, id });
    await this.reread(id).catch(ignored);
  }

  async remove(id) {
    await this.#api.remove(id);
    this.#version += 1;
    this.#own.delete(id);
    this.#notes.delete(id);
    this.#changed();
  }

  /** Takes the count that is there for right: the new content may have just as many words. */
  settle(id) {
    if (this.#outdated.delete(id)) this.#changed();
  }

  async #readShown(into) {
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

  /** Takes a note as the service knows it. Any count but the outdated one, or none, is about the new content. */
  #keep(note) {
    const { id, wordCount } = note;
    if (this.#outdated.has(id) && this.#outdated.get(id) !== wordCount) this.#outdated.delete(id);
    this.#notes.set(id, note);
  }

  /** Shows what was stored from here before the service is asked for it. */
  #showOwn(note) {
    this.#own.add(note.id);
    this.#notes.set(note.id, note);
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

/** The note is stored; that it could not be read back at once must not look as if it were not. */
function ignored() {}

function descending(a, b) {
  const at = a.findIndex((value, index) => value !== b[index]);
  if (at < 0) return 0;
  return a[at] < b[at] ? 1 : -1;
}
