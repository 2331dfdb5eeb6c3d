/** Material's search worker, loaded when first asked, and blind to accents and ligatures.
 *
 * The page sends the configuration of its language without the texts. They come, with
 * Material's worker, when the reader begins to type; a reader who does not search does
 * not pay for them.
 *
 * What is indexed and what is asked for are folded alike: derivee finds dérivée. What
 * is shown is not, since only tokens are folded, and a token keeps its place and length
 * in the text. Japanese is indexed word by word; a query is cut the same way.
 */
const [SETUP, READY, QUERY] = [0, 1, 2]; // types of messages, in Material's worker
const address = new URL(location).searchParams;

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

const foldTokens = () => {
  const Token = lunr.Token;
  lunr.Token = function (text, metadata) {
    Token.call(this, fold(text), metadata);
  };
  lunr.Token.prototype = Token.prototype;
};

const reply = self.postMessage.bind(self);
const send = (message) => self.dispatchEvent(new MessageEvent("message", { data: message }));

/** Start Material's worker with the texts; returns when it has indexed them. */
const start = async (data) => {
  const texts = data.docs.length
    ? data.docs // a site read from a folder, without a server
    : fetch(new URL(address.get("docs"), location)).then((answer) => answer.json());
  importScripts(address.get("worker"));
  foldTokens();
  const docs = await texts;
  await new Promise((ready) => {
    self.postMessage = (message) => (message.type === READY ? ready() : reply(message));
    send({ type: SETUP, data: { ...data, docs } });
  });
};

let given; // with the first message
let started; // a promise, once something was asked for

self.addEventListener("message", async (event) => {
  if (!event.isTrusted) return; // ours, for Material's worker
  event.stopImmediatePropagation();
  const { type, data } = event.data;
  if (type === SETUP) {
    given = data;
    reply({ type: READY });
  } else if (type === QUERY && (data || started)) {
    await (started ??= start(given));
    send({ type, data: words(fold(data)) });
  }
});
