// One person's session with the chat: who one is, which rooms there are, where one is and what was said there.
// Touches no element. Believes the server: nothing is shown as said before it comes back.

import { LiveSocket } from "./shared/socket.js";
import { Timers } from "./shared/timers.js";

/** Any answer keeps the connection; to this one it is an error frame, which is nobody's fault. */
const HEARTBEAT = { action: "heartbeat", value: "", room: "", name: "" };
const ANSWER_WITHIN = 12_000;
/** The server handles messages of one connection in any order: what follows a leave waits for so long. */
const LEFT_AFTER = 600;
/** After a lost connection the name may still be the old connection's for a moment. */
const NAME_FREE_AFTER = [500, 1_000, 2_000, 4_000, 8_000];

/**
 * Events: `change`, and with a `detail` `connection` (the socket's state), `said` (a message that came) and
 * `problem` (`{ action, message }`, the message for a person).
 */
export class Session extends EventTarget {
  #socket;
  #timers = new Timers();
  #rooms = new Set();
  #tries = 0;
  /** Messages that came while the history was on its way. */
  #early = [];
  /** True while a room is being made: it is announced, or its history comes if somebody made it before. */
  #isCreating = false;

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
    return [...this.#rooms].sort((a, b) => a.localeCompare(b));
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

  /** Makes a room and goes there. */
  create(room) {
    this.#go(room, "new-room");
    this.#isCreating = true;
  }

  /** Goes to a room; the one before is left by that. */
  join(room) {
    this.#go(room, "join-room");
  }

  leave() {
    this.#send("leave-room", this.room);
    this.#timers.after("left", LEFT_AFTER, () => {});
    this.#outside();
  }

  /** Says something. False if there is no connection. */
  say(text) {
    return this.#send("dispatch", text);
  }

  #send(action, value) {
    return this.#socket.send({ action, value, room: this.room ?? "", name: this.name ?? "" });
  }

  /** The history that the server answers with is the proof of being there. */
  #go(room, action) {
    const ask = () => this.#send(action, room);
    this.next = room;
    this.#early = [];
    this.#isCreating = false;
    if (this.#timers.has("left")) this.#timers.after("left", LEFT_AFTER, ask);
    else ask();
    this.#expect("join-room");
    this.#changed();
  }

  #follow(state) {
    if (state === "open" && this.name !== null) this.register(this.name);
    if (state !== "open") this.#lost();
    this.dispatchEvent(new CustomEvent("connection", { detail: state }));
  }

  #lost() {
    this.#timers.cancelAll();
    this.isRegistered = false;
    this.#tries = 0;
    this.room ??= this.next;
    this.next = null;
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
    else if (type === undefined && message.message === "Internal server error") this.#failed();
  }

  #registered(rooms) {
    this.#timers.cancel("register");
    this.isRegistered = this.wasRegistered = true;
    this.#rooms = new Set(Array.isArray(rooms) ? rooms.filter((room) => typeof room === "string") : []);
    const before = this.room;
    if (before !== null && this.#rooms.has(before)) this.join(before);
    else if (before !== null) this.#closed(before);
    this.#changed();
  }

  #announced(room) {
    if (typeof room !== "string") return;
    this.#rooms.add(room);
    if (this.#isCreating && room === this.next) this.join(room);
    this.#changed();
  }

  #entered(history) {
    if (this.next === null || !Array.isArray(history)) return;
    this.#timers.cancel("join-room");
    this.room = this.next;
    this.next = null;
    this.#rooms.add(this.room);
    this.messages = history.filter(isMessage);
    for (const message of this.#early) if (!this.#isLast(message)) this.messages.push(message);
    this.#changed();
  }

  /** True if the history ends with this message, or has it among the few that came with it. */
  #isLast({ user, content }) {
    const few = this.messages.slice(-this.#early.length);
    return few.some((each) => each.user === user && each.content === content);
  }

  #said({ user, message: content }) {
    const message = { user, content, time: new Date().toISOString() };
    if (!isMessage(message)) return;
    if (this.next !== null) return void this.#early.push(message);
    if (!this.isTalking) return;
    this.messages.push(message);
    this.dispatchEvent(new CustomEvent("said", { detail: message }));
    this.#changed();
  }

  #closed(room) {
    this.#rooms.delete(room);
    if (room === this.room && this.next === null) {
      this.#outside();
      this.#report("delete-room", `“${room}” is closed: everybody had left.`);
    }
    this.#changed();
  }

  #outside() {
    this.room = null;
    this.messages = [];
    this.#changed();
  }

  #refused({ action, message }) {
    if (action === HEARTBEAT.action) return;
    if (action === "register" && this.wasRegistered && this.#tryAgain()) return;
    this.#giveUp(action);
    this.#report(action, typeof message === "string" ? message : "The chat service refused that.");
  }

  #failed() {
    const action = ["register", "join-room"].find((name) => this.#timers.has(name)) ?? "dispatch";
    this.#giveUp(action);
    this.#report(action, "The chat service failed. Try again in a moment.");
  }

  #tryAgain() {
    const pause = NAME_FREE_AFTER[this.#tries++];
    if (pause !== undefined) this.#timers.after("register", pause, () => this.register(this.name));
    return pause !== undefined;
  }

  /** Takes back what was asked for in vain. */
  #giveUp(action) {
    if (action === "register") {
      this.#timers.cancel("register");
      this.name = null;
      this.wasRegistered = this.isRegistered = false;
      this.#outside();
    }
    if (action === "join-room" || action === "new-room") {
      this.#timers.cancel("join-room");
      this.next = null;
    }
    this.#changed();
  }

  #expect(action) {
    this.#timers.after(action, ANSWER_WITHIN, () => {
      this.#giveUp(action);
      this.#report(action, "The chat service does not answer. Try again in a moment.");
    });
  }

  #report(action, message) {
    this.dispatchEvent(new CustomEvent("problem", { detail: { action, message } }));
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

function isMessage({ user, content }) {
  return typeof user === "string" && typeof content === "string";
}
