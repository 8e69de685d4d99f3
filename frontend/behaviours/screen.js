// @ts-check
import {clock, running} from './running.js';
import {serverNow, stayLit, wallClock} from './servertime.js';

const LATER = 3, TURN = 12_000, SOON = 5 * 60_000;
const MARKS = ['is-now', 'is-next', 'is-later'];

/**
 * A display goes on by itself, also without the network: every line carries its times. @param {HTMLElement} screen
 */
export default function start(screen) {
  const wall = wallClock(screen.dataset.zone ?? 'UTC');
  const show = () => {
    const at = serverNow();
    const days = screen.matches(':has([data-day])') ? [.../** @type {NodeListOf<HTMLElement>} */ (screen.querySelectorAll('[data-day]'))] : [screen];
    const some = days.map(day => mark(day, at)).some(Boolean);
    const nothing = /** @type {HTMLElement | null} */ (screen.querySelector('[data-nothing]'));
    if (nothing) nothing.hidden = some;
    for (const time of screen.querySelectorAll('[data-clock]')) write(time, wall());
  };
  show();
  setInterval(show, 1000);
  screen.addEventListener('renewed', show);
  turn(screen);
  stayLit();
}

/** @param {Element} element @param {string} text */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** The lines of a day with their times. @param {ParentNode} day */
export function linesOf(day) {
  return [.../** @type {NodeListOf<HTMLElement>} */ (day.querySelectorAll('.line'))].map(element => ({
    element, own: element.dataset.own !== undefined, begins: Number(element.dataset.begins), ends: Number(element.dataset.ends),
  }));
}

/** Mark what is on and what comes; says whether there is either. @param {HTMLElement} day @param {number} at */
export function mark(day, at) {
  // What is for everybody belongs to no room, and is its own there.
  const lines = linesOf(day), {now, next} = running(lines, at);
  const coming = next < 0 ? [] : lines.map((_, n) => n).filter(n => n > next && n !== now).slice(0, LATER);
  lines.forEach(({element, ends}, n) => {
    const wanted = n === now ? 'is-now' : n === next ? 'is-next' : coming.includes(n) ? 'is-later' : '';
    for (const name of MARKS) element.classList.toggle(name, name === wanted);
    const left = element.querySelector('[data-left]');
    if (left) write(left, n === now ? (ends - at <= SOON ? `${clock(ends - at)} left` : `${Math.ceil((ends - at) / 60_000)} minutes left`) : '');
  });
  if (day.dataset.day !== undefined) day.hidden = now < 0 && next < 0;
  return now >= 0 || next >= 0;
}

/** More rooms than fit take turns. Any key holds them, and lets them go. @param {HTMLElement} screen */
function turn(screen) {
  const list = screen.querySelector('.rooms-now');
  if (!(list instanceof HTMLElement)) return;
  let from = 0, held = false;
  const rooms = () => /** @type {HTMLElement[]} */ ([...list.children]).filter(room => !room.hidden);
  const show = () => {
    const all = rooms();
    for (const room of all) room.classList.remove('waits');
    if (list.scrollHeight <= list.clientHeight + 4) return void (from = 0);
    from %= all.length;
    all.forEach((room, n) => room.classList.toggle('waits', n < from));
    for (let n = all.length - 1; n > from && list.scrollHeight > list.clientHeight + 4; n -= 1) all[n].classList.add('waits');
  };
  const next = () => {
    if (held) return;
    const all = rooms(), last = all.findLastIndex(room => !room.classList.contains('waits'));
    from = last + 1 < all.length ? last + 1 : 0;
    show();
  };
  addEventListener('keydown', () => { held = !held; });
  addEventListener('resize', show);
  screen.addEventListener('renewed', show);
  show();
  setInterval(next, TURN);
}
