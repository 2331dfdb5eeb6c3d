// Loads the scripts of the kinds that are on the page, and no others.

const elements = document.querySelectorAll(".explorer, nabla-graph");
const kinds = new Set([...elements].map(({ localName }) => localName.replace("nabla-", "")));
for (const kind of kinds) import(`./${kind}.js`);
