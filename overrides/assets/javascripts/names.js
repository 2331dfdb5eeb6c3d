// Names for what Material's script adds to the code later on: it gives none to the notes,
// and makes a landmark of each bar with a copy button.

const { note } = JSON.parse(document.getElementById("nabla-words").textContent);
const main = document.querySelector("main");

const mend = () => {
  for (const bar of main.querySelectorAll("nav.md-code__nav:not([role])")) bar.role = "none";
  for (const link of main.querySelectorAll(".md-annotation__index:not([aria-label])"))
    link.ariaLabel = `${note} ${link.firstElementChild.dataset.mdAnnotationId}`;
};

mend();
new MutationObserver(mend).observe(main, { childList: true, subtree: true });
