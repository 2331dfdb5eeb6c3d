// The switch in the header that hides every result until the reader asks for it.

const KEY = "nabla.predict";
const words = JSON.parse(document.getElementById("nabla-words").textContent);
const button = document.querySelector(".nabla-predict");
const results = [...document.querySelectorAll("details.result")];
const open = results.map((result) => result.open);

// Storage may be forbidden; the switch then holds for this page only.
const remembered = () => {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
};
const remember = (on) => {
  try {
    if (on) localStorage.setItem(KEY, "on");
    else localStorage.removeItem(KEY);
  } catch {}
};

const name = (result) => {
  result.firstElementChild.textContent = result.open ? words.result : words.predict;
};

const predict = (on) => {
  button.setAttribute("aria-pressed", on);
  results.forEach((result, i) => {
    result.open = open[i] && !on;
    name(result);
  });
};

predict(remembered());
delete document.documentElement.dataset.predict;
for (const result of results) result.addEventListener("toggle", () => name(result));
button.addEventListener("click", () => {
  const on = button.getAttribute("aria-pressed") !== "true";
  predict(on);
  remember(on);
});
button.hidden = false;
