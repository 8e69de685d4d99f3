// @ts-check
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {clashesOf} from '../behaviours/editor/clashes.js';

const cases = JSON.parse(readFileSync(new URL('../../tests/agenda/clash_cases.json', import.meta.url), 'utf8'));
const NOTHING = {title: '', room: null, start: null, end: null, setup: 0, speakers: [], chair: null, wanted: 0};
/** @param {Record<string, any>} rows @param {object} empty */
const table = (rows, empty) => new Map(Object.entries(rows ?? {}).map(([id, row]) => [Number(id), {...empty, ...row}]));

for (const one of cases) {
  test(one.why, () => {
    const items = one.items.map((/** @type {object} */ item) => ({...NOTHING, ...item}));
    const plan = {items, halls: table(one.halls, {name: '', seats: null}), people: table(one.people, {name: '', available: []})};

    const found = clashesOf(items.find((/** @type {{id: number}} */ item) => item.id === one.item), plan);

    assert.deepEqual(found.map(clash => [clash.kind, clash.other, clash.person, clash.says]), one.says);
  });
}

test('there are enough cases', () => assert.ok(cases.length >= 30));
