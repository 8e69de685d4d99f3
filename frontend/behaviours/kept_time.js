// @ts-check
import {clock} from './running.js';
import {serverNow} from './servertime.js';

/** Minutes left at which it is said aloud: often enough to act in time, seldom enough to type in peace. */
const SAID = [10, 5, 2, 1];

/** Counts down to the moment until which places are kept, then shows the page as it is. @param {HTMLElement} place */
export default function kept(place) {
  const until = Date.parse(place.dataset.until ?? '');
  const said = document.querySelector('[data-kept-said]');
  let last = Infinity;
  const show = () => {
    const left = until - serverNow(), minutes = Math.ceil(left / 60_000);
    place.textContent = left > 0 ? ` (${clock(left)} left)` : '';
    const step = SAID.find(one => minutes <= one && last > one);
    if (step && said && left > 0) said.textContent = `Your places are kept for ${minutes} more minute${minutes === 1 ? '' : 's'}.`;
    last = Math.min(last, minutes);
    if (left > -1500) return;
    clearInterval(timer);
    // Who fills in the form for an invoice keeps what they typed: it still works while nobody else has the places.
    if (document.querySelector('details[open]')) place.textContent = ' (the time is over)';
    else location.reload();
  };
  const timer = setInterval(show, 1000);
  show();
}
