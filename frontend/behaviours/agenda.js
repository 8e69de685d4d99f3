// @ts-check
/** The agenda's tools: day tabs follow the scrolling; on large programmes a search. @param {HTMLElement} tools */
export default function agenda(tools) {
  followDays(tools);
  const find = /** @type {HTMLElement | null} */ (tools.querySelector('.finder'));
  if (find) search(find);
}

/** @param {HTMLElement} tools */
function followDays(tools) {
  const tabs = [...tools.querySelectorAll('.days a')];
  const days = tabs.map(tab => document.querySelector(tab.getAttribute('href') ?? '#'));
  if (!tabs.length) return;
  const show = () => {
    const line = tools.getBoundingClientRect().bottom + 80;
    const current = days.reduce((found, day, index) => (day && day.getBoundingClientRect().top <= line ? index : found), 0);
    tabs.forEach((tab, index) => (index === current ? tab.setAttribute('aria-current', 'true') : tab.removeAttribute('aria-current')));
  };
  addEventListener('scroll', show, {passive: true});
  show();
}

/** Accents and case do not matter. @param {string} text */
const fold = text => text.normalize('NFKD').replace(/\p{M}|[’']/gu, '').replaceAll('-', ' ').toLowerCase();

/** @param {HTMLElement} find */
function search(find) {
  const words = /** @type {HTMLInputElement} */ (find.querySelector('input')), track = /** @type {HTMLSelectElement} */ (find.querySelector('select'));
  const said = /** @type {HTMLOutputElement} */ (find.querySelector('output'));
  const cards = [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('.session'))].map(card => ({card, text: fold(card.textContent ?? '')}));
  const show = () => {
    const wanted = fold(words.value).split(/\s+/).filter(Boolean);
    let count = 0;
    for (const {card, text} of cards) {
      card.hidden = !(wanted.every(word => text.includes(word)) && (!track.value || card.dataset.track === track.value));
      if (!card.hidden) count += 1;
    }
    for (const group of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('.slot, .day'))) {
      group.hidden = !group.querySelector('.session:not([hidden]), .break');
    }
    said.textContent = count ? `${count} session${count > 1 ? 's' : ''}` : 'Nothing matches. Try a part of the word.';
  };
  find.hidden = false;
  let timer = 0;
  words.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(show, 120); });
  track.addEventListener('change', show);
}
