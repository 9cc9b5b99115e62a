// The REST API of the notes, as functions.
// Shows nothing and retries nothing: what to do about a failure is the page's matter.

import { request, RequestProblem } from "./shared/request.js";

const WORDS = { 404: "This note is gone: someone deleted it.", 413: "This note is too long." };

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
      if (!Array.isArray(notes)) throw new RequestProblem(answer.status, "The answer is not a list of notes.");
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

async function orNone(asked) {
  try {
    return await asked;
  } catch (problem) {
    if (problem.status === 404) return null;
    throw problem;
  }
}

async function ask(method, url, body) {
  const headers = body && { "Content-Type": "application/json" };
  const options = { method, headers, body: body && JSON.stringify(body) };
  try {
    return await request(url, { service: "The notes service", words: WORDS, ...options });
  } catch (problem) {
    if (problem.status === 413) problem.field = "content";
    throw problem;
  }
}
