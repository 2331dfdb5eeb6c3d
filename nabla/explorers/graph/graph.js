/** `<nabla-graph>`: steps through a graph that the build has drawn.
 *
 * It opens at the inputs. Forward, the values of the operations appear one by one.
 * Backward, from the result on, each node's gradient appears, with the edges whose
 * slopes made it.
 */
class NablaGraph extends HTMLElement {
  #step = null; // null: the whole picture

  connectedCallback() {
    if (this.querySelector(".drawing-controls")) return;
    this.nodes = [...this.querySelectorAll(".node")];
    this.edges = [...this.querySelectorAll(".edge")];
    const leaves = [...this.nodes.keys()].filter((i) => this.nodes[i].dataset.op === "leaf");
    const operations = [...this.nodes.keys()].filter((i) => !leaves.includes(i));
    this.order = [leaves, ...operations.map((i) => [i])]; // what appears at each step forward
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
    this.#go(1);
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
    const [ahead, count] = [this.order.length, this.nodes.length];
    this.#step = step === null ? null : Math.min(Math.max(step, 1), ahead + count);
    const now = this.#step;
    const all = now === null;
    const forward = !all && now <= ahead;
    const current = all ? [] : forward ? this.order[now - 1] : [ahead + count - now];
    const seen = new Set(forward ? this.order.slice(0, now).flat() : this.nodes.keys());
    const reached = (index) => all || (!forward && index >= current[0]);
    this.toggleAttribute("data-stepping", !all);
    this.nodes.forEach((node, index) => {
      node.classList.toggle("seen", seen.has(index));
      node.classList.toggle("reached", reached(index));
      node.classList.toggle("current", current.includes(index));
    });
    for (const edge of this.edges) {
      const [from, to] = [Number(edge.dataset.from), Number(edge.dataset.to)];
      edge.classList.toggle("seen", seen.has(to));
      edge.classList.toggle("active", current.includes(forward ? to : from));
      edge.classList.toggle("reached", reached(from));
    }
    this.buttons.back.disabled = all || now === 1;
    this.buttons.forward.disabled = now === ahead + count;
    this.buttons.all.disabled = all;
    this.#say(now, forward, current);
  }

  #say(now, forward, current) {
    if (now === null) {
      this.status.textContent = "";
      return;
    }
    const [ahead, behind] = this.dataset.passes.split("|");
    const [first, last] = [this.order.length, this.nodes.length];
    const step = forward ? `${now}/${first}` : `${now - first}/${last}`;
    const place = (forward ? ahead : behind).replace("{step}", step);
    const formula = document.createElement("b");
    const texts = current.map((index) => this.nodes[index].dataset[forward ? "forward" : "backward"]);
    formula.textContent = texts.join(this.dataset.between);
    this.status.replaceChildren(`${place} `, formula);
  }
}

customElements.define("nabla-graph", NablaGraph);
