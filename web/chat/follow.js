// A frame that scrolls, and follows its end for as long as the reader is there.
// Does not know what is in it.

/** So near to its end a reader is at the end. */
const NEAR_END = 80;

export class Follower {
  #frame;
  #button;
  #isAtEnd = true;

  /** `button` is shown while there is something new below what is seen. */
  constructor(frame, button) {
    this.#frame = frame;
    this.#button = button;
    frame.addEventListener("scroll", () => this.#look());
    button.addEventListener("click", () => this.toEnd());
    // The keyboard of a phone makes it smaller, and what is below would be out of sight.
    new ResizeObserver(() => this.#isAtEnd && this.toEnd()).observe(frame);
  }

  /** There is more than before. */
  grew() {
    if (this.#isAtEnd) this.toEnd();
    else this.#button.hidden = false;
  }

  toEnd() {
    this.#isAtEnd = true;
    this.#button.hidden = true;
    this.#frame.scrollTop = this.#frame.scrollHeight;
  }

  #look() {
    const { scrollHeight, scrollTop, clientHeight } = this.#frame;
    this.#isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR_END;
    if (this.#isAtEnd) this.#button.hidden = true;
  }
}
