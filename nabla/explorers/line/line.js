import { across, Explorer, nearest, place } from "./explorer.js";

// Outside the triangle, clear of the line. `label_places` in draw.py too.
const labelPlaces = ([x1, y1], [x2, y2]) => {
  const side = y2 <= y1 ? 1 : -1;
  const rise = side * Math.max((side * (y1 + y2)) / 2, side * y2 + 12);
  let run = y1 + side * 18;
  if (x2 - x1 < 50) run = side * Math.max(side * run, side * rise + 18);
  return [{ x: Math.max((x1 + x2) / 2, x1 + 32), y: run }, { x: x2 + 10, y: rise }];
};

class Line extends Explorer {
  build({ start, run, xs, runs, scale }, words) {
    this.start = this.slider(words.start, xs.slice(0, -1), start);
    this.run = this.slider(words.length, runs, run);
    this.drag(this.querySelector("svg"), (px) => {
      const i = this.start.valueAsNumber;
      const middle = (xs[i] + xs[i + this.run.valueAsNumber + 1]) / 2;
      return across(scale, px) < middle
        ? (to) => this.set(this.start, nearest(xs.slice(0, -1), across(scale, to)))
        : (to) => {
            const from = this.start.valueAsNumber;
            this.set(this.run, Math.max(0, nearest(xs, across(scale, to)) - from - 1));
          };
    });
  }

  update({ xs, ys, runs, rises, slopes, scale }, moved) {
    // The end stays on the line: the slider that did not move gives way.
    const over = this.start.valueAsNumber + this.run.valueAsNumber + 2 - xs.length;
    if (over > 0) {
      const other = moved === this.start ? this.run : this.start;
      other.value = other.valueAsNumber - over;
    }
    const i = this.start.valueAsNumber;
    const k = this.run.valueAsNumber;
    const rise = rises[k][i];
    const from = place(scale, xs[i], ys[i]);
    const to = place(scale, xs[i + k + 1], ys[i + k + 1]);
    const [runAt, riseAt] = labelPlaces(from, to);
    const [x1, y1, x2, y2] = [...from, ...to].map((n) => n.toFixed(2));
    this.move("triangle", { d: `M${x1} ${y1}H${x2}V${y2}` });
    this.dot("start", from);
    this.dot("end", to);
    this.move("run-label", runAt);
    this.move("rise-label", riseAt);
    this.say({
      "run-label": `Δ${this.words.variable} = ${this.write(runs[k])}`,
      "rise-label": `Δ${this.words.letter} = ${this.write(rise)}`,
      x: xs[i],
      run: runs[k],
      rise,
      slope: slopes[k][i],
    });
  }
}

customElements.define("nabla-line", Line);
