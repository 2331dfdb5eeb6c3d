import { across, Explorer, inside, nearest, place, through } from "./explorer.js";

class Curve extends Explorer {
  build({ at, h, xs, hs, scales }, words) {
    this.point = this.slider(words.point, xs, at);
    this.gap = this.slider(words.gap, hs, h);
    this.querySelectorAll("svg").forEach((svg, i) => {
      const to = (px) => this.set(this.point, nearest(xs, across(scales[i], px)));
      this.drag(svg, () => to);
    });
  }

  update({ xs, hs, ys, slopes, ahead, secants, behind, central, box, scales: [left, right] }) {
    const i = this.point.valueAsNumber;
    const k = this.gap.valueAsNumber;
    const [x, y, h, slope, end, secant] = [xs[i], ys[i], hs[k], slopes[i], ahead[k][i], secants[k][i]];
    const here = place(left, x, y);
    const there = place(left, x + h, end);
    const measured = place(right, x, secant);
    const dot = (name, at) => this.dot(name, at, inside(box, at));
    this.dot("here", here);
    dot("ahead", there);
    this.move("tangent", { d: through(box, left, here, slope) });
    this.move("secant", { d: through(box, left, here, secant) });
    this.dot("slope-here", place(right, x, slope));
    dot("secant-slope", measured);
    this.move("below", { d: `M${measured[0].toFixed(2)} ${box[1]}V${box[3]}` });
    this.say({
      x,
      h,
      value: y,
      "value-ahead": end,
      "secant-value": secant,
      "slope-value": slope,
    });
    if (!central.length) return;
    const [start, middle] = [behind[k][i], central[k][i]];
    this.move("central", { d: through(box, left, place(left, x - h, start), middle) });
    dot("behind", place(left, x - h, start));
    dot("central-slope", place(right, x, middle));
    this.say({ "value-behind": start, "central-value": middle });
  }
}

customElements.define("nabla-curve", Curve);
