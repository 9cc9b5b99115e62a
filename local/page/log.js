// The live log: a line for everything that happens, filtered, and held still on demand.
// Keeps no happening: the store does. So many lines stand in the page, and no more.

import { showEach, write } from "./shared/elements.js";
import { make } from "./elements.js";
import { isBad, isDenied, KINDS, stacks, words } from "./happening.js";
import { counted, time } from "./values.js";

const LINES = 150;

export class Log {
  #parts;
  #store;
  #held = 0;
  /** The sequence of the newest happening that was there when the list was made. */
  #newest = 0;
  #isPaused = false;

  /** `parts` are elements: `lines`, `kind`, `stack`, `text`, `pause`, `held`, `empty`, `missed`, `filters`. */
  constructor(parts, store) {
    this.#parts = parts;
    this.#store = store;
    parts.kind.append(...Object.entries(KINDS).map(([kind, word]) => make("option", word, { value: kind })));
    parts.filters.addEventListener("input", () => this.show());
    parts.filters.addEventListener("submit", (event) => event.preventDefault());
    parts.pause.addEventListener("click", () => this.#pause());
  }

  /** Offers these stacks to choose from. */
  offer(names) {
    const { stack } = this.#parts;
    const chosen = stack.value;
    const known = [...stack.options].slice(1).map(({ value }) => value);
    if (known.join() === names.join()) return;
    stack.replaceChildren(stack.options[0], ...names.map((name) => make("option", name, { value: name })));
    stack.value = names.includes(chosen) ? chosen : "";
  }

  /** Shows one stack alone, or all. */
  choose(name) {
    this.#parts.stack.value = name ?? "";
    this.show();
  }

  /** Shows what is there, the newest first. */
  show() {
    const shown = this.#store.latest((happening) => this.#isWanted(happening), LINES);
    showLines(this.#parts.lines, shown);
    this.#newest = this.#store.happenings.at(-1)?.sequence ?? 0;
    this.#held = 0;
    this.#tell();
    this.#parts.empty.hidden = shown.length > 0;
    const isEmpty = this.#store.happenings.length === 0;
    write(
      this.#parts.empty,
      isEmpty ? "Nothing has happened yet. Open a page and use it." : "Nothing of this kind has happened.",
    );
  }

  /** Shows what came, or counts it while the list is held. */
  happened(happenings) {
    const wanted = happenings.filter((happening) => happening.sequence > this.#newest && this.#isWanted(happening));
    if (!this.#isPaused) return wanted.length > 0 && this.show();
    this.#held += wanted.length;
    this.#tell();
  }

  /** Whether a happening passes the filters. */
  #isWanted(happening) {
    const { kind, stack, text } = this.#parts;
    if (kind.value && happening.kind !== kind.value) return false;
    if (stack.value && !stacks(happening).includes(stack.value)) return false;
    const needle = text.value.trim().toLowerCase();
    if (!needle) return true;
    const { place, text: said } = words(happening);
    return `${happening.kind} ${place} ${said}`.toLowerCase().includes(needle);
  }

  #pause() {
    this.#isPaused = !this.#isPaused;
    this.#parts.pause.setAttribute("aria-pressed", String(this.#isPaused));
    if (!this.#isPaused) this.show();
    this.#tell();
  }

  #tell() {
    this.#parts.held.hidden = !this.#isPaused;
    this.#parts.missed.hidden = this.#store.missed === 0;
    write(this.#parts.missed, `${counted(this.#store.missed, "earlier one is", "earlier ones are")} kept no longer.`);
    write(this.#parts.held, `Held. ${counted(this.#held, "new line")} since.`);
  }
}

/** Makes `list` show these happenings, the newest first. */
export function showLines(list, happenings) {
  showEach(list, happenings, { key: ({ sequence }) => String(sequence), make: newLine, show: () => {} });
}

function newLine(happening) {
  const { place, text } = words(happening);
  const isWrong = isBad(happening) || isDenied(happening);
  return make(
    "li.line",
    isWrong && { "data-bad": "true" },
    make("time", time(happening.at), { datetime: happening.at }),
    make("span.kind", happening.kind, { "data-kind": happening.kind }),
    make("span.said", make("span.where", place), " ", text),
  );
}
