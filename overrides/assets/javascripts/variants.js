// `<nabla-variants>`: the switches of a program that ran in several variants. Each combination
// is one of the programs in the list that the build wrote; the script only chooses among them.

const PARTS = /^(\s*)(.*?)(\s*)$/s; // blanks, what is seen, blanks

class NablaVariants extends HTMLElement {
  connectedCallback() {
    if (this.figure) return; // only moved
    this.figure = this.closest("figure");
    this.programs = [...this.querySelectorAll("[data-variant]")];
    this.choice = this.programs[0].dataset.choice.split(" ");
    const places = [...this.figure.querySelectorAll("[data-texts]")];
    this.refreshers = places.map((place) => this.#prepare(place));
    this.#refresh();
  }

  // Returns what brings a place up to date.
  #prepare(place) {
    const { switch: number, gone } = place.dataset;
    const texts = JSON.parse(place.dataset.texts);
    const now = () => Number(this.choice[number]);
    if (place.className !== "place") return () => (place.textContent = texts[now()]);
    const choose = (option) => {
      this.choice[number] = String(option);
      this.#refresh();
    };
    const seen = texts.map((text) => text.trim());
    const [control, update] = seen.length > 2 ? this.#select(seen, choose) : this.#button(seen, choose, gone);
    control.className = "choice";
    place.replaceChildren("", control, "");
    return () => {
      const [, lead, , tail] = PARTS.exec(texts[now()] || gone);
      place.firstChild.data = lead;
      place.lastChild.data = tail;
      update(now());
    };
  }

  // One text in the place of another, or one that is there or not.
  #button(seen, choose, gone) {
    const button = document.createElement("button");
    let now;
    button.type = "button";
    button.addEventListener("click", () => choose(1 - now));
    const update = (option) => {
      now = option;
      const [text, next] = [seen[now], seen[1 - now]];
      button.textContent = text || gone.trim();
      if (gone) button.ariaPressed = text !== "";
      else button.ariaLabel = this.dataset.swap.replace("{now}", text).replace("{next}", next);
    };
    return [button, update];
  }

  #select(seen, choose) {
    const select = document.createElement("select");
    select.autocomplete = "off"; // else a browser may put back what was chosen before
    select.ariaLabel = this.dataset.choose.replace("{count}", seen.length);
    select.append(...seen.map((text) => new Option(text || this.dataset.nothing)));
    select.addEventListener("change", () => choose(select.selectedIndex));
    return [select, (option) => (select.selectedIndex = option)];
  }

  #refresh() {
    const wanted = this.choice.join(" ");
    const chosen = this.programs.find(({ dataset }) => dataset.choice === wanted);
    const before = this.programs.find(({ hidden }) => hidden);
    const drawing = this.figure.querySelector(":scope > .drawn");
    before.querySelector(".drawn").append(...drawing.childNodes);
    drawing.append(...chosen.querySelector(".drawn").childNodes);
    before.hidden = false;
    chosen.hidden = true;
    for (const refresh of this.refreshers) refresh();
    this.figure.dataset.snippet = chosen.dataset.variant;
    this.figure.querySelector(".highlight").dataset.copy = chosen.dataset.code;
    const printed = this.figure.querySelector(".result pre");
    const text = chosen.querySelector(".printed").textContent;
    if (printed.textContent !== text) printed.textContent = text;
  }
}

customElements.define("nabla-variants", NablaVariants);
