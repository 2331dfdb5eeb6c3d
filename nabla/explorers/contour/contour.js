import { across, down, Explorer, inside, nearest, place, segment } from "./explorer.js";
import { levelLine } from "./level.js";

const HEAD = 9;

// The path of an arrow: `arrow` in draw.py too.
const arrow = (box, [x, y], [tipX, tipY]) => {
  const length = Math.hypot(tipX - x, tipY - y);
  if (length < 1) return "";
  if (!inside(box, [tipX, tipY])) return segment(box, [x, y], [tipX, tipY]);
  const head = Math.min(HEAD, length);
  const ux = ((tipX - x) / length) * head;
  const uy = ((tipY - y) / length) * head;
  const at = (px, py) => `${px.toFixed(2)} ${py.toFixed(2)}`;
  const tip = at(tipX, tipY);
  const [one, other] = [-0.5, 0.5].map((side) => at(tipX - ux + side * uy, tipY - uy - side * ux));
  return `M${at(x, y)}L${tip}M${one}L${tip}L${other}`;
};

class Contour extends Explorer {
  build({ at, xs, ys, scale }, words) {
    this.x = this.slider(words.x, xs, at[0]);
    this.y = this.slider(words.y, ys, at[1]);
    const to = (px, py) => {
      this.x.value = nearest(xs, across(scale, px));
      this.y.value = nearest(ys, down(scale, py));
      this.refresh();
    };
    this.drag(this.querySelector("svg"), () => to);
  }

  update(samples) {
    const { xs, ys, heights, beyond, slopesX, slopesY, box, scale, reach } = samples;
    const i = this.x.valueAsNumber;
    const j = this.y.valueAsNumber;
    const [dx, dy] = [slopesX[j][i], slopesY[j][i]];
    const value = heights[j + beyond[1]][i + beyond[0]];
    const here = place(scale, xs[i], ys[j]);
    const corner = [here[0] + reach * dx, here[1]];
    const tip = [corner[0], here[1] - reach * dy];
    this.move("level", { d: levelLine(samples, value) });
    this.move("partials", { d: segment(box, here, corner) + segment(box, corner, tip) });
    this.move("arrow", { d: arrow(box, here, tip) });
    this.dot("point", here);
    this.dot("handle", here);
    this.say({
      x: xs[i],
      y: ys[j],
      value,
      "slope-x": dx,
      "slope-y": dy,
      gradient: `(${this.write(dx)}${this.words.between}${this.write(dy)})`,
    });
  }
}

customElements.define("nabla-contour", Contour);
