import { inside, place, through } from "./explorer.js";
import { dots, path, Runs } from "./runs.js";

class Descent extends Runs {
  show({ xs, values, slopes }, k, box, scale) {
    const places = xs.slice(0, k + 1).map((x, i) => place(scale, x, values[i]));
    const here = places[k];
    this.move("trail", { d: path(box, places) });
    this.move("visited", { d: dots(box, places) });
    this.move("tangent", { d: inside(box, here) ? through(box, scale, here, slopes[k]) : "" });
    this.say({ slope: slopes[k] });
    return here;
  }
}

customElements.define("nabla-descent", Descent);
