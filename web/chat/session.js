// One person's session with the chat: who one is, which rooms there are, where one is and what was said there.
// Touches no element. Believes the server: nothing is shown as said before it comes back.

import { LiveSocket } from "./shared/socket.js";
import { Timers } from "./shared/timers.js";
import { endsWith, goneOn, hasCome, isMessage, missing } from "./history.js";
import { ANSWER_WITHIN, Outbox } from "./outbox.js";

/** Any answer keeps the connection; to this one it is an error frame, which is nobody's fault. */
const HEARTBEAT = { action: "heartbeat", value: "", room: "", name: "" };
/** The server handles messages of one connection in any order: what follows a leave waits for so long. */
const LEFT_AFTER = 600;
/** How long something may come once more that the history had already. */
const SETTLED_AFTER = 3_000;
/** How often a history is asked for once more because of what came while it was on its way. */
const MOST_ASKS = 2;
/** A page that is open for days shows only the newest. */
const MOST_MESSAGES = 500;
/**
 * What nobody at the page asked for is tried again, for 15 s in all. A name may be the lost connection's for a moment,
 * too: for 10 s if it broke just after it had begun, as the server does not believe before that it is gone.
 */
const AGAIN_AFTER = [500, 1_000, 2_000, 3_000, 3_000, 3_000, 3_000];
/** What leads into a room. */
const ENTERING = ["join-room", "new-room"];
/** What is to be said of failures that are heard of when one has gone on. */
const TOO_LATE = {
  dispatch: "Your last message was not sent. ",
  "leave-room": "You may still count as being in the room that you left. ",
};

const collator = new Intl.Collator();

/**
 * Events: `change`, `entered`, and with a `detail` `connection` (the socket's state) and `problem`
 * (`{ action, message }`, the message for a person).
 */
