// One subscription to an AppSync API over its real-time WebSocket, which comes back by itself.
// Knows nothing of what is subscribed to; what happened while it was away is for others to ask.
//
// https://docs.aws.amazon.com/appsync/latest/devguide/real-time-websocket-client.html

import { LiveSocket } from "./shared/socket.js";
import { Timers } from "./shared/timers.js";

const ID = "1";
/** Milliseconds for the handshake, from the open socket to the subscription that is in force. */
const HANDSHAKE = 15_000;
/** The longest silence of a connection that does not say how long to wait for its next `ka`. */
const SILENCE = 5 * 60_000;

/**
 * Events: `state` (its `detail` as a `LiveSocket`'s; `open` means that the subscription is in force), `data` (its
 * `detail` is the object that came) and `problem` (its `detail` is what the service refused with).
 */
export class Subscription extends EventTarget {
  #socket;
  #start;
  #state = "closed";
  #timers = new Timers();

  constructor({ graphqlUrl, realtimeUrl, apiKey }, query, variables) {
    super();
    const authorization = { host: new URL(graphqlUrl).host, "x-api-key": apiKey };
    const payload = { data: JSON.stringify({ query, variables }), extensions: { authorization } };
    this.#start = { id: ID, type: "start", payload };
    this.#socket = new LiveSocket(address(realtimeUrl, authorization), { heartbeat: null, protocols: "graphql-ws" });
    this.#socket.addEventListener("state", ({ detail }) => this.#follow(detail));
    this.#socket.addEventListener("message", ({ detail }) => this.#hear(detail));
  }

  open() {
    this.#socket.open();
  }

  /** Ends the subscription for good; only `open` starts it again. */
  close() {
    this.#socket.close();
  }

  #follow(state) {
    this.#timers.cancelAll();
    if (state !== "open") return this.#report(state);
    this.#timers.after("handshake", HANDSHAKE, () => this.#socket.giveUp());
    this.#socket.send({ type: "connection_init" });
  }

  #hear({ type, id, payload }) {
    if (type === "connection_ack") this.#acknowledged(payload);
    else if (type === "connection_error") this.#refused(payload);
    else if (id !== ID) return;
    else if (type === "start_ack") this.#started();
    else if (type === "data") this.#received(payload);
    else if (type === "error" || type === "complete") this.#refused(payload);
  }

  /** From here on the other side sends a `ka` a minute: silence means that it is gone. */
  #acknowledged(payload) {
    this.#socket.expectWithin(payload?.connectionTimeoutMs ?? SILENCE);
    this.#socket.send(this.#start);
  }

  #started() {
    this.#timers.cancelAll();
    this.#report("open");
  }

  #received(payload) {
    if (payload?.data) this.dispatchEvent(new CustomEvent("data", { detail: payload.data }));
  }

  /** A refusal may pass, as one for too many connections does. */
  #refused(payload) {
    const detail = payload?.errors?.[0]?.message ?? "the subscription was ended";
    this.dispatchEvent(new CustomEvent("problem", { detail }));
    this.#socket.giveUp();
  }

  #report(state) {
    if (state === this.#state) return;
    this.#state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: state }));
  }
}

/** The URL of the socket. A page cannot set headers of a WebSocket, so that of the key travels in the query. */
function address(realtimeUrl, authorization) {
  const url = new URL(realtimeUrl);
  url.searchParams.set("header", btoa(JSON.stringify(authorization)));
  url.searchParams.set("payload", btoa("{}"));
  return url.href;
}
