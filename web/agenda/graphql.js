// Questions to the GraphQL API, as a function.
// Not for subscriptions: those have a socket.

import { request, RequestProblem } from "./shared/request.js";

const SERVICE = "The agenda service";
const REFUSED = "The agenda service refused this page’s key: it may have expired.";

/** `ask(query, variables)` for the API at `graphqlUrl`: the `data` of an answer without `errors`. */
export function graphql({ graphqlUrl, apiKey }) {
  const headers = { "Content-Type": "application/json", "x-api-key": apiKey };
  const common = { service: SERVICE, words: { 401: REFUSED, 403: REFUSED }, method: "POST", headers };
  return async (query, variables) => {
    const answer = await request(graphqlUrl, { ...common, body: JSON.stringify({ query, variables }) });
    const { data, errors } = (await answer.json().catch(() => null)) ?? {};
    if (errors?.length) throw new RequestProblem(answer.status, `${SERVICE} could not answer: ${sentence(errors[0])}`);
    if (!data) throw new RequestProblem(answer.status, `${SERVICE} answered something else than events.`);
    return data;
  };
}

/** What an error says, ended: more may be said after it. */
function sentence({ message }) {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
