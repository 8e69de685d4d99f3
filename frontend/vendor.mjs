// Copies the pinned third-party files out of node_modules and writes vendor/vendor.json (version, licence, sha256).
// Run `npm ci && npm run vendor` after changing a version in package.json.
import {createHash} from 'node:crypto';
import {copyFileSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname} from 'node:path';

const FILES = {
  'vendor/zxing/reader/index.js': ['zxing-wasm', 'dist/es/reader/index.js'],
  'vendor/zxing/share.js': ['zxing-wasm', 'dist/es/share.js'],
  'vendor/zxing_reader.wasm': ['zxing-wasm', 'dist/reader/zxing_reader.wasm'],
  'vendor/axe.min.js': ['axe-core', 'axe.min.js'],
  'vendor/ical.min.js': ['ical.js', 'dist/ical.min.js'],
  'fonts/inter.woff2': ['@fontsource-variable/inter', 'files/inter-latin-wght-normal.woff2'],
  'fonts/inter-ext.woff2': ['@fontsource-variable/inter', 'files/inter-latin-ext-wght-normal.woff2'],
  'fonts/bricolage.woff2': ['@fontsource-variable/bricolage-grotesque', 'files/bricolage-grotesque-latin-wght-normal.woff2'],
  'fonts/bricolage-ext.woff2': ['@fontsource-variable/bricolage-grotesque', 'files/bricolage-grotesque-latin-ext-wght-normal.woff2'],
};

const list = {};
for (const [to, [name, from]] of Object.entries(FILES)) {
  const folder = `node_modules/${name}`;
  const {version, license} = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  mkdirSync(dirname(to), {recursive: true});
  copyFileSync(`${folder}/${from}`, to);
  list[to] = {package: name, version, licence: license, sha256: createHash('sha256').update(readFileSync(to)).digest('hex')};
}
writeFileSync('vendor/vendor.json', JSON.stringify(list, null, 2) + '\n');
