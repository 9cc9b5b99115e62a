// The list of notes as elements.
// Knows no service; the text of a note is only ever text.

import { at, instance, showEach, write } from "./shared/elements.js";

/** More characters than a folded text can show: no more are laid out, so that many long notes are no burden. */
const FOLDED = 4_000;
const template = at("note");
/** By card, the whole text. */
const texts = new WeakMap();
const when = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/**
 * Makes `list` show these notes in this order. Cards stay the same elements, so that the keyboard and an
 * unfolded text stay where they are. `pending(note)` is what to show in place of a count, or null.
 */
export function showNotes(list, notes, pending) {
  const show = (card, note) => showNote(card, note, pending(note));
  showEach(list, notes, { key: ({ id }) => id, make: newCard, show });
  for (const card of list.children) showFold(card);
}

function newCard() {
  const card = instance(template);
  const unfold = card.querySelector("[data-unfold]");
  unfold.addEventListener("click", () => {
    const isUnfolded = card.firstElementChild.toggleAttribute("data-unfolded");
    unfold.setAttribute("aria-expanded", String(isUnfolded));
    write(unfold.querySelector("[data-more]"), isUnfolded ? "Show less" : "Show all");
    showContent(card);
    showFold(card);
  });
  return card;
}

function showNote(card, note, pending) {
  const part = (name) => card.querySelector(`[data-${name}]`);
  write(part("title"), String(note.title ?? ""));
  texts.set(card, String(note.content ?? ""));
  showContent(card);
  write(part("words"), pending ?? words(note.wordCount));
  part("words").dataset.pending = String(pending !== null);
  for (const name of card.querySelectorAll("[data-name]")) write(name, ` “${note.title}”`);
  showTime(part("time"), note);
}

function showTime(element, { createdAt, updatedAt }) {
  const time = new Date(updatedAt ?? createdAt ?? NaN);
  element.hidden = Number.isNaN(time.getTime());
  if (element.hidden) return;
  const isEdited = updatedAt && createdAt && updatedAt !== createdAt;
  element.dateTime = time.toISOString();
  write(element, `${isEdited ? "edited " : ""}${when.format(time)}`);
}

function showContent(card) {
  const isUnfolded = card.firstElementChild.hasAttribute("data-unfolded");
  const text = texts.get(card);
  write(card.querySelector("[data-content]"), isUnfolded ? text : text.slice(0, FOLDED));
}

/** Offers to unfold a text that does not fit, and goes on offering to fold one that is unfolded. */
function showFold(card) {
  const content = card.querySelector("[data-content]");
  const isUnfolded = card.firstElementChild.hasAttribute("data-unfolded");
  const isLong = texts.get(card).length > FOLDED || content.scrollHeight > content.clientHeight + 1;
  const isCut = !isUnfolded && isLong;
  content.toggleAttribute("data-cut", isCut);
  card.querySelector("[data-unfold]").hidden = !isUnfolded && !isCut;
}

/** A count as one says it. */
export function words(count) {
  return count === 1 ? "1 word" : `${count.toLocaleString("en")} words`;
}
