// What all pages share, in Node: the socket that comes back by itself with a time of its own, and requests.
// Elements and forms are seen in the tests of the pages.

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";

import { backOff } from "../../web/shared/backoff.js";
import { lengthProblem } from "../../web/shared/form.js";
import { recall, remember } from "../../web/shared/memory.js";
import { RequestProblem, request } from "../../web/shared/request.js";
import { LiveSocket } from "../../web/shared/socket.js";

const MINUTE = 60_000;
/** After so long without a frame API Gateway closes a connection. */
const IDLE_LIMIT = 10 * MINUTE;

/** A WebSocket whose other side is played by the test. */
class Wire {
  static OPEN = 1;
  static all = [];

  static get last() {
    return Wire.all.at(-1);
  }

  readyState = 0;
  sent = [];

  constructor(url, protocols) {
    Object.assign(this, { url, protocols });
    Wire.all.push(this);
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.readyState = 3;
  }

  opens() {
    this.readyState = Wire.OPEN;
    this.onopen?.();
  }

  says(data) {
    this.onmessage?.({ data });
  }

  drops() {
    this.readyState = 3;
    this.onclose?.();
  }
}

/** The part of a browser that these modules look at. */
function browser() {
  const events = new EventTarget();
  globalThis.addEventListener = events.addEventListener.bind(events);
  globalThis.dispatchEvent = events.dispatchEvent.bind(events);
  globalThis.document = Object.assign(new EventTarget(), { hidden: false });
  Object.defineProperty(globalThis, "navigator", { value: { onLine: true }, configurable: true });
  globalThis.WebSocket = Wire;
  Wire.all = [];
}

const happens = (type, target = globalThis, more = {}) => target.dispatchEvent(Object.assign(new Event(type), more));

function network(isThere) {
  navigator.onLine = isThere;
  happens(isThere ? "online" : "offline");
}

/** A socket that was told to open, what it says of itself, and what it heard. */
function live(options) {
  const socket = new LiveSocket("wss://example.org/dev", options);
  const [states, messages] = [[], []];
  socket.addEventListener("state", ({ detail }) => states.push(detail));
  socket.addEventListener("message", ({ detail }) => messages.push(detail));
  socket.open();
  return { socket, states, messages };
}

function opened(options) {
  const all = live(options);
  Wire.last.opens();
  return all;
}

/** For timers that are set meanwhile, it is the end of that time already. */
const goBy = (milliseconds) => mock.timers.tick(milliseconds);

/** How long it takes until there is another attempt, to the millisecond. */
function untilNext(most = 2 * MINUTE) {
  const attempts = Wire.all.length;
  for (let passed = 0; passed < most; passed += 1) {
    if (Wire.all.length > attempts) return passed;
    goBy(1);
  }
  return null;
}

beforeEach(() => {
  browser();
  mock.timers.enable({ apis: ["setTimeout"] });
  // The longest that jitter makes of a delay.
  mock.method(Math, "random", () => 1);
});
afterEach(() => mock.reset());

describe("a connection", () => {
  test("says how it is, and gives what is JSON to the page", () => {
    const { socket, states, messages } = live({ protocols: ["graphql-ws"] });
    assert.deepEqual([Wire.last.url, Wire.last.protocols], ["wss://example.org/dev", ["graphql-ws"]]);
    assert.equal(socket.send({ too: "early" }), false);
    Wire.last.opens();
    for (const frame of [`{"n":1}`, "", "no JSON", "null", "7", `"text"`, "[1]", `{"n":2}`]) Wire.last.says(frame);
    assert.deepEqual(messages, [{ n: 1 }, { n: 2 }]);
    assert.equal(socket.send({ in: "time" }), true);
    assert.deepEqual(Wire.last.sent, [{ in: "time" }]);
    assert.deepEqual(states, ["connecting", "open"]);
    assert.equal(socket.state, "open");
  });

  test("that is closed stays closed, and late events of it are nobody's", () => {
    const { socket, states, messages } = opened();
    const wire = Wire.last;
    socket.close();
    assert.equal(wire.readyState, 3);
    wire.says(`{"n":1}`);
    wire.drops();
    happens("online");
    happens("visibilitychange", document);
    assert.equal(untilNext(), null);
    assert.deepEqual([states, messages], [["connecting", "open", "closed"], []]);
    socket.open();
    Wire.last.opens();
    assert.deepEqual(states.slice(3), ["connecting", "open"]);
  });

  test("that is opened anew leaves the one before", () => {
    const { socket, states } = opened();
    const before = Wire.last;
    socket.open();
    assert.equal(before.readyState, 3);
    Wire.last.opens();
    before.drops();
    assert.equal(Wire.all.length, 2);
    assert.deepEqual(states, ["connecting", "open", "connecting", "open"]);
  });
});

