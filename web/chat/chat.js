// The page of the chat: ties the session to forms and lists.
// Keeps nothing that the session knows.

import { config } from "./shared/config.js";
import { at, write } from "./shared/elements.js";
import { isRight, lengthProblem, wrong } from "./shared/form.js";
import { recall, remember } from "./shared/memory.js";
import { showStatus } from "./shared/status.js";
import { Follower } from "./follow.js";
import { showMessages, showRooms, showUnsent } from "./list.js";
import { Session } from "./session.js";

const REMEMBERED = "chat.name";
/** Where on the page a problem of an action is said: a form and the name of its place. */
const PLACES = {
  register: ["door", "form"],
  "new-room": ["new-room", "form"],
  "join-room": ["new-room", "form"],
};

const session = new Session(config.webSocketUrl);
const log = new Follower(at("log"), at("newest"));
/** How much came while nobody looked. */
let unseen = 0;
/** The room whose talk is shown. */
let shown = null;

function show() {
  const place = whereabouts();
  const before = at("hall").dataset.place;
  at("hall").dataset.place = place;
  at("hall").dataset.basic = String(session.isBasic);
  write(at("me"), session.wasRegistered ? session.name : "");
  at("registered").hidden = !session.wasRegistered;
  showBusy("door", session.name !== null && !session.wasRegistered);
  showRooms(at("rooms"), session);
  at("no-room").hidden = session.rooms.length > 0;
  showBusy("new-room", session.next !== null);
  showTalk();
  if (before !== place) moveTo(place);
  showTitle();
}

/** Where one is: at the door, in the lobby or in a room. A lost connection does not throw one out. */
function whereabouts() {
  if (!session.wasRegistered) return "door";
  return session.isBasic || session.room !== null ? "room" : "lobby";
}

/** A button that is disabled would lose the keyboard. */
function showBusy(form, isBusy) {
  at(form).setAttribute("aria-busy", String(isBusy));
  at(form).querySelector("button").setAttribute("aria-disabled", String(isBusy));
}

function showTalk() {
  write(at("talk-heading"), session.isBasic ? "Everyone without rooms" : (session.room ?? ""));
  at("leave").hidden = session.isBasic;
  at("end").hidden = !session.isBasic;
  at("waiting").hidden = session.messages.length > 0 || session.unsent.length > 0;
  const before = [at("messages"), at("unsent")].map((list) => list.lastElementChild);
  const isElsewhere = session.room !== shown;
  shown = session.room;
  // What was said before one came is not read aloud; what is said from now on is.
  if (isElsewhere) at("log").setAttribute("aria-live", "off");
  else if (session.messages.at(-1) !== before[0]?.message) at("log").setAttribute("aria-live", "polite");
  showMessages(at("messages"), session.messages);
  showUnsent(at("unsent"), session.unsent);
  const [message, own] = [at("messages"), at("unsent")].map((list) => list.lastElementChild);
  if (isElsewhere || (own && own !== before[1])) log.toEnd();
  else if (message && message !== before[0]) came(message);
}

function came({ dataset }) {
  if (document.hidden) unseen += 1;
  if (dataset.mine === "true") log.toEnd();
  else log.grew();
}

function showTitle() {
  const place = session.room === null ? "Chat" : `${session.room} – Chat`;
  document.title = unseen > 0 ? `(${unseen}) ${place}` : place;
}

/** The keyboard goes where one goes on. */
function moveTo(place) {
  log.toEnd();
  if (place === "room") at("text").focus();
  else if (place === "lobby") at("rooms-heading").focus();
  else at("name").focus();
}

/** The overlay is there while a connection that was there is gone, until all is as before. */
function showConnection(state) {
  showStatus(at("status"), state);
  const text = {
    offline: "You are offline. As soon as the network is back, so are you.",
    reconnecting: "The connection is lost. Trying again…",
    closed: "The connection is closed.",
  }[state];
  const isBack = state === "open" && (!session.wasRegistered || session.isRegistered);
  if (text || state === "open") write(at("away-text"), text ?? "Connected. Registering you again…");
  if (isBack) at("away").close();
  else if (text && !at("away").open) at("away").showModal();
}

let connection = "connecting";
session.addEventListener("connection", ({ detail }) => {
  connection = detail;
  showConnection(connection);
});
session.addEventListener("change", () => {
  show();
  showConnection(connection);
});
session.addEventListener("entered", () => {
  wrong(at("new-room"), "form", "");
  if (trimmed(at("room").value) === session.room) at("new-room").reset();
});
session.addEventListener("problem", ({ detail: { action, message } }) => {
  const [form, name] = PLACES[action] ?? [];
  const isSeen = form && at(form).getClientRects().length > 0;
  if (isSeen) wrong(at(form), name, message);
  else tellClosed(message);
});

/** What became of a room or a message when one has gone on; it stays until one goes on again. */
function tellClosed(text) {
  write(at("closed"), text);
}

/** Without white space around it, and such as JSON can carry it: as the server takes it. */
function trimmed(text) {
  return text.replace(/^[\s\u0085]+|[\s\u0085]+$/gu, "").toWellFormed();
}

function onSubmit(form, name, most, empty, action) {
  at(form).addEventListener("input", () => wrong(at(form), name, ""));
  at(form).addEventListener("submit", (event) => {
    event.preventDefault();
    if (at(form).getAttribute("aria-busy") === "true") return;
    const text = trimmed(at(form).elements[name].value);
    wrong(at(form), "form", "");
    if (!isRight(at(form), { [name]: text ? lengthProblem(text, most) : empty })) return;
    tellClosed("");
    action(text);
  });
}

onSubmit("door", "name", 64, "Say who you are.", (name) => {
  remember(REMEMBERED, name);
  session.register(name);
  show();
});

onSubmit("new-room", "room", 64, "Give the room a name.", (room) => {
  if (room !== session.room) session.create(room);
});

onSubmit("say", "text", 4_000, "", (text) => {
  if (!text || !session.say(text)) return;
  at("say").reset();
  at("text").focus();
});

at("text").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  at("say").requestSubmit();
});

at("rooms").addEventListener("click", ({ target }) => {
  const room = target.closest("[data-key]")?.dataset.key;
  if (room === undefined || room === session.room || session.next !== null) return;
  wrong(at("new-room"), "form", "");
  tellClosed("");
  session.join(room);
});

at("unsent").addEventListener("click", ({ target }) => {
  const id = target.closest("[data-key]")?.dataset.key;
  const choice = target.closest("[data-choose]")?.dataset.choose;
  if (choice === "again") session.sayAgain(id);
  if (choice === "discard") session.discard(id);
  if (choice) at("text").focus();
});

at("leave").addEventListener("click", () => {
  tellClosed("");
  session.leave();
});
for (const button of document.querySelectorAll("[data-sign-out]")) {
  button.addEventListener("click", () => {
    tellClosed("");
    session.signOut();
  });
}
at("reconnect").addEventListener("click", () => session.connect());
at("away").addEventListener("close", () => showConnection(connection));
at("newest").addEventListener("click", () => at("text").focus());
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) unseen = 0;
  showTitle();
});

at("name").value = recall(REMEMBERED) ?? "";
at("name").focus();
show();
session.connect();
