import { Explorer } from "./explorer.js";

class Rectangle extends Explorer {
  build({ hs }, words) {
    this.run = this.slider(words.run, hs, 0);
  }

  update({ hs, du, dv, first, second, corner, total, edge: [right, top], scale }) {
    const k = this.run.valueAsNumber;
    const [width, height] = [du[k] * scale[0], dv[k] * scale[1]];
    this.move("right-strip", { width });
    this.move("top-strip", { y: top - height, height });
    this.move("corner-area", { y: top - height, width, height });
    this.move("dv-label", { y: top - height / 2 });
    this.move("first-label", { x: right + width + 8 });
    this.move("second-label", { y: top - height - 12 });
    this.move("both-label", { x: right + width + 8, y: top - height / 2 });
    this.say({
      "du-label": `Δ${this.words.u} = ${this.write(du[k])}`,
      "dv-label": `Δ${this.words.v} = ${this.write(dv[k])}`,
      h: hs[k],
      first: first[k],
      second: second[k],
      corner: corner[k],
      total: total[k],
    });
  }
}

customElements.define("nabla-rectangle", Rectangle);
