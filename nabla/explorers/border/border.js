import { Player } from "./player.js";

class Border extends Player {
  build({ steps }, words) {
    this.addSteps(words, steps);
  }

  update({ steps, losses, right, total, areas, lines, wrong }) {
    const k = this.step.valueAsNumber;
    this.move("area", { d: areas[k] });
    this.move("lines", { d: lines[k] });
    this.move("wrong", { d: wrong[k] });
    this.say({
      step: `${steps[k]} / ${steps.at(-1)}`,
      loss: losses[k],
      right: `${right[k]} / ${total}`,
    });
  }
}

customElements.define("nabla-border", Border);
