// Rooms and messages as elements.
// Knows no service; what people typed is only ever text.

import { at, instance, showEach, write } from "./shared/elements.js";

/** What one person says within so many milliseconds stands together, under one name. */
const TOGETHER = 5 * 60_000;
const STATES = {
  waiting: "Waiting…",
  sending: "Sending…",
  lost: "Waiting for the connection…",
  failed: "Not sent.",
};

const roomTemplate = at("room-entry");
const messageTemplate = at("message");
const unsentTemplate = at("unsent-message");
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const calendar = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** Makes `list` show these rooms in this order, the one that one is in marked. Entries stay the same elements. */
export function showRooms(list, { rooms, room, next }) {
  const show = (entry, name) =>
    showRoom(entry.firstElementChild, { isHere: name === room, isNext: name === next, isBusy: next !== null });
  showEach(list, rooms, { key: String, make: newRoom, show });
}

function newRoom(name) {
  const entry = instance(roomTemplate);
  write(entry.querySelector("[data-room]"), name);
  return entry;
}

function showRoom(button, { isHere, isNext, isBusy }) {
  if (isHere) button.setAttribute("aria-current", "true");
  else button.removeAttribute("aria-current");
  button.setAttribute("aria-busy", String(isNext));
  button.setAttribute("aria-disabled", String(isBusy)); // a disabled one would lose the keyboard
}

/** Makes `list` show these messages, one after the other. Those that were there before stay the same elements. */
export function showMessages(list, messages) {
  const wanted = new Set(messages);
  for (const element of [...list.children]) if (!wanted.has(element.message)) element.remove();
  if (list.firstElementChild) list.firstElementChild.dataset.together = "false";
  const shown = list.children.length;
  list.append(...messages.slice(shown).map((message, index) => newMessage(message, messages[shown + index - 1])));
}

function newMessage(message, before) {
  const element = instance(messageTemplate);
  element.message = message;
  element.dataset.mine = String(message.isMine);
  element.dataset.together = String(before !== undefined && areTogether(before, message));
  write(element.querySelector("[data-user]"), message.user);
  write(element.querySelector("[data-text]"), message.content);
  showTime(element.querySelector("time"), new Date(message.time));
  return element;
}

function areTogether(before, message) {
  const isSoon = new Date(message.time) - new Date(before.time) < TOGETHER;
  return isSoon && before.user === message.user && before.isMine === message.isMine;
}

function showTime(element, time) {
  if (Number.isNaN(time.getTime())) return;
  const isToday = time.toDateString() === new Date().toDateString();
  element.dateTime = time.toISOString();
  element.title = calendar.format(time);
  write(element, (isToday ? clock : calendar).format(time));
}

/** Makes `list` show what was said and has not come back yet. */
export function showUnsent(list, items) {
  showEach(list, items, { key: ({ id }) => id, make: newUnsent, show: showState });
}

function newUnsent({ content }) {
  const element = instance(unsentTemplate);
  write(element.querySelector("[data-text]"), content);
  return element;
}

function showState(element, { state, problem }) {
  element.dataset.state = state;
  write(element.querySelector("[data-told]"), `${STATES[state]} ${problem}`.trim());
  element.querySelector("[data-choice]").hidden = state !== "failed";
}
