// @ts-check
/** A hand scanner types like a keyboard, very fast, and ends with Enter or Tab. Typing into a field is left alone. */

const GAP = 100, SHORTEST = 10;

/** @param {(text: string) => void} heard @returns {() => void} stops listening */
export function listen(heard) {
  let text = '', last = 0;
  /** @param {KeyboardEvent} event */
  const key = event => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (target.closest('input, textarea, select') || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.timeStamp - last > GAP) text = '';
    last = event.timeStamp;
    if ((event.key === 'Enter' || event.key === 'Tab') && text.length >= SHORTEST) {
      event.preventDefault();
      event.stopPropagation();
      heard(text);
      text = '';
    } else if (event.key.length === 1) {
      text += event.key;
    }
  };
  addEventListener('keydown', key, true);
  return () => removeEventListener('keydown', key, true);
}
