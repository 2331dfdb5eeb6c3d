/** Material's search worker, loaded when first asked, and blind to accents, ligatures and widths.
 *
 * The page sends the configuration of its language without the texts. They come, with
 * Material's worker, when the reader begins to type; a reader who does not search does
 * not pay for them.
 *
 * What is indexed and what is asked for are folded alike: derivee finds dérivée. What
 * is shown is not, since only tokens are folded, and a token keeps its place and length
 * in the text. Japanese is indexed word by word; a query is cut the same way.
 *
 * Who pastes a message or a result wants the section that has it: the sections in which
 * most of a query stands word for word come first.
 */
const [SETUP, READY, QUERY, RESULT] = [0, 1, 2, 3]; // types of messages, in Material's worker
const FEW = 5; // words: what is longer was pasted
const ENOUGH = 10; // letters in a row that are no chance, if they are half of the query …
const PLENTY = 30; // … and even if they are not
const address = new URL(location).searchParams;

const fold = (text) =>
  text
    .normalize("NFKD") // ｔｏｒｃｈ, ﬁ and x² too
    .replace(/([a-z])\p{M}+/giu, "$1") // Latin only: か and が are different letters
    .normalize("NFC")
    .replaceAll("œ", "oe")
    .replaceAll("æ", "ae");

const JAPANESE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]{2,}/gu;
const words = (text) =>
  lunr.segmenter ? text.replace(JAPANESE, (run) => lunr.segmenter.segment(run).join(" ")) : text;

/** Return a query without the signs that lunr takes for commands, unless it was typed as such. */
const withoutSigns = (query) => {
  const text = query.replace(/(?<=[\p{L}\p{N})])\^(?=[\p{L}\p{N}])/gu, "");
  const isTyped =
    text.trim().split(/\s+/).length <= FEW && /^[\p{L}\p{N}\s_.'’"+*-]*$/u.test(text) && !/[+-][\d.]/.test(text);
  return isTyped ? text : text.replace(/["+\-~^*:\\]/g, " ");
};

const CJK = "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}ー";
const WORD = new RegExp(`[${CJK}]|(?:(?![${CJK}])[\\p{L}\\p{N}_])+`, "gu"); // each sign of CJK is one: no blanks there
const inWords = (text) => fold(text).toLowerCase().replaceAll("\u200b", "").match(WORD) ?? [];
/** Return how many letters a word is worth: a Chinese character says as much as three of ours. */
const weigh = (word) => (/\p{Script=Han}/u.test(word) ? 3 : /[\p{Script=Hiragana}\p{Script=Katakana}ー]/u.test(word) ? 2 : word.length);
const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"' };
const shown = ({ title, text }) =>
  ` ${inWords(`${title} ${text}`.replace(/<[^>]*>/g, " ").replace(/&\w+;/g, (one) => ENTITIES[one] ?? " ")).join(" ")} `;

/** Return how many letters of a query, in words, stand in a text one after the other.
 *
 * One of several words that were typed does not count: the index finds it.
 */
const longestRun = (asked, text) => {
  let best = 0;
  for (let i = 0; i < asked.length; i++) {
    let run = "";
    let letters = 0;
    for (let j = i; j < asked.length && text.includes(`${run} ${asked[j].word} `); j++) {
      run += ` ${asked[j].word}`;
      letters += weigh(asked[j].word);
      if (asked[j].typed > asked[i].typed || asked.at(-1).typed === asked[0].typed) best = Math.max(best, letters);
    }
  }
  return best;
};

let given; // with the first message
let started; // a promise, once something was asked for
let texts; // what each section shows, by its place
const asked = []; // queries that are not answered yet

/** Put first what has the query word for word. */
const rank = (items, query) => {
  const all = query
    .split(/\s+/)
    .flatMap((one, typed) => inWords(one).map((word) => ({ word, typed })))
    .slice(-100);
  const letters = all.reduce((sum, { word }) => sum + weigh(word), 0);
  const runs = new Map();
  for (const { location } of items.flat()) {
    const run = letters < ENOUGH ? 0 : longestRun(all, texts.get(location) ?? "");
    runs.set(location, run >= PLENTY || (run >= ENOUGH && 2 * run >= letters) ? run : 0);
  }
  const first = (found) => found.reduce((best, one) => (runs.get(one.location) > runs.get(best.location) ? one : best));
  return items
    .map((found) => {
      const best = first(found);
      if (!runs.get(best.location)) return found;
      return [{ ...best, score: Number.MAX_VALUE }, ...found.filter((one) => one !== best)];
    })
    .sort(([one], [other]) => runs.get(other.location) - runs.get(one.location));
};

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
  const loaded = data.docs.length
    ? data.docs // a site read from a folder, without a server
    : fetch(new URL(address.get("docs"), location)).then((answer) => answer.json());
  importScripts(address.get("worker"));
  foldTokens();
  const docs = await loaded;
  texts = new Map(docs.map((one) => [one.location, shown(one)]));
  await new Promise((ready) => {
    self.postMessage = ({ type, data }) => {
      if (type === READY) ready();
      else if (type === RESULT) reply({ type, data: { ...data, items: rank(data.items, asked.shift()) } });
    };
    send({ type: SETUP, data: { ...data, docs } });
  });
};

self.addEventListener("message", async (event) => {
  if (!event.isTrusted) return; // ours, for Material's worker
  event.stopImmediatePropagation();
  const { type, data } = event.data;
  if (type === SETUP) {
    given = data;
    reply({ type: READY });
  } else if (type === QUERY && (data || started)) {
    await (started ??= start(given));
    asked.push(data);
    send({ type, data: words(withoutSigns(fold(data))) });
  }
});
