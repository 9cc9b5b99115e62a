// Steps that people take at the page of the chat, and what they see there.
// Each waits until its step is done; what is wrong then is the test's matter.

import assert from "node:assert/strict";

import { eventually, person, says } from "./browser.mjs";

/** Somebody with the page open: `{ who, tab }`, as `name` if one is given. */
export async function visitor(machine, name = null, options = {}) {
  const who = await person(options);
  const tab = await who.opens(machine.page("Chat"));
  if (name !== null) await registers(tab, name);
  return { who, tab };
}

/** The same, at the end of a wire that can be cut: `{ who, tab, wire }`. */
export async function wired(machine, name) {
  const who = await person();
  const wire = new Wire();
  await who.context.routeWebSocket(/./, (socket) => wire.joins(socket));
  const tab = await who.opens(machine.page("Chat"));
  await registers(tab, name);
  return { who, tab, wire };
}

class Wire {
  #page;
  #server;
  isDown = false;
  /** How often the page tried while it was down. */
  attempts = 0;
  #isHeld = false;
  /** Whether a message to the server is lost. */
  loses = () => false;
  /** Whether a message to the page is lost. */
  mutes = () => false;

  joins(page) {
    this.#page = page;
    if (this.isDown) {
      this.attempts += 1;
      return page.close({ code: 1011 });
    }
    const server = page.connectToServer();
    this.#server = server;
    page.onMessage((text) => this.loses(JSON.parse(text)) || server.send(text));
    server.onMessage((text) => this.mutes(JSON.parse(text)) || page.send(text));
    page.onClose(() => this.#isHeld || server.close());
  }

  /** Both ends see the connection go. */
  async cut() {
    await this.cutHere();
    await this.#server.close();
  }

  /** The page sees it go; the server does not, until what this answers is done. */
  async cutHere() {
    const server = this.#server;
    this.#isHeld = true;
    await this.#page.close({ code: 1011 });
    return () => ((this.#isHeld = false), server.close());
  }

  /** The page hears something that the server did not say, or not now. */
  tells(message) {
    this.#page.send(JSON.stringify(message));
  }
}

export async function registers(tab, name) {
  await tab.locator("#name").fill(name);
  await tab.locator("#name").press("Enter");
  await eventually(async () => assert.notEqual(await place(tab), "door", await tab.locator("#door").innerText()));
}

/** Where one is: `door`, `lobby` or `room`. */
export function place(tab) {
  return tab.locator("#hall").getAttribute("data-place");
}

export async function isAt(tab, expected) {
  await eventually(async () => assert.equal(await place(tab), expected));
}

export async function isIn(tab, room) {
  await isAt(tab, "room");
  await eventually(async () => assert.equal(await tab.locator("#talk-heading").textContent(), room));
}

export async function creates(tab, room) {
  await tab.locator("#room").fill(room);
  await tab.locator("#room").press("Enter");
  await isIn(tab, room.trim());
}

/** Clicks a room on the list. */
export async function joins(tab, room) {
  await (await entry(tab, room)).click();
  await isIn(tab, room);
}

export async function leaves(tab) {
  await tab.locator("#leave").click();
  await isAt(tab, "lobby");
}

/** The names of the rooms that are listed, letter by letter. */
export function rooms(tab) {
  return tab.locator("#rooms button").allTextContents();
}

/** The button of a room. */
export async function entry(tab, room) {
  const index = await eventually(async () => {
    const found = (await rooms(tab)).indexOf(room);
    assert.notEqual(found, -1, `${room} is not among ${await rooms(tab)}`);
    return found;
  });
  return tab.locator("#rooms button").nth(index);
}

export async function lists(tab, expected) {
  await eventually(async () => assert.deepEqual((await rooms(tab)).sort(), [...expected].sort()));
}

/** Writes a text and presses Enter. */
export async function speaks(tab, text) {
  await tab.locator("#text").fill(text);
  await tab.locator("#text").press("Enter");
}

/** What is to be read: `[user, text]` each, letter by letter. */
export function talk(tab) {
  return tab.locator("#messages > li").evaluateAll((items) => {
    const text = (item, name) => item.querySelector(`[data-${name}]`).textContent;
    return items.map((item) => [text(item, "user"), text(item, "text")]);
  });
}

export async function reads(tab, expected) {
  await eventually(async () => assert.deepEqual(await talk(tab), expected));
}

/** What was said and has not come back: text and state each. */
export function unsent(tab) {
  return tab.locator("#unsent > li").evaluateAll((items) =>
    items.map((item) => [item.querySelector("[data-text]").textContent, item.dataset.state]));
}

/** Clients without a page, in a tab of somebody: each with a name, in a room. */
export async function crowd(tab, machine, members) {
  await tab.evaluate(async ({ url, members }) => {
    const heard = (socket, expected) => new Promise((done) => {
      socket.addEventListener("message", function hear({ data }) {
        if (!expected(JSON.parse(data))) return;
        socket.removeEventListener("message", hear);
        done();
      });
    });
    const asks = async (socket, action, value, expected) => {
      const answer = heard(socket, expected);
      socket.send(JSON.stringify({ action, value, room: "", name: "" }));
      await answer;
    };
    const comes = async ({ name, room }) => {
      const socket = new WebSocket(url);
      await new Promise((open) => (socket.onopen = open));
      await asks(socket, "register", name, ({ type }) => type === "signup");
      const isThere = ({ type, message }) => type === "multi-message" || (type === "single-room" && message === room);
      await asks(socket, "new-room", room, isThere);
      return socket;
    };
    globalThis.crowd = new Map();
    for (const member of members) globalThis.crowd.set(member.name, await comes(member));
    const isSaid = (text) => ({ type, message }) => type === "client-message" && message === text;
    globalThis.crowdSays = (name, text) => asks(globalThis.crowd.get(name), "dispatch", text, isSaid(text));
  }, { url: machine.output("Chat", "WebSocketUrl"), members });
}

/** Somebody of the crowd says something, one text after the other. */
export async function crowdSays(tab, name, texts) {
  await tab.evaluate(async ({ name, texts }) => {
    for (const text of texts) await globalThis.crowdSays(name, text);
  }, { name, texts });
}

/** The overlay is there, over all else, with the keyboard in it. */
export async function isAway(tab) {
  await eventually(async () => assert.ok(await tab.locator("#away:modal").isVisible()));
  await eventually(async () => assert.equal(await tab.evaluate(() => document.activeElement.id), "reconnect"));
}

export async function isBack(tab) {
  await tab.locator("#away").waitFor({ state: "hidden" });
  await says(tab.locator("#status"), "Live");
}
