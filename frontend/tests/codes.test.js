// @ts-check
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {readCode} from '../door/rules/codes.js';
import {LOOKS} from '../door/rules/words.js';

const CODE = '0123456789ABCDEF';

test('a scanner may read the address, the bare code, any case, dashes, and O I L', () => {
  for (const read of [CODE, CODE.toLowerCase(), `HTTPS://X.ORG/T/${CODE}`, `https://x.org/t/${CODE}`.replace('/t/', '/T/'), ` ${CODE}\r\n`, '0I23-4567-89AB-CDEF', 'OL23456789ABCDEF', '0123 4567 89ab cdef']) {
    assert.equal(readCode(read), CODE, read);
  }
});

test('what is no code is none', () => {
  for (const read of ['', 'hello', '0123456789ABCDEU', 'https://x.org/', `${CODE}1`]) assert.equal(readCode(read), null, read);
});

test('every verdict has a colour, an icon and a word', () => {
  for (const verdict of ['welcome', 'already_in', 'welcome_back', 'left', 'wrong_list', 'not_yet', 'over', 'unpaid', 'cancelled', 'needs_answer', 'unknown', 'conflict']) {
    assert.ok(LOOKS[verdict].kind && LOOKS[verdict].icon && LOOKS[verdict].word, verdict);
  }
});
