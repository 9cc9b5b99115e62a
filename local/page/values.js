// Values as people read them: items of DynamoDB, lines of logs, times and counts.
// Knows no element and no happening.

const clock = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
});
const number = new Intl.NumberFormat("en");
const LEVELS = ["ERROR", "WARN", "INFO", "DEBUG", "TRACE"];
/** What every line has, and its reader knows already. */
const USUAL = [
  "level",
  "message",
  "timestamp",
  "time",
  "requestId",
  "request_id",
  "AWSRequestId",
  "xrayTraceId",
  "target",
  "span",
  "spans",
];

/** `20:51:55.102` of a moment in ISO form, or nothing. */
export function time(iso) {
  const moment = new Date(iso ?? NaN);
  return Number.isNaN(moment.getTime()) ? "" : clock.format(moment);
}

/** A count that stays short: `999`, `1.2k`, `34k`. */
export function short(count) {
  if (count < 1000) return String(count);
  return count < 10_000 ? `${(Math.floor(count / 100) / 10).toFixed(1)}k` : `${Math.floor(count / 1000)}k`;
}

/** `1 item`, `3 items`. */
export function counted(count, one, many = `${one}s`) {
  return `${count < 1000 ? count : number.format(count)} ${count === 1 ? one : many}`;
}

/** A value of DynamoDB's JSON as JavaScript has it. Numbers stay the texts they are: they may be too long. */
export function plain(value) {
  const [[type, content] = []] = Object.entries(value ?? {});
  if (type === "L") return content.map(plain);
  if (type === "M") return plainItem(content);
  if (type === "N") return Number.isSafeInteger(Number(content)) ? Number(content) : content;
  return type === "NULL" ? null : content;
}

function plainItem(item) {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plain(value)]));
}

/** A value of DynamoDB's JSON as a text for a cell. */
export function cell(value) {
  if (value === undefined) return "";
  const content = plain(value);
  return typeof content === "string" ? content : JSON.stringify(content);
}

/** Attributes of items: the keys first, then the others in the order of how many items have them. */
export function attributes(items, keys) {
  const count = new Map();
  for (const name of items.flatMap(Object.keys)) count.set(name, (count.get(name) ?? 0) + 1);
  const others = [...count.keys()].filter((name) => !keys.includes(name));
  return [...keys, ...others.sort((a, b) => count.get(b) - count.get(a))];
}

/** JSON on several lines if it is some, and otherwise the text itself. */
export function indented(text) {
  const value = parsed(text);
  return value === null ? text : JSON.stringify(value, null, 2);
}

/**
 * A line that a function wrote: its `level`, its `message`, the `fields` beside it, and all of it in one `text`. It may
 * be JSON, or what `tracing` writes for a terminal.
 */
export function logLine(line) {
  const value = parsed(line);
  const { level, message, fields } = value ? structured(value) : written(line);
  const more = fields.map(([name, content]) => `${name}=${content}`);
  return { level, message, fields, text: [level, message, ...more].filter(Boolean).join(" ") };
}

function structured(value) {
  const inner = typeof value.fields === "object" && value.fields !== null ? value.fields : {};
  const all = { ...value, ...inner };
  const shown = Object.entries(all).filter(([name]) => name !== "fields" && !USUAL.includes(name));
  const fields = shown.map(([name, content]) => [
    name,
    typeof content === "string" ? content : JSON.stringify(content),
  ]);
  return { level: String(all.level ?? "").toUpperCase(), message: String(all.message ?? ""), fields };
}

function written(line) {
  const [, level = "", rest = line] = new RegExp(`^\\s*(${LEVELS.join("|")})\\s+(.*)$`, "s").exec(line) ?? [];
  return { level, message: rest.replace(/^Lambda runtime invoke\{[^}]*\}: /, "").trim(), fields: [] };
}

function parsed(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}
