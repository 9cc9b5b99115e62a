// A request over HTTP whose failures are in words for the person at the page.
// Retries nothing, caches nothing unless told to: what to do about a failure is the page's matter.

const TIMEOUT = 30_000;

/** A request that failed. `status` is 0 if no answer came; `message` is for the person at the page. */
export class RequestProblem extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/**
 * The answer to a request, if it is a 2xx.
 * - `service`: what the other side is called, as the beginning of a sentence
 * - `words`: by status, what to say whatever the answer says; others are to say themselves what is wrong
 * - `timeout`: milliseconds for the whole request
 */
export async function request(url, { service, words = {}, timeout = TIMEOUT, ...options }) {
  const answer = await send(url, service, { cache: "no-store", ...options, signal: AbortSignal.timeout(timeout) });
  if (answer.ok) return answer;
  const message = words[answer.status] ?? (await reason(answer)) ?? ownWords(answer.status, service);
  throw new RequestProblem(answer.status, message);
}

async function send(url, service, options) {
  try {
    return await fetch(url, options);
  } catch {
    throw new RequestProblem(0, navigator.onLine ? `${service} does not answer.` : "You are offline.");
  }
}

/** What a refusal says about itself. A 5xx speaks of the inside of the service, not to a person. */
async function reason(answer) {
  if (answer.status >= 500) return null;
  const body = await answer.json().catch(() => null);
  return typeof body?.message === "string" && body.message ? body.message : null;
}

function ownWords(status, service) {
  if (status === 429) return "Too many requests at once. Try again in a moment.";
  return `${service} failed (${status}). Try again in a moment.`;
}
