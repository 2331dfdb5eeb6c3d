// Loads the explorers that are on the page, and no others.

for (const kind of ["line", "curve", "contour", "descent"]) {
  if (document.querySelector(`nabla-${kind}`)) import(`./${kind}.js`);
}
