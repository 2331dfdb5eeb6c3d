// What is below the first screen is laid out right after the rest and in small parts, so that a long
// page answers from the start. Until then nabla.css leaves it out. Nobody has to move: a picture of
// the whole page, or a copy of it, has everything in it.

const PART = 6; // blocks
const PAUSE = 20; // ms, in which the browser lays out a part

// Asked for each time: Material's script wraps tables.
const layOut = () => {
  const waiting = document.querySelectorAll(".md-content__inner > :not(.laid)");
  for (const block of [...waiting].slice(0, PART)) block.classList.add("laid");
  if (waiting.length > PART) setTimeout(layOut, PAUSE);
};

layOut();
