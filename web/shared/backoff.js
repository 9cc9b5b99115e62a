// How long to wait before the next attempt.
// Waits for nothing itself.

/**
 * Milliseconds before attempt number `attempt` (0 is the first): twice as long every time, up to `most`,
 * and somewhere in the upper half of that, so that a thousand pages do not come back at the same moment.
 */
export function backOff(attempt, { first, most, random = Math.random }) {
  const longest = Math.min(most, first * 2 ** attempt);
  return longest * (0.5 + random() / 2);
}
