// What is too wide for its place scrolls, so it must be reachable from the keyboard.

const WIDE = ".maths, .md-typeset__scrollwrap";

const watcher = new ResizeObserver((seen) => {
  for (const { target } of seen) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
// Material's script wraps tables once the page is there.
addEventListener("load", () => {
  for (const wide of document.querySelectorAll(WIDE)) watcher.observe(wide);
});
