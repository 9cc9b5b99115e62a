// The page of the notifications: places orders, and shows what the user is told of them.
// Decides nothing about an order.

import { config } from "./shared/config.js";
import { at, write } from "./shared/elements.js";
import { holding, isRight, lengthProblem } from "./shared/form.js";
import { recall, remember } from "./shared/memory.js";
import { request } from "./shared/request.js";
import { LiveSocket } from "./shared/socket.js";
import { showStatus } from "./shared/status.js";
import { plain, showOrders } from "./list.js";
import { Orders } from "./orders.js";

const REMEMBERED = "notifications.user";
/** The service counts characters as Unicode does. */
const LONGEST_USER = 256;
/** After so long without a connection it is worth a word why there may be none. */
const PATIENCE = 8_000;
const MISSED = "Not connected: what happens to your orders now is not shown here later.";
/** A failure that may have placed an order does not ask anybody to try again. */
const failed = (status) => [status, `The order service failed (${status}).`];
const FAILED = Object.fromEntries([500, 502, 503, 504].map(failed));

const orders = new Orders();
/** Signs the user in, where the API asks for it. */
const ticket = new URLSearchParams(location.search).get("ticket");

let user = null;
let socket = null;
let patience = null;

function choose(name) {
  user = name;
  remember(REMEMBERED, name);
  orders.clear();
  for (const place of ["news", "problem", "away"]) tell(place, "");
  at("kitchen").dataset.place = name === null ? "door" : "orders";
  write(at("who"), name === null ? "Who is ordering?" : "Ordering as");
  write(at("name"), name ?? "");
  at("name").dataset.long = String(name?.length > 40);
  at("user-form").hidden = name !== null;
  at("chosen").hidden = at("ordering").hidden = at("status").hidden = name === null;
  socket?.close();
  socket = name === null ? null : connect(name);
}

function connect(name) {
  const url = new URL(config.webSocketUrl);
  url.searchParams.set("user_id", name);
  if (ticket) url.searchParams.set("ticket", ticket);
  const opened = new LiveSocket(url.href);
  opened.addEventListener("state", ({ detail }) => follow(detail));
  opened.addEventListener("message", ({ detail }) => hear(detail));
  opened.open();
  return opened;
}

function follow(state) {
  showStatus(at("status"), state);
  if (state === "open" || state === "closed") stopWaiting();
  else patience ??= setTimeout(() => tell("away", whyNot()), PATIENCE);
  if (state !== "open") doubt();
}

/** Nothing that is told now is heard here. */
function doubt() {
  if (orders.open.length === 0) return;
  orders.doubt();
  tell("away", MISSED);
}

function stopWaiting() {
  clearTimeout(patience);
  patience = null;
  tell("away", "");
}

function whyNot() {
  if (!navigator.onLine) return "You are offline. News of your orders does not reach this page.";
  const reason = ticket
    ? "the ticket in this page’s address has expired, or is another user’s"
    : "it wants a ticket in this page’s address";
  return `The notifications service does not accept the connection. It may be down, or ${reason}.`;
}

/** Takes a message of the service. What is not about an order is not for this page. */
function hear({ order_id: id, order_status: status }) {
  if (!["string", "number"].includes(typeof id) || typeof status !== "string") return;
  if (orders.take(String(id), status)) tell("news", `Order ${id}: ${plain(status)}.`);
}

async function place() {
  const buyer = user;
  tell("problem", "");
  try {
    const id = await order(buyer);
    if (buyer === user) placed(id);
  } catch (problem) {
    if (buyer === user) tell("problem", `${outcome(problem)} ${problem.message}`);
  }
}

/** What is known of an order that is not answered: none was placed if it was refused, or not sent. */
function outcome({ status, isUnsent }) {
  const isRefused = status >= 400 && status < 500;
  return isRefused || isUnsent ? "The order was not placed." : "The order may have been placed or not.";
}

function placed(id) {
  if (orders.take(id, "Order Placed")) tell("news", `Order ${id}: Placed.`);
  if (socket.state !== "open") doubt();
}

/** Places an order; its id. */
async function order(buyer) {
  const answer = await send({ user_id: buyer });
  const { order_id: id } = (await answer.json().catch(() => null)) ?? {};
  if (id === undefined) throw new Error("The answer does not say the order’s number.");
  return String(id);
}

/** Sends an order. Offline at the end of it says nothing: the order may have gone out before. */
async function send(wanted) {
  const isUnsent = !navigator.onLine;
  const headers = { "Content-Type": "application/json" };
  const options = { method: "POST", headers, body: JSON.stringify(wanted) };
  try {
    return await request(config.ordersUrl, { service: "The order service", words: FAILED, ...options });
  } catch (problem) {
    throw Object.assign(problem, { isUnsent });
  }
}

function problemOf(name) {
  if (!name) return "Say who is ordering.";
  return lengthProblem(name, LONGEST_USER);
}

/** Says something in the element `place`. A status that has nothing to say stays, unseen; an alert does not. */
function tell(place, text) {
  write(at(place), text);
  at(place).hidden = !text && place === "problem";
}

at("user-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const name = at("user").value.trim();
  if (!isRight(at("user-form"), { user: problemOf(name) })) return;
  choose(name);
  at("place").focus();
});

at("change").addEventListener("click", () => {
  at("user").value = user;
  choose(null);
  at("user").focus();
});

at("place").addEventListener("click", () => holding(at("place"), place));
orders.addEventListener("change", () => {
  showOrders(at("orders"), orders.newestFirst);
  at("empty").hidden = orders.newestFirst.length > 0;
  write(at("under-way"), orders.open.length > 0 ? `${orders.open.length} on the way` : "");
});
choose(recall(REMEMBERED));
