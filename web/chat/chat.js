// The page of the chat: ties the session to forms and lists.
// Keeps nothing that the session knows.

import { config } from "./shared/config.js";
import { at, write } from "./shared/elements.js";
import { isRight, wrong } from "./shared/form.js";
import { recall, remember } from "./shared/memory.js";
import { showStatus } from "./shared/status.js";
import { showMessages, showRooms } from "./list.js";
import { Session } from "./session.js";

const REMEMBERED = "chat.name";
/** So near to its end a list of messages follows what is new. */
const NEAR_END = 80;
/** Where on the page a problem of an action is said: a form and the name of its place. */
const PLACES = {
  register: ["door", "form"],
  "new-room": ["new-room", "form"],
  "join-room": ["new-room", "form"],
  dispatch: ["say", "text"],
};

const session = new Session(config.webSocketUrl);
/** What was said last, in case it is refused. */
let said = "";

function show() {
  const place = whereabouts();
  const before = at("hall").dataset.place;
  at("hall").dataset.place = place;
  at("hall").dataset.basic = String(session.isBasic);
  write(at("me"), session.wasRegistered ? session.name : "");
  showDoor();
  showRooms(at("rooms"), session);
  at("no-room").hidden = session.rooms.length > 0;
  at("new-room").querySelector("button").disabled = session.next !== null;
  showTalk();
  if (before !== place) moveTo(place);
}

/** Where one is: at the door, in the lobby or in a room. A lost connection does not throw one out. */
function whereabouts() {
  if (!session.wasRegistered) return "door";
  return session.isBasic || session.room !== null ? "room" : "lobby";
}

function showDoor() {
  const isBusy = session.name !== null && !session.wasRegistered;
  at("door").querySelector("button").disabled = isBusy;
  at("door").setAttribute("aria-busy", String(isBusy));
}

function showTalk() {
  write(at("talk-heading"), session.isBasic ? "Everyone without rooms" : (session.room ?? ""));
  at("leave").hidden = session.isBasic;
  at("waiting").hidden = session.messages.length > 0;
  const wasAtEnd = isAtEnd();
  const list = at("messages");
  const before = list.lastElementChild;
  showMessages(list, session.messages, ({ user }) => !session.isBasic && user === session.name);
  if (before === list.lastElementChild) return;
  const isMine = list.lastElementChild?.dataset.mine === "true";
  if (wasAtEnd || isMine || !before?.isConnected) toEnd();
  else at("newest").hidden = false;
}

function isAtEnd() {
  const { scrollHeight, scrollTop, clientHeight } = at("log");
  return scrollHeight - scrollTop - clientHeight < NEAR_END;
}

function toEnd() {
  at("log").scrollTop = at("log").scrollHeight;
}

/** The keyboard goes where one goes on. */
function moveTo(place) {
  at("newest").hidden = true;
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
session.addEventListener("problem", ({ detail: { action, message } }) => {
  if (action === "delete-room") return tellClosed(message);
  const [form, name] = PLACES[action] ?? (session.isTalking ? PLACES.dispatch : PLACES["new-room"]);
  wrong(at(form), name, message);
  if (action === "dispatch" && !at("text").value) at("text").value = said;
});

function tellClosed(text) {
  write(at("closed"), text);
  at("closed").hidden = !text;
}

/** What is wrong with a text of at most `most` characters, or nothing. */
function lengthProblem(text, most, empty) {
  const length = [...text].length;
  if (length === 0) return empty;
  const [limit, here] = [most, length].map((number) => number.toLocaleString("en"));
  return length > most ? `At most ${limit} characters; these are ${here}.` : "";
}

function onSubmit(form, name, most, empty, action) {
  at(form).addEventListener("input", () => wrong(at(form), name, ""));
  at(form).addEventListener("submit", (event) => {
    event.preventDefault();
    const text = at(form).elements[name].value.trim();
    wrong(at(form), "form", "");
    if (isRight(at(form), { [name]: lengthProblem(text, most, empty) })) action(text);
  });
}

onSubmit("door", "name", 64, "Say who you are.", (name) => {
  remember(REMEMBERED, name);
  session.register(name);
  show();
});

onSubmit("new-room", "room", 64, "Give the room a name.", (room) => {
  tellClosed("");
  session.create(room);
  at("new-room").reset();
});

onSubmit("say", "text", 4_000, "", (text) => {
  if (!text || !session.say(text)) return;
  said = text;
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
  tellClosed("");
  wrong(at("new-room"), "form", "");
  session.join(room);
});

at("leave").addEventListener("click", () => session.leave());
at("reconnect").addEventListener("click", () => session.connect());
at("away").addEventListener("close", () => showConnection(connection));
at("newest").addEventListener("click", () => (toEnd(), at("text").focus()));
at("log").addEventListener("scroll", () => isAtEnd() && (at("newest").hidden = true));

at("name").value = recall(REMEMBERED) ?? "";
at("name").focus();
show();
session.connect();
