// @ts-check
/** What a guest takes along at the door: things to hand out, and money still owed. */

/** What is still to hand out, when some of it was handed out before; two of a kind are two. @param {string[]} all @param {string[]} handed @returns {string[]} */
export function still(all, handed) {
  const left = [...handed];
  return all.filter(one => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** One more was handed out, or one was not after all. @param {string[]} handed @param {string} what @param {boolean} given @returns {string[]} */
export function ticked(handed, what, given) {
  if (given) return [...handed, what];
  const at = handed.lastIndexOf(what);
  return handed.filter((_, index) => index !== at);
}

/** An amount in minor units, as people read it. @param {{amount: number, currency: string}} price @returns {string} */
export function money({amount, currency}) {
  const format = new Intl.NumberFormat('en-GB', {style: 'currency', currency}), digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amount / 10 ** digits);
}
