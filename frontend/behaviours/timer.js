// @ts-check
import {clock, timer as look} from './running.js';
import {linesOf, mark} from './screen.js';
import {serverNow, stayLit, wallClock} from './servertime.js';

/** Colour is not enough: each state has its words. */
const WORDS = {on: 'left', soon: 'left: come to an end', last: 'last minute', over: 'over time', idle: ''};

/** A countdown to the end of what runs in a room, to be read from ten metres. @param {HTMLElement} timer */
export default function start(timer) {
  const wall = wallClock(timer.dataset.zone ?? 'UTC');
  const show = () => {
    const at = serverNow(), lines = linesOf(timer), {state, left} = look(lines, at);
    mark(timer, at);
    timer.dataset.state = state;
    const next = lines.find(line => line.begins > at);
    put('[data-words]', state === 'idle' ? (next ? 'next at' : 'nothing on') : WORDS[state]);
    put('[data-left]', state === 'idle' ? next?.element.querySelector('time')?.textContent ?? '–' : `${state === 'over' ? '+' : ''}${clock(left)}`);
    put('[data-clock]', wall());
  };
  /** @param {string} selector @param {string} text */
  const put = (selector, text) => {
    const element = timer.querySelector(selector);
    if (element && element.textContent !== text) element.textContent = text;
    element?.classList.toggle('wide', text.length > 5);
  };
  show();
  setInterval(show, 250);
  timer.addEventListener('renewed', show);
  stayLit();
  full(timer);
}

/** @param {HTMLElement} timer */
function full(timer) {
  const offer = () => {
    const button = timer.querySelector('[data-full]');
    if (button instanceof HTMLElement) button.hidden = !document.fullscreenEnabled || !!document.fullscreenElement;
  };
  timer.addEventListener('click', event => {
    if (event.target instanceof Element && event.target.closest('[data-full]')) document.documentElement.requestFullscreen().catch(() => {});
  });
  document.addEventListener('fullscreenchange', offer);
  offer();
}
