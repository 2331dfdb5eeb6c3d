import { place } from "./explorer.js";
import { dots, path, Runs } from "./runs.js";

class Trajectory extends Runs {
  show({ xs, ys }, k, box, scale) {
    const places = xs.slice(0, k + 1).map((x, i) => place(scale, x, ys[i]));
    this.move("trail", { d: path(box, places) });
    this.move("visited", { d: dots(box, places) });
    this.say({ y: ys[k] });
    return places[k];
  }
}

customElements.define("nabla-trajectory", Trajectory);
