// Messages that came one by one, and histories that came at once, brought together.
// Asks nobody. Live messages have no time of the server's, so who and what is all there is to compare.

/** So many of the newest may be on their way to all while the history is read. */
const FEW = 5;

/** True for what can be shown as a message. */
export function isMessage({ user, content }) {
  return typeof user === "string" && typeof content === "string";
}

function isSame(one, other) {
  return one.user === other.user && one.content === other.content;
}

/** True if one of the newest `messages` is like this one. */
export function endsWith(messages, message, few = FEW) {
  return messages.slice(-few).some((each) => isSame(each, message));
}

/** Those of `early`, which came while the history was on its way, that it does not have. */
export function missing(history, early) {
  return early.filter((message) => !endsWith(history, message, FEW + early.length));
}

/**
 * True if more of one's own messages say this `now` than among as many `known` before. One that looks the same may be
 * an older one: rather not found, and said once more, than lost.
 */
export function hasCome(content, known, now) {
  const often = (messages) => messages.filter((message) => message.isMine && message.content === content).length;
  return often(now) > often(known.slice(-now.length));
}

/**
 * The history, after what is known of the same talk: as far as they overlap the known ones stay the same objects.
 * Without an overlap it is the history alone.
 */
export function goneOn(known, history) {
  for (let start = Math.max(0, known.length - history.length); start < known.length; start += 1) {
    const overlap = known.slice(start);
    if (overlap.every((message, index) => isSame(message, history[index]))) {
      return [...known, ...history.slice(overlap.length)];
    }
  }
  return history;
}
