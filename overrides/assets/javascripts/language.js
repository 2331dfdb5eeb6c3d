// Other languages: the switch keeps the reader's place, and a first visit is offered one's own.

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
const asked = () => {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return true; // nothing could be remembered: better never than on every page
  }
};

const spoken = navigator.languages.map((language) => language.split("-")[0]);
const offers = new Map([...document.querySelectorAll(".nabla-offer")].map((p) => [p.lang, p]));
const own = spoken.find((language) => offers.has(language) || language === document.documentElement.lang);
const offer = offers.get(own);
if (offer && !asked()) {
  offer.hidden = false;
  offer.querySelector("button").addEventListener("click", () => {
    offer.hidden = true;
    answered();
  });
}
