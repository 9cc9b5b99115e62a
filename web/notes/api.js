// The REST API of the notes, as functions.
// Shows nothing and retries nothing: what to do about a failure is the page's matter.

const TIMEOUT = 30_000;

/** A request that failed. `status` is 0 if no answer came; `message` is for the person at the page. */
export class ApiProblem extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** The API below `base`, a URL with the stage in it. */
export function notesApi(base) {
  const root = `${base.replace(/\/+$/, "")}/notes`;
  const one = (id) => `${root}/${encodeURIComponent(id)}`;

  return {
    /** One page: its notes, and the token of the next page or null. */
    async list({ limit, next }) {
      const query = new URLSearchParams({ limit });
      if (next) query.set("next", next);
      const answer = await ask("GET", `${root}?${query}`);
      const notes = await answer.json().catch(() => null);
      if (!Array.isArray(notes)) throw new ApiProblem(answer.status, "The answer is not a list of notes.");
      return { notes: notes.filter(isNote), next: answer.headers.get("Next-Token") || null };
    },

    /** A note, or null if there is none of this id. */
    async read(id) {
      const answer = await orNone(ask("GET", one(id)));
      return answer && (await answer.json());
    },

    /** Stores a note. Its id, or null if the answer's `Location` cannot be read from here. */
    async create(note) {
      const answer = await ask("POST", root, note);
      const location = answer.headers.get("Location");
      return location && decodeURIComponent(location.split("/").pop());
    },

    async replace(id, note) {
      await ask("PUT", one(id), note);
    },

    /** Deletes a note. One that is gone already is no failure. */
    async remove(id) {
      await orNone(ask("DELETE", one(id)));
    },
  };
}

function isNote(value) {
  return typeof value?.id === "string";
}

async function orNone(request) {
  try {
    return await request;
  } catch (problem) {
    if (problem.status === 404) return null;
    throw problem;
  }
}

async function ask(method, url, body) {
  const answer = await send(method, url, body);
  if (answer.ok) return answer;
  throw new ApiProblem(answer.status, (await reason(answer)) ?? ownWords(answer.status));
}

async function send(method, url, body) {
  const headers = body && { "Content-Type": "application/json" };
  const signal = AbortSignal.timeout(TIMEOUT);
  try {
    return await fetch(url, { method, headers, body: body && JSON.stringify(body), signal, cache: "no-store" });
  } catch {
    throw new ApiProblem(0, unreachable());
  }
}

/** What a refusal says about itself. A 5xx speaks of the inside of the service, not to a person. */
async function reason(answer) {
  if (answer.status >= 500) return null;
  const body = await answer.json().catch(() => null);
  return typeof body?.message === "string" && body.message ? body.message : null;
}

function ownWords(status) {
  if (status === 404) return "This note is gone: someone deleted it.";
  if (status === 413) return "This note is too long.";
  if (status === 429) return "Too many requests at once. Try again in a moment.";
  return `The notes service failed (${status}). Try again in a moment.`;
}

function unreachable() {
  return navigator.onLine ? "The notes service does not answer." : "You are offline.";
}
