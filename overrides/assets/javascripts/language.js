// Other languages: the switch keeps the reader's place; a first visit is offered one's own, once.

const KEY = "nabla.language";

// Ids of headings are the same in all languages.
const place = () => {
  const above = [...document.querySelectorAll("article :is(h2, h3)[id]")].filter(
    (heading) => heading.getBoundingClientRect().top < innerHeight / 3,
  );
  return above.length ? `#${above.at(-1).id}` : "";
};

for (const link of document.querySelectorAll("a[hreflang][href]")) {
  link.addEventListener("click", () => {
    link.hash = place();
    answered();
  });
}

const answered = () => {
  try {
    localStorage.setItem(KEY, "answered");
  } catch {}
};

for (const offer of document.querySelectorAll(".nabla-offer")) {
  offer.querySelector("button").addEventListener("click", () => {
    offer.hidden = true;
    answered();
  });
}
