// @ts-check
/** What a tablet knows, merged from several mouths; names as typed; hand scanners on any keyboard. */
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {readKeys} from '../door/rules/keys.js';
import {answered, NEVER, refreshed, told, whereabouts} from '../door/rules/merge.js';
import {find, fold} from '../door/rules/names.js';
import {money, still, ticked} from '../door/rules/extras.js';

const CODE = '7ZY3M9XD42PAAC8W';
const place = (/** @type {any} */ presence = {}, /** @type {any[]} */ pending = []) => ({presence: {...NEVER, ...presence}, pending});
const mine = {id: 'a', verdict: 'welcome', at: 100, device: 'North'};

/** Keys of an American scanner on a tablet of another layout. @param {string} text @param {Record<string, string>} layout */
const typed = (text, layout) => [...text].map(letter => {
  const code = /[A-Z]/.test(letter) ? `Key${letter}` : /[0-9]/.test(letter) ? `Digit${letter}` : {':': 'Semicolon', '/': 'Slash', '.': 'Period', '-': 'Minus'}[letter] ?? '';
  return {key: layout[letter] ?? letter, code, shift: letter === ':' || /[A-Z]/.test(letter)};
});

test('what this tablet scanned counts before the server has answered', () => {
  assert.equal(whereabouts(place({}, [mine])).state, 'in');
  assert.equal(whereabouts(place({}, [mine, {...mine, id: 'b', verdict: 'left', at: 200}])).state, 'out');
  assert.equal(whereabouts(place({}, [mine, {...mine, id: 'u', verdict: 'undo', back: NEVER}])).state, 'never');
  assert.equal(whereabouts(place({}, [{...mine, verdict: 'unpaid'}])).state, 'never');
});

test('an answer settles a scan once', () => {
  const settled = answered(place({}, [mine]), 'a', 'welcome', null, 500);

  assert.deepEqual(settled.pending, []);
  assert.deepEqual(settled.presence, {state: 'in', entered: 100, device: 'North', first: {at: 100, device: 'North'}, heard: 500});
  assert.equal(answered(settled, 'a', 'welcome', null, 600), settled);
});

test('a guest who was let in on another tablet as well is inside, since the first of the two', () => {
  const settled = answered(place({}, [mine]), 'a', 'conflict', {at: 50, device: 'South'}, 500);

  assert.deepEqual(settled.presence, {state: 'in', entered: 50, device: 'South', first: {at: 50, device: 'South'}, heard: 500});
});

test('a scan that the server refused leaves the guest outside', () => {
  assert.equal(answered(place({}, [mine]), 'a', 'cancelled', null, 500).presence.state, 'never');
});

test('another tablet’s scan is heard once, and an older one changes nothing', () => {
  const scan = {id: 'x', verdict: 'welcome', at: 300, device: 'South'}, after = told(place(), scan, 900);

  assert.equal(after.presence.state, 'in');
  assert.equal(told(after, scan, 901), after);
  assert.equal(told(after, {...scan, id: 'y', verdict: 'left', at: 200}, 902), after);
  assert.equal(told(after, {...scan, id: 'z', verdict: 'left', at: 400}, 903).presence.state, 'out');
});

test('a roster asked for before a scan was heard does not undo it; one asked for later does', () => {
  const known = {...place(), presence: {...NEVER, state: /** @type {const} */ ('in'), entered: 300, heard: 1000}};

  assert.equal(refreshed(place(), known, 900).presence.state, 'in');
  assert.equal(refreshed(place(), known, 1100).presence.state, 'never');
  assert.deepEqual(refreshed(place(), place({}, [mine]), 1100).pending, [mine]);
});

test('what was handed out is not asked for again, two of a kind are two, and a new roster does not forget it', () => {
  assert.deepEqual(still(['shirt', 'shirt', 'bag'], ['shirt']), ['shirt', 'bag']);
  assert.deepEqual(ticked(ticked(['bag'], 'shirt', true), 'bag', false), ['shirt']);
  assert.deepEqual(refreshed(place(), {...place(), handed: ['bag']}, 1).handed, ['bag']);
  assert.equal(money({amount: 12050, currency: 'EUR'}), '€120.50');
  assert.equal(money({amount: 1200, currency: 'JPY'}), 'JP¥1,200');
});

test('names are found without accents, in any order, those that begin with the words first', () => {
  const people = ['Zoë Śliwowska', 'Ana Zoeller', 'Bjørn Łukasz', 'Straße Weiß'].map(name => ({name, folded: fold(`${name} Lab`)}));

  assert.deepEqual(find(people, 'zoe', 5).map(one => one.name), ['Zoë Śliwowska', 'Ana Zoeller']);
  assert.deepEqual(find(people, 'SLIWOW Zoë', 5).map(one => one.name), ['Zoë Śliwowska']);
  assert.deepEqual(find(people, 'lukasz bjorn', 5).map(one => one.name), ['Bjørn Łukasz']);
  assert.deepEqual(find(people, 'weiss', 5).map(one => one.name), ['Straße Weiß']);
  assert.deepEqual(find(people, '  ', 5), []);
});

test('a hand scanner is understood on a German keyboard, where Z and Y are swapped', () => {
  const german = {':': 'Ö', '/': '-', '-': 'ß', Z: 'Y', Y: 'Z'};

  assert.deepEqual(readKeys(typed(`HTTPS://X.ORG/T/${CODE}`, german)).codes[0], CODE);
  assert.ok(readKeys(typed(CODE, german)).codes.includes(CODE));
});

test('a hand scanner is understood on a French keyboard, where digits are signs', () => {
  const french = {...Object.fromEntries([...'1234567890'].map((digit, at) => [digit, '&é"\'(-è_çà'[at]])), ':': 'M', '/': '!', A: 'Q', Q: 'A', Z: 'W', W: 'Z'};

  assert.deepEqual(readKeys(typed(`HTTPS://X.ORG/T/${CODE}`, french)).codes, [CODE]);
});

test('a scanner that is set to the tablet’s layout is taken by its word', () => {
  const keys = typed(`HTTPS://X.ORG/T/${CODE}`, {}).map(key => ({...key, code: key.code === 'KeyZ' ? 'KeyY' : key.code === 'KeyY' ? 'KeyZ' : key.code}));

  assert.equal(readKeys(keys).codes[0], CODE);
});

test('lower case and misread letters are understood, nonsense is not', () => {
  assert.deepEqual(readKeys(typed('oL23456789abcdef', {})).codes, ['0123456789ABCDEF']);
  assert.deepEqual(readKeys(typed('HELLO', {})).codes, []);
});
