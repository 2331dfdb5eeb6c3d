import { across, inside, nearest, place, segment } from "./explorer.js";
import { Player } from "./player.js";

export const path = (box, places) => places.slice(1).map((to, i) => segment(box, places[i], to)).join("");

// The path of a dot at each of the places within the box.
export const dots = (box, places) =>
  places.filter((p) => inside(box, p)).map(([x, y]) => `M${x.toFixed(1)} ${y.toFixed(1)}h0`).join("");

const clamped = ([left, top, right, bottom], [x, y]) => [
  Math.min(Math.max(x, left), right),
  Math.min(Math.max(y, top), bottom),
];

// Runs of gradient descent to step through; `show` draws one, and returns its place.
export class Runs extends Player {
  build({ at, steps, rates, scales }, words) {
    const counts = [...Array(steps + 1).keys()];
    this.rate = this.slider(words.rate, rates, at);
    this.addSteps(words, counts);
    this.button(words.next, () => {
      this.stop();
      this.set(this.step, this.step.valueAsNumber + 1);
    });
    this.drag(this.querySelectorAll("svg")[1], () => (px) => {
      this.stop();
      this.set(this.step, nearest(counts, across(scales[1], px)));
    });
  }

  get last() {
    return this.samples.runs[this.rate.value].xs.length - 1;
  }

  update({ runs, rates, steps, boxes, scales }) {
    const run = runs[this.rate.value];
    const k = Math.min(this.step.valueAsNumber, this.last);
    this.step.value = k;
    const losses = run.values.slice(0, k + 1).map((value, i) => place(scales[1], i, value));
    const here = this.show(run, k, boxes[0], scales[0]);
    const seen = inside(boxes[0], here);
    this.move("loss", { d: path(boxes[1], losses) });
    [["here", here], ["loss-here", losses[k]]].forEach(([name, at], i) => {
      this.dot(name, clamped(boxes[i], at));
      this.part(name).classList.toggle("hollow", !inside(boxes[i], at));
    });
    const outcome = k === this.last ? this.words[run.outcome] : "";
    this.say({
      rate: rates[this.rate.value],
      step: `${k} / ${steps}`,
      x: run.xs[k],
      value: run.values[k],
      outcome: outcome || (seen ? "" : this.words.outside),
    });
  }
}
