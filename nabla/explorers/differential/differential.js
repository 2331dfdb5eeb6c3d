import { across, Explorer, nearest, place, segment, through } from "./explorer.js";

const ROOM = 0.12;
const [AFAR, CLOSE] = [5, 16]; // how far Δy is drawn beside dy

// The run seen close: as draw.py has it.
const close = ([left, top, right, bottom], rises, expected) => {
  const all = [0, expected, ...rises];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const room = ROOM * (most - least) || 0.5;
  const down = (rise) => bottom - ((rise - least + room) / (most - least + 2 * room)) * (bottom - top);
  const [base, straight, ...curved] = all.map(down);
  const end = curved.at(-1);
  const beyond = Math.abs(expected) > Math.abs(rises.at(-1)); // the gap is what Δy lacks
  const at = (x, y) => `${x.toFixed(2)} ${y.toFixed(2)}`;
  const points = [base, ...curved].map((y, n) => at(left + (n / rises.length) * (right - left), y));
  const upright = (x, from, to) => ({ d: `M${at(x, from)}V${to.toFixed(2)}` });
  const beside = right + CLOSE;
  return {
    curve: { d: `M${points.join("L")}` },
    "close-tangent": { d: `M${at(left, base)}L${at(right, straight)}` },
    "run-line": { d: `M${at(left, base)}H${beside}` },
    top: { d: `M${at(right, beyond ? straight : end)}H${beside}` },
    "expected-line": upright(right, base, straight),
    "actual-line": upright(beside, base, end),
    "gap-line": upright(beyond ? beside : right, straight, end),
    "run-label": { x: (left + right) / 2, y: base + (expected >= 0 ? 18 : -8) },
    "expected-label": { x: right - 8, y: base + (straight - base) / 3 },
    "actual-label": { x: beside + 8, y: (base + end) / 2 },
  };
};

class Differential extends Explorer {
  build({ at, run, xs, runs, scale }, words) {
    this.point = this.slider(words.point, xs, at);
    this.run = this.slider(words.run, runs, run);
    const to = (px) => this.set(this.point, nearest(xs, across(scale, px)));
    this.drag(this.querySelector("svg"), () => to);
  }

  update(samples) {
    const { xs, ys, runs, slopes, box, scale } = samples;
    const i = this.point.valueAsNumber;
    const k = this.run.valueAsNumber;
    const [x, y, run, slope] = [xs[i], ys[i], runs[k], slopes[i]];
    const [actual, expected, gap] = ["actual", "expected", "gaps"].map((key) => samples[key][k][i]);
    const here = place(scale, x, y);
    const [foot, straight, curved] = [0, expected, actual].map((rise) => place(scale, x + run, y + rise));
    const beside = ([px, py]) => [px + AFAR, py];
    this.dot("here", here);
    this.move("tangent", { d: through(box, scale, here, slope) });
    this.move("far-run", { d: segment(box, here, foot) });
    this.move("far-expected", { d: segment(box, foot, straight) });
    this.move("far-actual", { d: segment(box, beside(foot), beside(curved)) });
    const parts = close(samples.close, [...samples.between[k][i], actual], expected);
    for (const [name, attributes] of Object.entries(parts)) this.move(name, attributes);
    const { variable, letter } = this.words;
    this.say({
      "run-label": `d${variable} = ${this.write(run)}`,
      "expected-label": `d${letter} = ${this.write(expected)}`,
      "actual-label": `Δ${letter} = ${this.write(actual)}`,
      x,
      run,
      slope,
      expected,
      actual,
      gap,
    });
  }
}

customElements.define("nabla-differential", Differential);
