// @ts-check
import finding from './agenda_find.js';
import nowLine from './agenda_now.js';

const VIEW = 'agenda-view';

/** The agenda's tools: day tabs follow the scrolling, search and filters, grid or list, the now line. @param {HTMLElement} tools */
export default function agenda(tools) {
  new ResizeObserver(() => document.documentElement.style.setProperty('--tools', `${tools.offsetHeight}px`)).observe(tools);
  followDays(tools);
  rememberView(tools);
  finding(tools);
  nowLine(tools);
}

/** @param {HTMLElement} tools */
function followDays(tools) {
  const tabs = /** @type {HTMLAnchorElement[]} */ ([...tools.querySelectorAll('.days a')]);
  if (!tabs.length) return;
  const show = () => {
    const line = tools.getBoundingClientRect().bottom + 80;
    const tops = tabs.map(tab => document.querySelector(`[id="${tab.hash.slice(1)}"]`)?.getBoundingClientRect());
    const current = tops.reduce((found, box, index) => (box && box.height && box.top <= line ? index : found), 0);
    tabs.forEach((tab, index) => (index === current ? tab.setAttribute('aria-current', 'true') : tab.removeAttribute('aria-current')));
  };
  addEventListener('scroll', show, {passive: true});
  show();
}

/** Grid or list is the style sheet's business (a checked radio); here it is only remembered. @param {HTMLElement} tools */
function rememberView(tools) {
  const radios = /** @type {NodeListOf<HTMLInputElement>} */ (tools.querySelectorAll('input[name="view"]'));
  for (const radio of radios) {
    try {
      if (localStorage.getItem(VIEW) === radio.value) radio.checked = true;
      radio.addEventListener('change', () => localStorage.setItem(VIEW, radio.value));
    } catch { /* without storage it is not remembered */ }
  }
}
