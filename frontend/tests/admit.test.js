// @ts-check
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {verdict} from '../door/rules/admit.js';
import {LOOKS, message} from '../door/rules/words.js';

const read = (/** @type {string} */ name) => JSON.parse(readFileSync(new URL(`../../tests/checkin/${name}.json`, import.meta.url), 'utf8'));
const moments = (/** @type {any} */ values, /** @type {string[]} */ ...names) =>
  values && Object.fromEntries(Object.entries(values).map(([name, value]) => [name, names.includes(name) && value ? Date.parse(value) : value]));
const cases = read('admission_cases');

for (const one of cases) {
  test(one.why, () => {
    const how = {direction: one.direction, forced: one.forced, admitted: one.admitted, answers: one.answers};

    const said = verdict(moments(one.ticket, 'entered'), moments(one.list, 'opens', 'closes'), Date.parse(one.at), how);

    assert.deepEqual(said, {verdict: one.says, because: one.because ?? said.because});
  });
}

for (const one of read('door_messages')) {
  test(`the sentence: ${one.why}`, () => {
    const words = message(one, moments(one.ticket, 'entered'), moments(one.list, 'opens', 'closes'), Date.parse(one.at), moments(one.first, 'at'));

    assert.equal(words, one.sentence);
  });
}

test('there are enough cases, and each verdict has a look', () => {
  assert.ok(cases.length >= 120);
  assert.ok(cases.every((/** @type {any} */ one) => one.says in LOOKS));
});
