// The session of the chat without its page: what comes late, at once or never, at a clock that the test moves.
// Starts no browser and no server; a socket that is played stands for both.

import assert from "node:assert/strict";
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { beforeEach, mock, test } from "node:test";
import { pathToFileURL } from "node:url";

import { given } from "./machine.mjs";

/** The server's end of the last connection that was opened. */
let server;

class PlayedSocket {
  static OPEN = 1;
  readyState = 0;
  /** What the page sent, the oldest first. */
  heard = [];

  constructor() {
    server = this;
  }

  send(text) {
    this.heard.push(JSON.parse(text));
  }

  close() {
    this.readyState = 3;
  }

  opens() {
    this.readyState = PlayedSocket.OPEN;
    this.onopen();
  }

  breaks() {
    this.readyState = 3;
    this.onclose();
  }

  says(message) {
    this.onmessage({ data: JSON.stringify(message) });
  }

  /** `[action, value]` of what was sent since this was asked. */
  takes() {
    return this.heard.splice(0).map(({ action, value }) => [action, value]);
  }
}

for (const [name, value] of Object.entries({
  WebSocket: PlayedSocket,
  document: { addEventListener() {}, hidden: false },
  navigator: { onLine: true },
  addEventListener() {},
})) Object.defineProperty(globalThis, name, { value, configurable: true });

/** The page's files as they lie when it is deployed: beside `shared`. */
const folder = `${given("FOLDER")}/page`;
rmSync(folder, { recursive: true, force: true });
for (const [part, place] of [["chat", folder], ["shared", `${folder}/shared`]]) {
  cpSync(new URL(`../../web/${part}`, import.meta.url), place, { recursive: true });
}
writeFileSync(`${folder}/package.json`, `{ "type": "module" }`);
const { Session } = await import(pathToFileURL(`${folder}/session.js`));
const { Outbox } = await import(pathToFileURL(`${folder}/outbox.js`));

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

function registered(rooms) {
  return { type: "signup", updateStatus: "SUCCESS", rooms };
}

/** A history: a text for each message, after the first letter of who said it. */
function history(...said) {
  const names = { A: "Ada", B: "Ben" };
  const messages = said.map((text) => ({ user: names[text[0]], content: text.slice(2), time: "" }));
  return { type: "multi-message", messages };
}

/** Ada's session, registered where these rooms are. */
function ada(...rooms) {
  const session = new Session("wss://played");
  session.connect();
  server.opens();
  session.register("Ada");
  server.says(registered(rooms));
  server.takes();
  return session;
}

function isIn(session, room, messages) {
  assert.deepEqual([session.room, session.next], [room, null]);
  assert.deepEqual(session.messages.map(({ user, content }) => `${user[0]} ${content}`), messages);
}

test("who leaves while the history is on its way stays out, and nothing is told of it", () => {
  const session = ada("Here");
  const problems = [];
  session.addEventListener("problem", ({ detail }) => problems.push(detail));
  session.join("Here");
  server.says(history("B ok"));
  // What may be on its way since before: the history is asked for once more.
  server.says({ type: "client-message", user: "Ben", message: "ok" });
  assert.equal(session.next, "Here");
  session.leave();
  assert.deepEqual(server.takes(), [["join-room", "Here"], ["join-room", "Here"], ["leave-room", "Here"]]);
  server.says(history("B ok"));
  isIn(session, null, []);
  mock.timers.tick(60_000);
  isIn(session, null, []);
  assert.deepEqual([server.takes(), problems], [[], []]);
});

test("a history that comes late is not that of the room where one goes next", () => {
  const session = ada("Here", "There");
  session.join("Here");
  server.says(history("B ok"));
  session.leave();
  session.join("There");
  server.says(history("B ok"));
  assert.deepEqual([session.room, session.next], [null, "There"]);
  mock.timers.tick(1_000);
  assert.deepEqual(server.takes().at(-1), ["join-room", "There"]);
  server.says(history("B welcome"));
  isIn(session, "There", ["B welcome"]);
});

/** Ada says something, the connection breaks, and this is the history when she is back. What she sends then. */
function comesBack(session, text, ...said) {
  session.say(text);
  assert.deepEqual(server.takes().at(-1), ["dispatch", text]);
  server.breaks();
  session.connect();
  server.opens();
  server.says(registered(["Here"]));
  server.says(history(...said));
  assert.deepEqual(server.takes().slice(0, 2), [["register", "Ada"], ["join-room", "Here"]]);
  return session.unsent.map(({ content, state }) => [content, state]);
}

test("an older message of the same text does not stand for one that was lost", () => {
  const session = ada("Here");
  session.join("Here");
  server.says(history("B 1", "A hi", "B 2"));
  // No overlap: one that was missed lies between those that are known.
  assert.deepEqual(comesBack(session, "hi", "B 1", "A hi", "B missed", "B 2"), [["hi", "sending"]]);
});

test("with or without an overlap, what has arrived is not said again", () => {
  for (const said of [["B 1", "A hi", "B 2", "A hi"], ["B 1", "A hi", "B missed", "B 2", "A hi"]]) {
    const session = ada("Here");
    session.join("Here");
    server.says(history("B 1", "A hi", "B 2"));
    assert.deepEqual(comesBack(session, "hi", ...said), []);
    isIn(session, "Here", said);
  }
});

test("what comes back is what is on its way, or else what was given up, and never what waits", () => {
  const sent = [];
  const outbox = new Outbox({ send: (text) => sent.push(text) > 0, changed() {} });
  const states = () => outbox.items.map(({ id, state }) => [id, state]);
  outbox.add("hi");
  mock.timers.tick(30_000);
  for (const text of ["hi", "hi"]) outbox.add(text);
  assert.deepEqual(states(), [["1", "failed"], ["2", "sending"], ["3", "waiting"]]);
  assert.ok(outbox.heard("hi"));
  assert.deepEqual(states(), [["1", "failed"], ["3", "sending"]]);
  assert.ok(outbox.heard("hi"));
  assert.deepEqual(states(), [["1", "failed"]]);
  assert.ok(outbox.heard("hi"));
  assert.deepEqual(states(), []);
  assert.deepEqual(sent, ["hi", "hi", "hi"]);

  outbox.add("other");
  outbox.add("hi");
  assert.equal(outbox.heard("hi"), false);
  assert.deepEqual(states(), [["4", "sending"], ["5", "waiting"]]);
});

test("an answer to a registration that was given up makes nobody", () => {
  const session = new Session("wss://played");
  session.connect();
  server.opens();
  session.register("Ada");
  mock.timers.tick(30_000);
  assert.equal(session.name, null);
  server.says(registered(["Here"]));
  assert.deepEqual([session.name, session.isRegistered, session.wasRegistered], [null, false, false]);
  session.register("Ada");
  server.says(registered(["Here"]));
  assert.deepEqual([session.name, session.isRegistered, session.rooms], ["Ada", true, ["Here"]]);
});
