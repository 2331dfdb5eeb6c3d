// Loads the scripts of the kinds that are on the page, and no others. What has no samples stays still.

const elements = document.querySelectorAll(".explorer[data-samples], nabla-graph");
const kinds = new Set([...elements].map(({ localName }) => localName.replace("nabla-", "")));
for (const kind of kinds) import(`./${kind}.js`);
