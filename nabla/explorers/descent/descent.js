import { across, Explorer, inside, nearest, place, segment, through } from "./explorer.js";

const PACE = 300; // milliseconds per step

const path = (box, places) => places.slice(1).map((to, i) => segment(box, places[i], to)).join("");

const clamped = ([left, top, right, bottom], [x, y]) => [
  Math.min(Math.max(x, left), right),
  Math.min(Math.max(y, top), bottom),
];

class Descent extends Explorer {
  build({ at, steps, rates, scales }, words) {
    const counts = [...Array(steps + 1).keys()];
    this.rate = this.slider(words.rate, rates, at);
    this.step = this.slider(words.step, counts, 0);
    this.player = this.button(words.play, () => (this.timer ? this.stop() : this.play()));
    this.button(words.next, () => {
      this.stop();
      this.set(this.step, this.step.valueAsNumber + 1);
    });
    this.drag(this.querySelectorAll("svg")[1], () => (px) => {
      this.stop();
      this.set(this.step, nearest(counts, across(scales[1], px)));
    });
  }

  disconnectedCallback() {
    this.stop();
  }

  get last() {
    return this.samples.runs[this.rate.value].xs.length - 1;
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

  update({ runs, rates, steps, box, scales: [left, right] }, moved) {
    if (moved === this.step && this.timer && document.activeElement === moved) this.stop();
    const run = runs[this.rate.value];
    const k = Math.min(this.step.valueAsNumber, this.last);
    this.step.value = k;
    const places = run.xs.slice(0, k + 1).map((x, i) => place(left, x, run.ys[i]));
    const losses = run.ys.slice(0, k + 1).map((y, i) => place(right, i, y));
    const [here, loss] = [places[k], losses[k]];
    const seen = inside(box, here);
    const dots = places.filter((p) => inside(box, p)).map(([x, y]) => `M${x.toFixed(1)} ${y.toFixed(1)}h0`);
    this.move("trail", { d: path(box, places) });
    this.move("visited", { d: dots.join("") });
    this.move("tangent", { d: seen ? through(box, left, here, run.slopes[k]) : "" });
    this.move("loss", { d: path(box, losses) });
    for (const [name, at] of [["here", here], ["loss-here", loss]]) {
      this.dot(name, clamped(box, at));
      this.part(name).classList.toggle("hollow", !inside(box, at));
    }
    const outcome = k === this.last ? this.words[run.outcome] : "";
    this.say({
      rate: rates[this.rate.value],
      step: `${k} / ${steps}`,
      x: run.xs[k],
      value: run.ys[k],
      slope: run.slopes[k],
      outcome: outcome || (seen ? "" : this.words.outside),
    });
  }
}

customElements.define("nabla-descent", Descent);
