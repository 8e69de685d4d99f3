import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {clock, running, timer} from '../behaviours/running.js';

const MINUTE = 60_000;
const cases = JSON.parse(readFileSync(new URL('../../tests/stage/running_cases.json', import.meta.url), 'utf8'));
const lines = rows => rows.map(([own, begins, ends]) => ({own: !!own, begins: begins * MINUTE, ends: ends * MINUTE}));

for (const one of cases) {
  test(`running: ${one.why}`, () => {
    assert.deepEqual(running(lines(one.lines), one.at * MINUTE), {now: one.now ?? -1, next: one.next ?? -1});
  });
}

for (const [minute, state] of [[59, 'idle'], [60, 'on'], [84, 'on'], [85, 'soon'], [89, 'last'], [90, 'over'], [104, 'over'], [105, 'idle']]) {
  test(`timer: at minute ${minute} of a session from 60 to 90 it is ${state}`, () => {
    assert.equal(timer(lines([[1, 60, 90]]), minute * MINUTE).state, state);
  });
}

test('timer: what begins next ends the over time of the one before', () => {
  assert.deepEqual(timer(lines([[1, 60, 90], [1, 95, 120]]), 96 * MINUTE), {line: 1, state: 'on', left: 24 * MINUTE});
});

for (const [ms, text] of [[0, '0:00'], [1, '0:01'], [60_000, '1:00'], [59_001, '1:00'], [3_723_000, '1:02:03'], [-1000, '0:01'], [-133_000, '2:13']]) {
  test(`clock: ${ms} ms is ${text}`, () => assert.equal(clock(ms), text));
}
