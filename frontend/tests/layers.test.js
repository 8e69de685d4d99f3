// @ts-check
import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import {test} from 'node:test';

/** A part of the door may import itself and the parts to its right. */
const LAYERS = ['screens', 'sync', 'store', 'rules'];
const door = new URL('../door/', import.meta.url);

test('the door app depends in one direction', () => {
  let seen = 0;
  for (const [level, layer] of LAYERS.entries()) {
    for (const file of readdirSync(new URL(`${layer}/`, door))) {
      for (const [, target] of readFileSync(new URL(`${layer}/${file}`, door), 'utf8').matchAll(/^import .*?from '\.\.\/(\w+)\//gm)) {
        seen += 1;
        assert.ok(LAYERS.indexOf(target) > level, `${layer}/${file} imports ${target}`);
      }
    }
  }
  assert.ok(seen > 5);
});

test('only db.js opens the database, and the rules touch nothing', () => {
  for (const layer of LAYERS) {
    for (const file of readdirSync(new URL(`${layer}/`, door))) {
      const text = readFileSync(new URL(`${layer}/${file}`, door), 'utf8');
      if (file !== 'db.js') assert.ok(!text.includes('indexedDB'), file);
      if (layer === 'rules') assert.ok(!/\b(document|window|localStorage|Date\.now)\b/.test(text), file);
    }
  }
});
