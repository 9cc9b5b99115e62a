// The page of the visitor counter: shows the newest count it was told.
// Counts nothing itself.

import { config } from "./shared/config.js";
import { at } from "./shared/elements.js";
import { LiveSocket } from "./shared/socket.js";
import { showStatus } from "./shared/status.js";

const reading = at("reading");
const count = at("count");
const unit = at("unit");
const status = at("status");

let highest = -1;

/** Counts can overtake each other on their way here, so a smaller one is an older one. */
function show(value) {
  if (!Number.isSafeInteger(value) || value <= highest) return;
  const first = highest < 0;
  highest = value;
  count.textContent = value.toLocaleString("en");
  count.style.setProperty("--length", count.textContent.length);
  unit.textContent = value === 1 ? "visit" : "visits";
  reading.setAttribute("aria-busy", "false");
  if (!first) replay();
}

function replay() {
  count.classList.remove("grown");
  void count.offsetWidth; // without a layout in between, the animation would not start again
  count.classList.add("grown");
}

// This API has no route but those of connecting: a heartbeat is answered with "Forbidden", which is an answer.
// Without it the idle limit would close every quiet page, and each would come back as a new visit.
const socket = new LiveSocket(config.webSocketUrl);
socket.addEventListener("message", ({ detail }) => {
  if (detail.type === "visitorCount") show(detail.count);
});
socket.addEventListener("state", ({ detail }) => {
  showStatus(status, detail);
  reading.dataset.stale = String(detail !== "open" && highest >= 0);
});
socket.open();
