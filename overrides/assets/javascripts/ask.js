// A question of the page: what the reader answers is compared with what a program printed, and
// with what programs print that make a mistake. The build wrote both into the element.

// Numbers and words are read as nabla/checks/answers.py reads what was printed.
const DETAILS = /,\s*(dtype|device|grad_fn|requires_grad|layout)=(<[^>]*>|[\w.']+)/g;
const WRAPPING = /\b(tensor|array|torch\.size)(?=\()|\btorch\.(?=\w)|["'`“”«»]/g;
const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/;

// One way of writing for all keyboards; what stands before a sign of equality is left out.
const simplify = (text) =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[−–‐]/g, "-")
    .replaceAll("、", ",")
    .replaceAll("。", ".")
    .replaceAll("∞", "inf")
    .replace(DETAILS, "")
    .replace(WRAPPING, "")
    .replace(/^.*=/, "")
    .replace(/×|(?<=\d)\s*x\s*(?=\d)/g, " ")
    .replace(/\s*[/⁄]\s*/g, "/")
    .replace(/-\s+(?=[\d.])/g, "-");

const readToken = (token) => {
  const [over, under = 1, ...more] = token.split("/");
  const isNumber = !more.length && NUMBER.test(over) && NUMBER.test(under);
  return isNumber ? over / under : token.replace(/\.$/, "");
};
const read = (text) => (text.match(/[^\s,;()[\]{}]+/g) ?? []).map(readToken);

// A comma parts numbers, or thousands from hundreds, or, in some languages, ones from tenths:
// whoever is right in one of these is right.
const readAll = (given, decimal) => {
  const text = simplify(given);
  const between = decimal === "," ? / (?=\d{3}(?!\d))/g : /[ ,](?=\d{3}(?!\d))/g;
  const texts = [text, text.replace(between, "")];
  if (decimal === ",") texts.push(...texts.map((one) => one.replace(/(?<=\d),(?=\d)/g, ".")));
  return texts.map(read);
};

const isClose = (one, other, within) =>
  one === other || Math.abs(one - other) <= within + 1e-9 * Math.abs(one);

// One number will do for many that are the same.
const shorten = (answer, given) =>
  given.length === 1 && new Set(answer).size === 1 ? answer.slice(0, 1) : answer;

const accepts = (answer, given, within = 0) => {
  const wanted = shorten(answer, given);
  return wanted.length === given.length && wanted.every((one, i) => isClose(one, given[i], within));
};

// What can be said of any answer that is wrong: a key of the words.
const remark = (answer, given) => {
  const wanted = shorten(answer, given);
  const [sorted, sizes] = [(them) => [...them].sort(), (them) => them.map(Math.abs)];
  if (!wanted.every(Number.isFinite)) return "look";
  if (!given.every(Number.isFinite)) return "number";
  if (wanted.length !== given.length) return "count";
  if (accepts(sorted(wanted), sorted(given))) return "order";
  if (accepts(sizes(wanted), sizes(given))) return "sign";
  const isNear = (one, i) => Math.abs(one - given[i]) < Math.abs(one) / 100;
  return wanted.every(isNear) ? "digits" : "look";
};

// The elements of a kind that follow one another right before `element`, or right after it.
const follow = (element, way, kind) => {
  const next = element[`${way}ElementSibling`];
  return next?.matches(kind) ? [next, ...follow(next, way, kind)] : [];
};

class Ask extends HTMLElement {
  #tries = 0;

  connectedCallback() {
    if (this.form) return; // only moved
    this.form = this.querySelector("form");
    this.words = JSON.parse(this.dataset.words);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.judge(new FormData(this.form).get("answer"));
    });
    this.part(".show").addEventListener("click", () => this.open());
  }

  part(selector) {
    return this.querySelector(selector);
  }

  judge(given) {
    const { answer, decimal, within = 0, question } = this.dataset;
    const isChoice = this.part("fieldset");
    const readings = isChoice ? [[given]] : readAll(given, decimal);
    const readAnswer = (text) => (isChoice ? [text] : read(text));
    const isGiven = (element) => {
      const wanted = readAnswer(element.dataset.answer);
      return readings.some((one) => accepts(wanted, one, +within));
    };
    const isRight = isGiven(this);
    const mistake = !isRight && [...this.querySelectorAll("template")].find(isGiven);
    const verdict = isRight ? "right" : mistake ? "mistake" : "wrong";
    this.dataset.verdict = verdict;
    if (mistake) this.dataset.mistake = mistake.dataset.mistake;
    else delete this.dataset.mistake;
    this.#tries += 1;
    if (isRight) this.praise();
    else if (mistake) this.explain(mistake.content.cloneNode(true));
    else this.refuse(readAnswer(answer), readings);
    const detail = { id: question, verdict };
    this.dispatchEvent(new CustomEvent("nabla:answered", { bubbles: true, detail }));
  }

  praise() {
    const isDone = this.together.every(({ dataset }) => dataset.verdict === "right");
    this.say([this.words.right, isDone && this.open() ? this.words.open : ""]);
  }

  explain(mistake) {
    const program = mistake.querySelector("details");
    for (const code of program.querySelectorAll("code")) code.tabIndex = 0; // it may scroll
    this.say([mistake.querySelector(".wording"), this.next], program);
  }

  refuse(answer, readings) {
    const given = readings.find(({ length }) => length === answer.length) ?? readings[0];
    const counts = { given: given.length, wanted: answer.length };
    const said = this.words[remark(answer, given)].replace(/\{(\w+)\}/g, (_, key) => counts[key]);
    this.say([this.words.wrong, said, this.next]);
  }

  // After a second answer that is not right, the result is offered.
  get next() {
    return this.#tries > 1 ? this.words.still : this.words.again;
  }

  say(parts, program = "") {
    const space = (part) => (/[。？！]$/.test(part.textContent ?? part) ? "" : " ");
    this.part("output").replaceChildren(...parts.flatMap((part) => [part, space(part)]));
    this.part(".program").replaceChildren(program);
    this.part(".show").hidden = this.dataset.verdict === "right" || this.#tries < 2;
  }

  // The questions that stand together: one that opens what is below would answer the others.
  get together() {
    const [before, after] = ["previous", "next"].map((way) => follow(this, way, "nabla-ask"));
    return [...before, this, ...after];
  }

  open() {
    const below = follow(this.together.at(-1), "next", "figure.snippet, .drawn, details");
    for (const one of below) {
      const fold = one.matches("details") ? one : one.querySelector("details.result");
      if (fold) fold.open = true;
    }
    return below.length;
  }
}

customElements.define("nabla-ask", Ask);
