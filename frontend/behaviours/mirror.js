// @ts-check
import {all, look, read} from './kept.js';

/**
 * A page of one's own: this device learns what is kept, so that stars show it on the other pages. What was pressed a moment before the
 * page was asked for may not be on it yet (`data-shown` holds the codes that are): then it is fetched again, once.
 * @param {HTMLElement} element
 */
export default function mirror(element) {
  const {event = '', known, shown} = element.dataset;
  if (known === undefined && !read(event)) return;
  look(event).then(() => {
    const there = new Set(shown?.split(' ')), missing = [...all(read(event))].some(code => !there.has(code));
    const [arrival] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType('navigation'));
    if (shown !== undefined && missing && arrival?.type !== 'reload') location.reload();
  });
}
