// What the explorers share. Each is an element that the build drew in one state:
// its parts, found by data-part, move from one of the samples to the next.

// `format_number` in numbers.py too.
const formatNumber = (number, decimal) => String(number).replaceAll("-", "−").replace(".", decimal);

const make = (name, ...content) => {
  const element = document.createElement(name);
  element.append(...content);
  return element;
};

export class Explorer extends HTMLElement {
  connectedCallback() {
    if (this.controls) return; // only moved
    this.samples = JSON.parse(this.dataset.samples);
    this.words = JSON.parse(this.dataset.words);
    this.output = this.querySelector("output");
    this.sliders = [];
    this.controls = make("div");
    this.controls.className = "controls";
    this.output.before(this.controls);
    this.build(this.samples, this.words);
    this.refresh();
  }

  // Draws the state of the controls; `moved` is the slider that the reader moved.
  refresh(moved) {
    this.update(this.samples, moved);
    for (const { input, values } of this.sliders) {
      input.setAttribute("aria-valuetext", this.write(values[input.value]));
    }
  }

  // Adds a slider over the positions of `values`.
  slider(label, values, at) {
    const input = make("input");
    Object.assign(input, { type: "range", min: 0, max: values.length - 1, value: at });
    input.addEventListener("input", () => this.refresh(input));
    this.controls.append(make("label", make("span", label), input));
    this.sliders.push({ input, values });
    return input;
  }

  button(label, press) {
    const button = make("button", label);
    button.type = "button";
    button.addEventListener("click", press);
    if (!this.buttons) this.controls.append((this.buttons = make("div")));
    this.buttons.append(button);
    return button;
  }

  write(number) {
    return formatNumber(number, this.dataset.decimal);
  }

  part(name) {
    return this.querySelector(`[data-part="${name}"]`);
  }

  move(name, attributes) {
    for (const [key, value] of Object.entries(attributes)) {
      this.part(name).setAttribute(key, typeof value === "number" ? +value.toFixed(2) : value);
    }
  }

  dot(name, [cx, cy], visible = true) {
    this.move(name, { cx, cy, visibility: visible ? "visible" : "hidden" });
  }

  say(texts) {
    for (const [name, text] of Object.entries(texts)) {
      const part = this.part(name);
      const written = typeof text === "number" ? this.write(text) : text;
      if (part.textContent !== written) part.textContent = written;
    }
  }

  // Calls what `pick(x, y)` returns with each place to which the reader drags. A finger
  // that scrolls moves nothing: only when it is lifted is a touch known to be a tap.
  drag(svg, pick) {
    let to;
    const place = ({ clientX, clientY }) => {
      const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM().inverse());
      return [x, y];
    };
    const follow = (event) => svg.hasPointerCapture(event.pointerId) && to(...place(event));
    svg.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      svg.setPointerCapture(event.pointerId);
      to = pick(...place(event));
      if (event.pointerType === "mouse") follow(event);
    });
    svg.addEventListener("pointermove", follow);
    svg.addEventListener("pointerup", follow);
  }

  set(slider, position) {
    if (slider.valueAsNumber === position) return;
    slider.value = position;
    this.refresh(slider);
  }
}

export const nearest = (values, wanted) =>
  values.reduce((best, v, i) => (Math.abs(v - wanted) < Math.abs(values[best] - wanted) ? i : best), 0);

// Between numbers and places on the drawing: as axes.py has it.
export const place = ([a, b, c, d], x, y) => [a * x + b, c * y + d];
export const across = ([a, b], px) => (px - b) / a;
export const down = ([, , c, d], py) => (py - d) / c;

export const inside = ([left, top, right, bottom], [x, y]) =>
  x >= left - 0.01 && x <= right + 0.01 && y >= top - 0.01 && y <= bottom + 0.01;

// The path of what of a segment lies in the box: as axes.py has it. After Liang and Barsky (1984).
export const segment = ([left, top, right, bottom], [x, y], [endX, endY]) => {
  const dx = endX - x;
  const dy = endY - y;
  let first = 0;
  let last = 1;
  for (const [delta, room] of [[-dx, x - left], [dx, right - x], [-dy, y - top], [dy, bottom - y]]) {
    if (delta < 0) first = Math.max(first, room / delta);
    else if (delta > 0) last = Math.min(last, room / delta);
    else if (room < 0) return "";
  }
  if (first > last) return "";
  const at = (t) => `${(x + t * dx).toFixed(2)} ${(y + t * dy).toFixed(2)}`;
  return `M${at(first)}L${at(last)}`;
};

// The path of the straight line through a point, from edge to edge of the box: as axes.py has it.
export const through = (box, scale, [x, y], slope) => {
  const far = box[2];
  const rise = ((slope * scale[2]) / scale[0]) * far;
  return segment(box, [x - far, y - rise], [x + far, y + rise]);
};
