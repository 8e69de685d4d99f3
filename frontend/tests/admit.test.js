// @ts-check
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {verdict} from '../door/rules/admit.js';

const cases = JSON.parse(readFileSync(new URL('../../tests/checkin/admission_cases.json', import.meta.url), 'utf8'));
const moment = (/** @type {string | undefined} */ text) => (text ? Date.parse(text) : null);

for (const one of cases) {
  test(one.why, () => {
    const door = {types: one.list.types, opens: moment(one.list.opens), closes: moment(one.list.closes), admit_unpaid: one.list.admit_unpaid};

    const said = verdict(one.ticket, door, Date.parse(one.at), {direction: one.direction, forced: one.forced});

    assert.equal(said, one.says);
  });
}

test('there are enough cases', () => assert.ok(cases.length >= 40));
