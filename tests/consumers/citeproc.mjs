// Formats each item of a CSL-JSON file (standard input) by itself, in one style: node citeproc.mjs STYLE.csl LOCALES-FOLDER
// Prints the references by id, as plain text.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import CSL from 'citeproc';

const [style, locales] = process.argv.slice(2);
const items = new Map(JSON.parse(readFileSync(0, 'utf8')).map((item) => [item.id, item]));
const system = {
  retrieveItem: (id) => items.get(id),
  retrieveLocale: (language) => readFileSync(path.join(locales, `locales-${language}.xml`), 'utf8'),
};
const engine = new CSL.Engine(system, readFileSync(style, 'utf8'), 'en-GB', true);
engine.setOutputFormat('text');
const references = {};
for (const id of items.keys()) {
  engine.updateItems([id]);
  references[id] = engine.makeBibliography()[1][0];
}
console.log(JSON.stringify(references));
