// Pictures of the application for the README: writes docs/img/*.png. Run with `npm run screenshots`.

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { launch, newVisitor } from './browser.mjs';
import { root, startServer } from './server.mjs';
import { richestStudy, themes } from './starter.mjs';

const SHOTS = [
  ['home', '/', { width: 1280, height: 900 }],
  ['studies', `/studies?theme=${themes[1].slug}&from=2010&to=2012`, { width: 1280, height: 1000 }],
  ['study', `/studies/${richestStudy.slug}`, { width: 1280, height: 1000 }],
  ['theme', `/evidence/${themes[0].slug}`, { width: 1280, height: 1000 }],
  ['home-phone', '/', { width: 360, height: 780 }],
  ['study-phone', `/studies/${richestStudy.slug}`, { width: 360, height: 780 }],
];

const folder = path.join(root, 'docs/img');
await mkdir(folder, { recursive: true });
const server = await startServer();
const browser = await launch();
try {
  for (const [name, address, viewport] of SHOTS) {
    const visitor = await newVisitor(browser, server.address, { viewport });
    await visitor.page.goto(address);
    await visitor.page.screenshot({ path: path.join(folder, `${name}.png`), animations: 'disabled' });
    await visitor.close();
    console.log(`docs/img/${name}.png`);
  }
} finally {
  await browser.close();
  await server.stop();
}
