// @ts-check
/**
 * What a hand scanner typed. It sends the keys of one keyboard layout, the tablet may have another: then `:` becomes `Ö`, `/` becomes
 * `-`, and Z and Y are swapped. The places of the keys say what the scanner meant, if it meant an American keyboard.
 *
 * @typedef {{key: string, code?: string, shift?: boolean}} Key
 */

import {readCode} from './codes.js';

/** @type {Record<string, [string, string]>} */
const PLACES = {Slash: ['/', '?'], Semicolon: [';', ':'], Period: ['.', '>'], Minus: ['-', '_'], Space: [' ', ' '], NumpadDivide: ['/', '/'], NumpadSubtract: ['-', '-'], NumpadDecimal: ['.', '.']};

/** The character of an American keyboard at this key's place. @param {Key} key @returns {string} */
function american({key, code = '', shift = false}) {
  const letter = /^(?:Key([A-Z])|(?:Digit|Numpad)([0-9]))$/.exec(code);
  if (letter) return letter[1] ?? letter[2];
  return PLACES[code]?.[shift ? 1 : 0] ?? key;
}

/**
 * The ticket codes that these keys may mean, the likelier one first. A whole address shows which reading is right; with a bare code only
 * the list of guests can tell.
 * @param {Key[]} keys @returns {{text: string, codes: string[]}}
 */
export function readKeys(keys) {
  const typed = keys.map(({key}) => key).join(''), placed = keys.map(american).join('');
  const readings = /:\/\/.*\/t\//i.test(placed) && !/:\/\/.*\/t\//i.test(typed) ? [placed, typed] : [typed, placed];
  const codes = readings.map(text => readCode(text)).filter(code => code !== null);
  return {text: typed, codes: [...new Set(codes)]};
}
