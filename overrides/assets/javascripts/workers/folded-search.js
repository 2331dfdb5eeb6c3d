/** Material's search worker, blind to accents and ligatures: derivee finds dérivée.
 *
 * What is indexed and what is asked for are folded alike. What is shown is not,
 * since only tokens are folded, and a token keeps its place and length in the text.
 * Japanese is indexed word by word; what is asked for is cut into words the same way.
 */
const fold = (text) =>
  text
    .normalize("NFD")
    .replace(/([a-z])\p{M}+/giu, "$1") // Latin only: か and が are different letters
    .normalize("NFC")
    .replaceAll("œ", "oe")
    .replaceAll("æ", "ae");

const JAPANESE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]{2,}/gu;
const words = (text) =>
  lunr.segmenter ? text.replace(JAPANESE, (run) => lunr.segmenter.segment(run).join(" ")) : text;

const QUERY = 2; // the type of a message that asks, in Material's worker

self.addEventListener("message", (event) => {
  const { type, data } = event.data;
  if (type !== QUERY) return;
  const asked = words(fold(data));
  if (asked === data) return;
  event.stopImmediatePropagation();
  self.dispatchEvent(new MessageEvent("message", { data: { type, data: asked } }));
});

importScripts(new URL(location).searchParams.get("worker"));

const Token = lunr.Token;
lunr.Token = function (text, metadata) {
  Token.call(this, fold(text), metadata);
};
lunr.Token.prototype = Token.prototype;
