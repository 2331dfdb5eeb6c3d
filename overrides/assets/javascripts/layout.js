// What is below the first screen is laid out once the reader sets out for it, in idle moments and
// small parts, so that a long page answers from the start. Until then nabla.css leaves it out.

const SLICE = 8; // ms, in browsers that do not say how long they idle
const SPARE = 4; // ms that have to be left for one more block
const SIGNS = ["scroll", "pointerdown", "pointermove", "keydown", "hashchange"];

const later = () => {
  const end = performance.now() + SLICE;
  layOut({ timeRemaining: () => end - performance.now() });
};
const whenIdle = () => (globalThis.requestIdleCallback ? requestIdleCallback(layOut) : setTimeout(later, 30));

// Asked for each time: Material's script wraps tables.
const next = () => document.querySelector(".md-content__inner > :not(.laid)");

const layOut = (deadline) => {
  for (let block = next(); block; block = next()) {
    block.classList.add("laid");
    block.getBoundingClientRect();
    if (deadline.timeRemaining() < SPARE) return whenIdle();
  }
};

const reader = new AbortController();
const start = () => {
  reader.abort();
  whenIdle();
};
// Who goes to a place below must find it where it will stay.
const jump = ({ target }) => {
  if (target.closest?.("a[href]")?.hash) delete document.documentElement.dataset.layout;
};
addEventListener("click", jump, { capture: true });
for (const sign of SIGNS) addEventListener(sign, start, { passive: true, signal: reader.signal });
