import assert from 'node:assert/strict';
import {test} from 'node:test';

import {square} from '../behaviours/crop.js';
import {passing, remembered} from '../behaviours/upload.js';

test('a square stays inside the picture wherever its middle is put', () => {
  for (const [cx, cy] of [[-1, -1], [.5, .5], [2, 2]]) {
    const {x, y, w, h} = square(1000, 500, .5, cx, cy);
    assert.ok(x >= 0 && y >= 0 && x + w <= 1 && y + h <= 1);
    assert.equal(w * 1000, h * 500);
  }
});

test('the whole shorter edge at no zoom', () => {
  const {x, y, w, h} = square(1000, 500, 1, .5, .5);
  assert.deepEqual([x, y, w, h], [.25, 0, .5, 1]);
});

test('a full disk and a refused file are not tried again; a lost race and a broken server are', () => {
  assert.deepEqual([507, 422, 404, 413].map(passing), [false, false, false, false]);
  assert.deepEqual([409, 423, 429, 500, 503].map(passing), [true, true, true, true, true]);
});

test('another file of the same name is another upload', () => {
  const file = {name: 'a.pdf', size: 5, lastModified: 1};
  assert.notEqual(remembered('/x', file), remembered('/x', {...file, lastModified: 2}));
});