describe("a lost connection", () => {
  test("comes back after twice as long every time, but within half a minute", () => {
    const { states } = live();
    const delays = Array.from({ length: 9 }, () => (Wire.last.drops(), untilNext()));
    assert.deepEqual(delays, [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    assert.deepEqual(states, ["connecting", "reconnecting"]);
  });

  test("comes back soon again once one was good for a while", () => {
    opened();
    for (const [lived, delay] of [[4999, 500], [4999, 1000], [5000, 500], [0, 1000]]) {
      goBy(lived);
      Wire.last.drops();
      assert.equal(untilNext(), delay, `after ${lived} ms`);
      Wire.last.opens();
    }
  });

  test("is not waited for if it never opens", () => {
    live();
    goBy(14_999);
    assert.equal(Wire.last.readyState, 0);
    goBy(1);
    assert.equal(Wire.last.readyState, 3);
    assert.equal(untilNext(), 500);
  });

  test("comes back at another moment for each of many pages", () => {
    const delays = Array.from({ length: 1000 }, (_, index) => {
      return backOff(3, { first: 500, most: 30_000, random: () => index / 1000 });
    });
    assert.equal(Math.min(...delays), 2000);
    assert.ok(Math.max(...delays) < 4000);
    assert.equal(new Set(delays).size, 1000);
  });

  test("is being offline while the browser knows of no network", () => {
    const { states } = opened();
    network(false);
    assert.deepEqual(states, ["connecting", "open"]);
    Wire.last.drops();
    assert.equal(states.at(-1), "offline");
    network(true);
    // Not after the delay, but at once.
    assert.equal(Wire.all.length, 2);
    assert.equal(states.at(-1), "reconnecting");
    Wire.last.opens();
    assert.equal(states.at(-1), "open");
  });

  test("is tried at once when somebody looks at the page again", () => {
    opened();
    for (const look of [
      () => happens("visibilitychange", document),
      () => happens("pageshow", globalThis, { persisted: true }),
    ]) {
      Wire.last.drops();
      const attempts = Wire.all.length;
      look();
      assert.equal(Wire.all.length, attempts + 1);
      Wire.last.opens();
    }
  });

  test("may be one that the page gave up", () => {
    const { socket, states } = opened();
    socket.giveUp();
    assert.deepEqual(states, ["connecting", "open", "reconnecting"]);
    assert.equal(untilNext(), 500);
    Wire.last.drops();
    socket.giveUp();
    assert.equal(untilNext(), 1000, "it was given up already");
  });
});

describe("an idle connection", () => {
  test("is kept by a heartbeat well within the idle limit", () => {
    opened();
    goBy(4 * MINUTE - 1);
    assert.deepEqual(Wire.last.sent, []);
    goBy(1);
    assert.deepEqual(Wire.last.sent, [{ action: "heartbeat" }]);
    Wire.last.says(`{"message":"Forbidden"}`);
    let idle = 0;
    for (let minute = 0, sent = 1; minute < 120; minute += 1) {
      goBy(MINUTE);
      idle = Wire.last.sent.length > sent ? 0 : idle + MINUTE;
      assert.ok(idle < IDLE_LIMIT / 2, `${idle} ms without a frame`);
      if (Wire.last.sent.length > sent) Wire.last.says("{}");
      sent = Wire.last.sent.length;
    }
    assert.equal(Wire.all.length, 1);
    assert.equal(Wire.last.sent.length, 31);
  });

  test("needs none while there are frames, in either direction", () => {
    const { socket } = opened();
    for (let minute = 0; minute < 30; minute += 3) {
      goBy(3 * MINUTE);
      if (minute % 2) socket.send({ n: minute });
      else Wire.last.says("{}");
    }
    assert.ok(Wire.last.sent.every(({ action }) => !action));
  });

  test("that does not answer is a lost one", () => {
    const { states } = opened();
    goBy(4 * MINUTE);
    goBy(14_999);
    assert.equal(states.at(-1), "open");
    goBy(1);
    assert.equal(states.at(-1), "reconnecting");
    assert.equal(untilNext(), 500);
  });

  test("gets no more time to answer by being asked again", () => {
    const { states } = opened();
    goBy(4 * MINUTE);
    goBy(10_000);
    happens("visibilitychange", document);
    assert.equal(Wire.last.sent.length, 2);
    goBy(5000);
    assert.equal(states.at(-1), "reconnecting");
  });

  test("may be silent where no answer is expected, and without a heartbeat", () => {
    opened({ heartbeat: { answerWithin: null } });
    goBy(4 * MINUTE);
    goBy(30_000);
    opened({ heartbeat: null });
    goBy(IDLE_LIMIT);
    happens("online");
    assert.deepEqual(Wire.all.map(({ sent, readyState }) => [sent.length > 0, readyState]), [[true, 1], [false, 1]]);
  });

  test("is a lost one after the silence that the other side promised not to keep", () => {
    const { socket, states } = opened({ heartbeat: null });
    socket.expectWithin(1000);
    for (let second = 0; second < 5; second += 1) (goBy(999), Wire.last.says("{}"));
    assert.equal(states.at(-1), "open");
    goBy(1000);
    assert.equal(states.at(-1), "reconnecting");
    untilNext();
    Wire.last.opens();
    Wire.last.says("{}");
    goBy(IDLE_LIMIT);
    assert.equal(states.at(-1), "open", "the promise was that of the connection before");
  });
});

describe("a request", () => {
  const ask = (more = {}) => request("https://example.org/", { service: "The kitchen", ...more });
  const answers = (status, body, headers = {}) => {
    mock.method(globalThis, "fetch", async () => new Response(body, { status, headers }));
  };

  async function fails(status, message, more) {
    await assert.rejects(ask(more), (problem) => {
      assert.ok(problem instanceof RequestProblem);
      assert.deepEqual([problem.status, problem.message], [status, message]);
      return true;
    });
  }

  test("gives what was answered", async () => {
    answers(202, `{"order_id":"7"}`);
    assert.deepEqual(await (await ask({ method: "POST" })).json(), { order_id: "7" });
    const [{ arguments: [url, options] }] = fetch.mock.calls;
    assert.equal(url, "https://example.org/");
    assert.deepEqual([options.method, options.cache], ["POST", "no-store"]);
    assert.ok(options.signal instanceof AbortSignal);
  });

  test("that is refused is told in the words of whoever refused it, or of the page", async () => {
    answers(400, `{"message":"the title is empty"}`);
    await fails(400, "the title is empty");
    await fails(400, "Too long.", { words: { 400: "Too long." } });
    for (const body of ["", "<html>", "[]", "null", `{"message":7}`, `{"message":""}`]) {
      answers(404, body);
      await fails(404, "The kitchen failed (404). Try again in a moment.");
    }
    answers(429, "");
    await fails(429, "Too many requests at once. Try again in a moment.");
  });

  test("that fails tells nobody of the inside", async () => {
    answers(502, `{"message":"Internal server error"}`);
    await fails(502, "The kitchen failed (502). Try again in a moment.");
  });

  test("that finds nobody says so", async () => {
    mock.method(globalThis, "fetch", async () => Promise.reject(new TypeError("Failed to fetch")));
    await fails(0, "The kitchen does not answer.");
    navigator.onLine = false;
    await fails(0, "You are offline.");
  });
});

test("a text that is too long is told how long, in characters as Unicode counts them", () => {
  assert.equal(lengthProblem("a😀", 2), "");
  assert.equal(lengthProblem("a😀b", 2), "At most 2 characters; these are 3.");
  assert.equal(lengthProblem("x".repeat(1235), 1234), "At most 1,234 characters; these are 1,235.");
});

test("a page remembers what it can, and works where it may not", () => {
  const kept = new Map();
  globalThis.localStorage = {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, text) => kept.set(name, text),
    removeItem: (name) => kept.delete(name),
  };
  assert.equal(recall("user"), null);
  remember("user", "ada");
  assert.equal(recall("user"), "ada");
  remember("user", null);
  assert.deepEqual([recall("user"), kept.size], [null, 0]);
  const forbidden = () => {
    throw new DOMException("storage is forbidden", "SecurityError");
  };
  globalThis.localStorage = { getItem: forbidden, setItem: forbidden, removeItem: forbidden };
  remember("user", "ada");
  remember("user", null);
  assert.equal(recall("user"), null);
});
