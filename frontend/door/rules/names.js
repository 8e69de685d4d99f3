// @ts-check
/** Finding people by name, as typed at a door: accents and capitals ignored, any order of words, parts of words. */

/** @type {Record<string, string>} */
const PLAIN = {ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ß: 'ss', æ: 'ae', œ: 'oe', ı: 'i', ħ: 'h', ŋ: 'n', '’': "'"};

/** @param {string} text @returns {string} */
export const fold = text => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/[øłđðþßæœıħŋ’]/g, letter => PLAIN[letter]);

/**
 * Those who match all of the words; names that begin with them come first.
 * @template {{folded: string, name: string}} T
 * @param {Iterable<T>} people `folded`: name first, then whatever else may be searched, made by `fold`
 * @param {string} words @param {number} most @returns {T[]}
 */
export function find(people, words, most) {
  const parts = fold(words).split(/\s+/).filter(Boolean);
  if (!parts.length) return [];
  /** @type {[number, T][]} */ const found = [];
  for (const person of people) {
    const rank = rankOf(person.folded, parts);
    if (rank < Infinity) found.push([rank, person]);
  }
  found.sort((a, b) => a[0] - b[0] || a[1].name.localeCompare(b[1].name));
  return found.slice(0, most).map(([, person]) => person);
}

/** 0 for each part that begins the name, 1 that begins a word, 2 elsewhere; Infinity when one is missing. @param {string} folded @param {string[]} parts */
function rankOf(folded, parts) {
  let rank = 0;
  for (const part of parts) {
    const at = folded.indexOf(part);
    if (at < 0) return Infinity;
    rank += at === 0 ? 0 : folded.includes(` ${part}`) ? 1 : 2;
  }
  return rank;
}
