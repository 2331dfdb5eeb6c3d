import { Explorer } from "./explorer.js";

const PACE = 300; // milliseconds per step

// An explorer whose slider over steps can be played up to `last`.
export class Player extends Explorer {
  addSteps(words, steps) {
    this.step = this.slider(words.step, steps, 0);
    this.player = this.button(words.play, () => (this.timer ? this.stop() : this.play()));
  }

  get last() {
    return +this.step.max;
  }

  disconnectedCallback() {
    this.stop();
  }

  // Who moves the slider of the steps plays no longer.
  refresh(moved) {
    if (moved === this.step && this.timer && document.activeElement === moved) this.stop();
    super.refresh(moved);
  }

  play() {
    if (this.step.valueAsNumber >= this.last) this.set(this.step, 0);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.set(this.step, this.last);
      return;
    }
    this.player.textContent = this.words.pause;
    this.output.ariaLive = "off"; // until it stops, each step would be read out
    this.timer = setInterval(() => {
      const next = this.step.valueAsNumber + 1;
      if (next >= this.last) this.stop();
      this.set(this.step, next);
    }, PACE);
  }

  stop() {
    clearInterval(this.timer);
    this.timer = undefined;
    this.player.textContent = this.words.play;
    this.output.ariaLive = "polite";
  }
}
