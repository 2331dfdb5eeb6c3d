/** Material's search worker, blind to accents and ligatures: derivee finds dérivée.
 *
 * What is indexed and what is asked for are folded alike. What is shown is not,
 * since only tokens are folded, and a token keeps its place and length in the text.
 */
const fold = (text) =>
  text
    .normalize("NFD")
    .replace(/([a-z])\p{M}+/giu, "$1") // Latin only: か and が are different letters
    .normalize("NFC")
    .replaceAll("œ", "oe")
    .replaceAll("æ", "ae");

const QUERY = 2; // the type of a message that asks, in Material's worker

self.addEventListener("message", (event) => {
  const { type, data } = event.data;
  if (type !== QUERY || fold(data) === data) return;
  event.stopImmediatePropagation();
  self.dispatchEvent(new MessageEvent("message", { data: { type, data: fold(data) } }));
});

importScripts(new URL(location).searchParams.get("worker"));

const Token = lunr.Token;
lunr.Token = function (text, metadata) {
  Token.call(this, fold(text), metadata);
};
lunr.Token.prototype = Token.prototype;