export class Session extends EventTarget {
  #socket;
  #timers = new Timers();
  #rooms = new Set();
  #tries = 0;
  #asks = 0;
  /** Messages that came while the history was on its way. */
  #early = [];
  /** True while a room is being made: it is announced, or its history comes if somebody made it before. */
  #isCreating = false;
  #outbox = new Outbox({
    send: (text) => this.isTalking && this.next === null && this.#send("dispatch", text),
    changed: () => this.#changed(),
  });

  /** Who one is, or null before one said so. */
  name = null;
  /** True while the server knows this connection by its name. */
  isRegistered = false;
  /** True once it did: after that, connecting again means registering again. */
  wasRegistered = false;
  /** The room one is in, or null. */
  room = null;
  /** The room one is about to be in, or null. */
  next = null;
  messages = [];

  constructor(url) {
    super();
    this.#socket = new LiveSocket(url, { heartbeat: { message: HEARTBEAT } });
    this.#socket.addEventListener("state", ({ detail }) => this.#follow(detail));
    this.#socket.addEventListener("message", ({ detail }) => this.#hear(detail));
  }

  /** All rooms there are, in alphabetical order. */
  get rooms() {
    return [...this.#rooms].sort(collator.compare);
  }

  /** What one has said and not heard back yet, as the outbox has it. */
  get unsent() {
    return this.#outbox.items;
  }

  /** True for whoever talks without rooms. */
  get isBasic() {
    return this.name?.toLowerCase() === "no-rooms";
  }

  /** True where one can talk. */
  get isTalking() {
    return this.isRegistered && (this.isBasic || this.room !== null);
  }

  connect() {
    this.#socket.open();
  }

  /** Says who one is; if there is no connection yet, as soon as there is one. */
  register(name) {
    this.name = name;
    if (this.#send("register", name)) this.#expect("register");
  }

  /** Is nobody again, on a new connection: the server forgets the old one with its name and place. */
  signOut() {
    this.#giveUp("register");
    this.connect();
  }

  /** Makes a room and goes there. */
  create(room) {
    this.#go(room, "new-room");
  }

  /** Goes to a room; the one before is left by that. */
  join(room) {
    this.#go(room, "join-room");
  }

  leave() {
    this.#stay();
    this.#tries = 0;
    this.#goOut();
    this.#outside();
  }

  /** Says something; it is sent as soon as that is possible. False while one is on the way to another room. */
  say(text) {
    if (this.next !== null && this.next !== this.room) return false;
    this.#outbox.add(text);
    this.#changed();
    return true;
  }

  /** Sends anew what was not sent. */
  sayAgain(id) {
    this.#outbox.again(id);
    this.#changed();
  }

  /** Forgets what was not sent. */
  discard(id) {
    this.#outbox.discard(id);
    this.#changed();
  }

  #send(action, value) {
    return this.#socket.send({ action, value, room: this.room ?? "", name: this.name ?? "" });
  }

  #go(room, action) {
    this.next = room;
    this.#isCreating = action === "new-room";
    this.#asks = this.#tries = 0;
    for (const name of ["leave-room", ...ENTERING]) this.#timers.cancel(name);
    if (this.#timers.has("left")) this.#timers.after("left", LEFT_AFTER, () => this.#ask(action));
    else this.#ask(action);
    this.#changed();
  }

  /** Asks to be in the next room. The history that comes as an answer is the proof of being there. */
  #ask(action) {
    this.#early = [];
    if (this.#send(action, this.next)) this.#expect(action);
  }

  /** Is on the way to nowhere: a history that comes yet puts nobody anywhere. */
  #stay() {
    for (const name of ENTERING) this.#timers.cancel(name);
    this.next = null;
    this.#isCreating = false;
  }

  #goOut() {
    this.#send("leave-room", this.room);
    this.#timers.after("left", LEFT_AFTER, () => {});
  }

  #follow(state) {
    if (state === "open" && this.name !== null) this.register(this.name);
    if (state !== "open") this.#lost();
    this.dispatchEvent(new CustomEvent("connection", { detail: state }));
  }

  #lost() {
    this.#timers.cancelAll();
    this.#outbox.lost();
    this.isRegistered = false;
    this.#tries = 0;
    if (!this.#isCreating) this.room ??= this.next;
    this.next = null;
    this.#isCreating = false;
    this.#changed();
  }

  #hear(message) {
    const { type } = message;
    if (type === "signup" && message.updateStatus === "SUCCESS") this.#registered(message.rooms);
    else if (type === "single-room") this.#announced(message.message);
    else if (type === "multi-message") this.#entered(message.messages);
    else if (type === "client-message") this.#said(message);
    else if (type === "delete-room") this.#closed(message.room);
    else if (type === "error") this.#refused(message);
    else if (type === undefined && typeof message.requestId === "string") this.#failed();
  }

  #registered(rooms) {
    if (this.name === null) return; // too late: it was given up
    this.#timers.cancel("register");
    this.isRegistered = this.wasRegistered = true;
    this.#rooms = new Set(Array.isArray(rooms) ? rooms.filter((room) => typeof room === "string") : []);
    const before = this.room;
    if (before !== null && this.#rooms.has(before)) this.join(before);
    else if (before !== null) this.#closed(before);
    if (this.isBasic) this.#outbox.miss("The connection was lost, so it may have been sent or not.");
    this.#changed();
  }

  #announced(room) {
    if (typeof room !== "string") return;
    this.#rooms.add(room);
    if (this.#isCreating && room === this.next) this.join(room);
    this.#changed();
  }

  #entered(history) {
    const isAsked = this.next !== null && !this.#timers.has("left");
    if (!isAsked || !Array.isArray(history)) return;
    const said = history.filter(isMessage);
    const more = missing(said, this.#early);
    // Said here just now, or where one was before? The history tells, once one is in it for sure.
    if (more.length > 0 && this.#askAgain()) return;
    for (const name of ENTERING) this.#timers.cancel(name);
    this.#timers.after("settling", SETTLED_AFTER, () => {});
    this.#arrive([...said, ...more]);
  }

  #askAgain() {
    if (this.#asks === MOST_ASKS) return false;
    this.#asks += 1;
    this.#ask("join-room");
    return true;
  }

  #arrive(history) {
    const known = this.next === this.room ? this.messages : [];
    if (this.next !== this.room) this.#outbox.clear();
    const mine = history.map((message) => ({ ...message, isMine: message.user === this.name }));
    const all = goneOn(known, mine);
    this.messages = all.slice(-MOST_MESSAGES);
    this.room = this.next;
    this.next = null;
    this.#isCreating = false;
    this.#rooms.add(this.room);
    this.#outbox.found((content) => hasCome(content, known, all));
    this.dispatchEvent(new Event("entered"));
    this.#changed();
  }

  #said({ user, message: content }) {
    const message = { user, content, time: new Date().toISOString() };
    if (!isMessage(message)) return;
    if (this.next !== null) this.#early.push(message);
    if (!this.isTalking) return;
    const isEcho = user === this.name && this.#outbox.heard(content);
    if (!isEcho && this.#mayBeKnown(message)) return this.#askWhatIsNew();
    message.isMine = isEcho || (!this.isBasic && user === this.name);
    this.messages = [...this.messages, message].slice(-MOST_MESSAGES);
    this.#changed();
  }

  /** True if one has just come, and this may be on its way since before: the history can tell. */
  #mayBeKnown(message) {
    const isSettling = this.next === null && this.#timers.has("settling");
    return isSettling && this.#asks < MOST_ASKS && endsWith(this.messages, message);
  }

  #askWhatIsNew() {
    this.next = this.room;
    this.#askAgain();
  }

  #closed(room) {
    this.#rooms.delete(room);
    const isHere = room === this.room && (this.next === null || this.next === room);
    if (isHere) this.#shutOut();
    this.#changed();
  }

  /** The room that one was in is closed. */
  #shutOut() {
    const unsent = this.unsent.map(({ content }) => `“${content}”`).join(", ");
    const told = `“${this.room}” is closed: everybody had left.`;
    this.#giveUp("join-room");
    this.#outside();
    this.#report("delete-room", unsent ? `${told} Not sent: ${unsent}` : told);
  }

  #outside() {
    this.room = null;
    this.messages = [];
    this.#outbox.clear();
    this.#changed();
  }

  #refused({ action, message }) {
    if (action === HEARTBEAT.action) return;
    this.#fail(action, typeof message === "string" ? sentence(message) : "The chat service refused that.");
  }

  /** A function failed. API Gateway does not say which one: it is the one that owes an answer. */
  #failed() {
    const action = this.#owing();
    if (action) this.#fail(action, "The chat service failed. Try again in a moment.");
  }

  #owing() {
    const asked = ["register", "join-room", "new-room"].find((action) => this.#timers.has(action));
    if (asked) return asked;
    if (this.unsent.some(({ state }) => state === "sending")) return "dispatch";
    return this.#timers.has("left") ? "leave-room" : null;
  }

  #expect(action) {
    const silent = () => this.#fail(action, "The chat service does not answer. Try again in a moment.");
    this.#timers.after(action, ANSWER_WITHIN, silent);
  }

  #fail(action, message) {
    if (action === "dispatch" && this.#outbox.refused(message)) return this.#changed();
    const isEntering = ENTERING.includes(action);
    if ((isEntering && this.next === null) || this.#triesAgain(action)) return;
    const isOut = isEntering && this.next === this.room;
    const isAnew = action === "register" && this.wasRegistered;
    this.#giveUp(action);
    // Whatever is wrong with this connection is not to be in the way of the next name.
    if (isAnew) this.connect();
    if (isOut) this.#outside();
    this.#report(action, (TOO_LATE[action] ?? "") + message);
  }

  /** What follows by itself from what somebody did is tried again. */
  #triesAgain(action) {
    const isBack = this.next !== null && this.next === this.room && this.#rooms.has(this.room);
    if (action === "register" && this.wasRegistered) return this.#later(action, () => this.register(this.name));
    if (action === "join-room" && isBack) return this.#later(action, () => this.#ask(action));
    const isOut = action === "leave-room" && this.room === null && this.next === null;
    return isOut && this.#later(action, () => this.#goOut());
  }

  #later(action, attempt) {
    const pause = AGAIN_AFTER[this.#tries];
    this.#tries += 1;
    if (pause !== undefined) this.#timers.after(action, pause, attempt);
    return pause !== undefined;
  }

  /** Takes back what was asked for in vain. */
  #giveUp(action) {
    this.#timers.cancel(action);
    if (action === "register") {
      this.name = null;
      this.wasRegistered = this.isRegistered = false;
      this.#outside();
    }
    if (action === "register" || ENTERING.includes(action)) this.#stay();
    this.#changed();
  }

  #report(action, message) {
    this.dispatchEvent(new CustomEvent("problem", { detail: { action, message } }));
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

/** What the server says to programs, as one says it to a person. */
function sentence(text) {
  const quoted = text.replace(/`(.*)`/s, "“$1”");
  return quoted.charAt(0).toUpperCase() + quoted.slice(1) + (quoted.endsWith(".") ? "" : ".");
}
