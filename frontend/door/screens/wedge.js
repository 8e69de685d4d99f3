// @ts-check
/** A hand scanner types like a keyboard, very fast, and ends with Enter or Tab. Typing into a field is left alone. */

/** @typedef {import('../rules/keys.js').Key} Key */

const GAP = 100, SHORTEST = 10;

/** @param {(keys: Key[]) => void} heard @returns {() => void} stops listening */
export function listen(heard) {
  /** @type {Key[]} */ let keys = [];
  let last = 0;
  /** @param {KeyboardEvent} event */
  const key = event => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (target.closest?.('input:not([type=radio], [type=checkbox]), textarea, select') || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.timeStamp - last > GAP) keys = [];
    last = event.timeStamp;
    if ((event.key === 'Enter' || event.key === 'Tab') && keys.length >= SHORTEST) {
      event.preventDefault();
      event.stopPropagation();
      heard(keys);
      keys = [];
    } else if (event.key.length === 1 || event.key === 'Dead') {
      keys.push({key: event.key === 'Dead' ? '' : event.key, code: event.code, shift: event.shiftKey});
      // A space or a letter of a scan must not press the button that has the focus, or search in a list.
      if (keys.length > 2) event.preventDefault();
    }
  };
  addEventListener('keydown', key, true);
  return () => removeEventListener('keydown', key, true);
}
