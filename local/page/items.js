// What a table or a queue holds, read from `local` when it changed, a page at a time.
// Changes nothing: a message that is looked at here is not received.

import { showEach, write } from "./shared/elements.js";
import { holding } from "./shared/form.js";
import { Timers } from "./shared/timers.js";
import { make } from "./elements.js";
import { ask } from "./feed.js";
import { arrowKey } from "./happening.js";
import { section } from "./sections.js";
import { attributes, cell, counted, indented, time } from "./values.js";

const PAGE = 25;
/** A value so long stays in one line. */
const SHORT = 40;
/** Milliseconds between two readings of something that changes all the time. */
const BETWEEN = 400;

/** What is read anew whenever `version()` answers another text than before; `close` when nobody looks any more. */
function followed(version, read) {
  const timers = new Timers();
  let shown = null;
  let isReading = false;
  let isClosed = false;
  const show = () => {
    if (isClosed || isReading || timers.has("read") || version() === shown) return;
    timers.after("read", shown === null ? 0 : BETWEEN, async () => {
      [isReading, shown] = [true, version()];
      await read();
      isReading = false;
      show();
    });
  };
  return { show, close: () => ((isClosed = true), timers.cancelAll()) };
}

/** The items of a table, the keys in the first columns. */
export function itemsSection(store, name) {
  const parts = {
    table: make("table.items"),
    note: make("p.faint.small", "Reading…"),
    more: make("button.button", "More", { type: "button" }),
  };
  const read = { items: [], keys: [], next: null, pages: 1 };
  const { show, close } = followed(
    () => tableVersion(store, name),
    () => readAll(name, read, parts),
  );
  parts.more.hidden = true;
  parts.more.addEventListener("click", () => holding(parts.more, () => readMore(name, read, parts)));
  const scroller = make("div.scroller", parts.table, { tabindex: 0, role: "region", "aria-label": "Items" });
  return { ...section("Items", make("div", parts.note, scroller, parts.more), show), close };
}

/** Another text whenever something may have written into the table. */
function tableVersion(store, name) {
  const { items } = store.state?.tables.find((each) => each.name === name) ?? {};
  const arriving = (store.graph?.arrows ?? []).filter(({ to }) => to === name || to === `${name} stream`);
  return [items, ...arriving.map((arrow) => store.count(arrowKey(arrow)).calls)].join();
}

async function readAll(name, read, parts) {
  const before = { items: [], keys: [], next: null };
  await attempt(parts, async () => {
    for (let page = 0; page < read.pages && (page === 0 || before.next); page += 1)
      append(before, await readPage(name, before.next));
    Object.assign(read, before);
    showItems(read, parts);
  });
}

async function readMore(name, read, parts) {
  await attempt(parts, async () => {
    append(read, await readPage(name, read.next));
    read.pages += 1;
    showItems(read, parts);
  });
}

async function attempt({ note }, action) {
  try {
    await action();
  } catch (problem) {
    note.hidden = false;
    write(note, `They cannot be read: ${problem.message}`);
  }
}

function readPage(name, after) {
  return ask(`tables/${name}/items?limit=${PAGE}${after ? `&after=${encodeURIComponent(after)}` : ""}`);
}

function append(read, { items, keys, next }) {
  read.items = [...read.items, ...items];
  read.keys = keys;
  read.next = next ?? null;
}

function showItems({ items, keys, next }, { table, note, more }) {
  const names = attributes(items, keys);
  const head = make(
    "thead",
    make(
      "tr",
      names.map((name) => make("th", name, keys.includes(name) && make("span.faint", " key"), { scope: "col" })),
    ),
  );
  const rows = items.map((item) =>
    make(
      "tr",
      names.map((name) => newCell(item[name], keys.includes(name))),
    ),
  );
  table.replaceChildren(...(items.length > 0 ? [head, make("tbody", rows)] : []));
  note.hidden = items.length > 0;
  write(note, "It is empty.");
  more.hidden = next === null;
}

function newCell(value, isKey) {
  const text = cell(value);
  const isLong = text.length > SHORT;
  const content = make(isLong ? "div.long" : "div", text, { title: isLong && text });
  return make(isKey ? "th" : "td", content, { scope: isKey && "row", class: isKey && "key" });
}

/** What waits in a queue. */
export function messagesSection(store, name) {
  const list = make("ol.plain.messages");
  const note = make("p.faint.small", "Reading…");
  const version = () => {
    const { visible, hidden, delayed } = store.state?.queues.find((each) => each.name === name) ?? {};
    return [visible, hidden, delayed].join();
  };
  const { show, close } = followed(version, () =>
    attempt({ note }, async () => {
      const { messages } = await ask(`queues/${name}/messages?limit=20`);
      note.hidden = messages.length > 0;
      write(note, "It is empty.");
      showEach(list, messages, { key: ({ id }) => id, make: newMessage, show: showMessage });
    }),
  );
  return { ...section("Messages", make("div", note, list), show), close };
}

function newMessage({ id, body, sentAt }) {
  return make(
    "li",
    make(
      "details",
      make(
        "summary",
        make("time", time(sentAt)),
        make("code.small", id),
        make("span.faint.small", { "data-receives": "" }),
      ),
      make("pre.small", indented(body), { tabindex: 0 }),
    ),
  );
}

function showMessage(entry, { receives }) {
  write(entry.querySelector("[data-receives]"), `received ${counted(receives, "time")}`);
}
