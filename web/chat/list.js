// Rooms and messages as elements.
// Knows no service; what people typed is only ever text.

import { at, instance, showEach, write } from "./shared/elements.js";

const roomTemplate = at("room-entry");
const messageTemplate = at("message");
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
  write(entry.firstElementChild, name);
  return entry;
}

function showRoom(button, { isHere, isNext, isBusy }) {
  button.toggleAttribute("aria-current", false);
  if (isHere) button.setAttribute("aria-current", "true");
  button.setAttribute("aria-busy", String(isNext));
  button.setAttribute("aria-disabled", String(isBusy)); // a disabled one would lose the keyboard
}

/** Makes `list` show these messages; what is there already stays. `isMine` tells one's own ones. */
export function showMessages(list, messages, isMine) {
  const shown = list.children.length;
  const goesOn = [...list.children].every((element, index) => element.message === messages[index]);
  if (!goesOn) list.replaceChildren();
  list.append(...messages.slice(goesOn ? shown : 0).map((message) => newMessage(message, isMine(message))));
}

function newMessage(message, isMine) {
  const element = instance(messageTemplate);
  element.message = message;
  element.dataset.mine = String(isMine);
  write(element.querySelector("[data-user]"), message.user);
  write(element.querySelector("[data-text]"), message.content);
  showTime(element.querySelector("time"), new Date(message.time));
  return element;
}

function showTime(element, time) {
  if (Number.isNaN(time.getTime())) return;
  const isToday = time.toDateString() === new Date().toDateString();
  element.dateTime = time.toISOString();
  write(element, (isToday ? clock : calendar).format(time));
}
