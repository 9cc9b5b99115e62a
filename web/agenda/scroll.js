// Where the calendar is scrolled to: at today, until its reader takes over.
// Moves nothing that the reader has moved.

/** Beside the list there is room for the rest of the page; where there is none, the rest comes first. */
const isWide = matchMedia("(min-width: 56rem)");
let isTaken = false;
for (const kind of ["wheel", "touchmove", "pointerdown", "keydown"]) {
  addEventListener(kind, () => (isTaken = true), { passive: true });
}

/** Goes to an element if it is far down, unless the reader has gone somewhere by then. */
export function startAt(element) {
  const isFar = element && element.getBoundingClientRect().top > innerHeight * 0.7;
  if (isFar && !isTaken && isWide.matches) element.scrollIntoView({ block: "start" });
}

/** Leaves the reader where they are: not all that moves a reader is told, and a screen reader moves without a word. */
export function stay() {
  isTaken = true;
}

/** Another calendar is shown: its reader has not gone anywhere yet. */
export function startOver() {
  isTaken = false;
  if (isWide.matches) scrollTo(0, 0);
}

/** Takes the reader to an element, with the keyboard. */
export function goTo(element, block = "center") {
  isTaken = true;
  element?.scrollIntoView({ block });
  element?.focus({ preventScroll: true });
}
