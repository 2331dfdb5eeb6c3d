// Material's search asks when a key is released. What comes by no key asks too: what is pasted
// by mouse or finger, dropped, dictated. A field of one line would glue pasted lines together.

const box = document.querySelector("[data-md-component=search-query]");

const takeLines = (event) => {
  const given = (event.clipboardData ?? event.dataTransfer)?.getData("text/plain") ?? "";
  if (!/[\r\n]/.test(given.trim())) return;
  event.preventDefault();
  box.focus();
  box.setRangeText(given.trim().replace(/\s+/g, " "), box.selectionStart, box.selectionEnd, "end");
  box.dispatchEvent(new InputEvent("input", { bubbles: true }));
};

box?.addEventListener("input", () => box.dispatchEvent(new KeyboardEvent("keyup")));
box?.addEventListener("paste", takeLines);
box?.addEventListener("drop", takeLines);
