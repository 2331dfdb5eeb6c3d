/** `<nabla-graph>`: steps through a graph that the build has drawn.
 *
 * Forward, the nodes' values appear, inputs first. Backward, from the result on,
 * each node's gradient appears, with the edges whose slopes made it.
 */
class NablaGraph extends HTMLElement {
  #step = null; // null: the whole picture

  connectedCallback() {
    if (this.querySelector(".drawing-controls")) return;
    this.nodes = [...this.querySelectorAll(".node")];
    this.edges = [...this.querySelectorAll(".edge")];
    const controls = document.createElement("div");
    controls.className = "drawing-controls";
    this.buttons = {
      restart: this.#button("restart", "|◀", () => this.#go(1)),
      back: this.#button("back", "◀", () => this.#go(this.#step - 1)),
      forward: this.#button("forward", "▶", () => this.#go((this.#step ?? 0) + 1)),
      all: this.#button("all", "▶|", () => this.#go(null)),
    };
    this.status = document.createElement("output");
    this.status.setAttribute("aria-live", "polite");
    controls.append(...Object.values(this.buttons), this.status);
    this.append(controls);
    this.addEventListener("keydown", (event) => {
      const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!move || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      this.#go((this.#step ?? 0) + move);
    });
    this.#go(null);
  }

  #button(name, sign, action) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.title = this.dataset[name];
    button.setAttribute("aria-label", this.dataset[name]);
    button.addEventListener("click", action);
    return button;
  }

  #go(step) {
    const count = this.nodes.length;
    this.#step = step === null ? null : Math.min(Math.max(step, 1), 2 * count);
    const now = this.#step;
    const forward = now !== null && now <= count;
    const current = now === null ? null : forward ? now - 1 : 2 * count - now;
    this.toggleAttribute("data-stepping", now !== null);
    this.nodes.forEach((node, index) => {
      node.classList.toggle("seen", now === null || !forward || index <= current);
      node.classList.toggle("reached", now === null || (!forward && index >= current));
      node.classList.toggle("current", index === current);
    });
    for (const edge of this.edges) {
      const [from, to] = [Number(edge.dataset.from), Number(edge.dataset.to)];
      edge.classList.toggle("seen", now === null || !forward || to <= current);
      edge.classList.toggle("active", forward ? to === current : from === current);
      edge.classList.toggle("reached", now === null || (!forward && from >= current));
    }
    this.#say(now, count, forward, current);
  }

  #say(now, count, forward, current) {
    this.buttons.back.disabled = now === null || now === 1;
    this.buttons.forward.disabled = now === 2 * count;
    this.buttons.all.disabled = now === null;
    const [ahead, behind] = this.dataset.passes.split("|");
    if (now === null) {
      this.status.textContent = "";
      return;
    }
    const { forward: value, backward: gradient } = this.nodes[current].dataset;
    const place = forward ? `${ahead} ${now}/${count}` : `${behind} ${now - count}/${count}`;
    const formula = document.createElement("b");
    formula.textContent = forward ? value : gradient;
    this.status.replaceChildren(`${place}: `, formula);
  }
}

customElements.define("nabla-graph", NablaGraph);
