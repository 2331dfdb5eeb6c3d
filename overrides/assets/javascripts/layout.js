// What is below the first screen is laid out right after the rest, in idle moments and small parts,
// so that a long page answers from the start. Until then nabla.css leaves it out. Nobody has to
// move: a picture of the whole page, or a copy of it, has everything in it.

const SLICE = 8; // ms, in browsers that do not say how long they idle
const SPARE = 4; // ms that have to be left for one more block
const PATIENCE = 100; // ms until the next part comes even if the browser never idles

const later = () => {
  const end = performance.now() + SLICE;
  layOut({ timeRemaining: () => end - performance.now() });
};
const soon = () =>
  globalThis.requestIdleCallback ? requestIdleCallback(layOut, { timeout: PATIENCE }) : setTimeout(later);

// Asked for each time: Material wraps tables, which it knows by having no class.
const next = () => document.querySelector(".md-content__inner > :not([data-laid])");

const layOut = (deadline) => {
  for (let block = next(); block; block = next()) {
    block.dataset.laid = "";
    block.getBoundingClientRect();
    if (deadline.timeRemaining() < SPARE) return soon();
  }
};

soon();
