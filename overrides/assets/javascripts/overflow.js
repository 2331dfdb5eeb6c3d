// What is too wide for its place scrolls, so it must be reachable from the keyboard.

const WIDE = ".maths, .maths > .wide, .md-typeset__scrollwrap";

const watcher = new ResizeObserver((seen) => {
  for (const { target } of seen) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});

// A formula within a line gets a box of its own once it is seen to be wider than the line.
const BLOCKS = "p, li, td, th, dd, dt, summary, h1, h2, h3, h4, div";
const near = new IntersectionObserver(
  (seen) => {
    for (const { target, boundingClientRect } of seen) {
      const math = target.querySelector(":scope > math");
      if (!math || boundingClientRect.width <= target.closest(BLOCKS).clientWidth) continue;
      const box = document.createElement("span");
      box.className = "wide";
      math.replaceWith(box);
      box.append(math);
      watcher.observe(box);
    }
  },
  { rootMargin: "100%" },
);
const frame = () => {
  near.disconnect();
  for (const formula of document.querySelectorAll("span.maths")) near.observe(formula);
};

// MathML may be switched off, as the strictest level of Tor Browser has it.
const knowsMathML = () => {
  const probe = document.createElement("div");
  probe.innerHTML = '<math><mspace height="23px" width="77px"/></math>';
  document.body.append(probe);
  const { height, width } = probe.querySelector("mspace").getBoundingClientRect();
  probe.remove();
  return Math.abs(height - 23) < 1 && Math.abs(width - 77) < 1;
};

if (document.querySelector("math")) {
  if (knowsMathML()) {
    document.fonts.ready.then(frame);
    addEventListener("resize", frame);
  } else document.documentElement.dataset.withoutMathml = "";
}
// Material's script wraps tables once the page is there.
addEventListener("load", () => {
  for (const wide of document.querySelectorAll(WIDE)) watcher.observe(wide);
});
