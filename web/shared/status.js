// The line at the top of a page that says whether what is shown is live.
// Decides nothing: it is told the state.

const TEXTS = {
  connecting: "Connecting…",
  open: "Live",
  reconnecting: "Reconnecting…",
  offline: "You are offline",
  closed: "Disconnected",
  loading: "Loading…",
  current: "Up to date",
  failing: "Not answering",
};

/** Shows a state in `element`, an element of class `status`. A screen reader hears it when it changes. */
export function showStatus(element, state) {
  if (element.dataset.state === state) return;
  element.dataset.state = state;
  element.textContent = TEXTS[state];
}
