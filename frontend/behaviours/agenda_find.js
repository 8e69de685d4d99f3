// @ts-check
import {all, read, watch} from './kept.js';

const FIELDS = ['q', 'track', 'room', 'day', 'kind', 'language'];
/** The same letters as core/text.py: accents, case and apostrophes do not matter. @param {string} text */
const fold = text => text.replace(/[łŁøØđĐıæÆœŒ]/g, letter => /** @type {Record<string, string>} */ ({ł: 'l', Ł: 'l', ø: 'o', Ø: 'o', đ: 'd', Đ: 'd', ı: 'i', æ: 'ae', Æ: 'ae', œ: 'oe', Œ: 'oe'})[letter]).normalize('NFKD').replace(/\p{M}|[’']/gu, '').replaceAll('-', ' ').toLowerCase();

/** @type {WeakMap<Element, {said: string, text: string}>} */ const folded = new WeakMap();

/** Search and filters, at once and in the page; the address follows, so that it can be sent to others. @param {HTMLElement} tools */
export default function finding(tools) {
  const form = /** @type {HTMLFormElement} */ (tools.querySelector('#find')), event = tools.dataset.event ?? '';
  const mine = /** @type {HTMLInputElement} */ (form.querySelector('#mine')), said = document.querySelector('output.found');
  const count = /** @type {HTMLElement} */ (form.querySelector('.count'));
  for (const shown of form.querySelectorAll('[data-script]')) /** @type {HTMLElement} */ (shown).hidden = false;
  for (const gone of document.querySelectorAll('[data-no-script]')) gone.remove();

  const asked = () => {
    const data = new FormData(form);
    return Object.fromEntries(FIELDS.map(name => [name, String(data.get(name) ?? '').trim()]));
  };
  const show = () => {
    const wanted = asked(), words = fold(wanted.q).split(/\s+/).filter(Boolean), kept = read(event);
    const own = mine.checked ? new Set([...all(kept), ...(kept?.going ?? [])]) : null;
    const narrow = Boolean(words.length || wanted.track || wanted.room || wanted.kind || wanted.language || own);
    let found = 0;
    for (const day of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('#days .day'))) {
      const whole = !wanted.day || day.dataset.date === wanted.day;
      for (const card of /** @type {NodeListOf<HTMLElement>} */ (day.querySelectorAll('.session'))) {
        card.hidden = !(whole && fits(card, wanted) && (!own || own.has(code(card))) && words.every(word => textOf(card).includes(word)));
        if (!card.hidden) found += 1;
      }
      for (const pause of /** @type {NodeListOf<HTMLElement>} */ (day.querySelectorAll('.break'))) pause.hidden = narrow;
      for (const slot of /** @type {NodeListOf<HTMLElement>} */ (day.querySelectorAll('.slot'))) slot.hidden = !slot.querySelector('.session:not([hidden]), .break:not([hidden])');
      day.hidden = !whole || !day.querySelector('.slot:not([hidden])');
    }
    const filters = FIELDS.filter(name => name !== 'q' && name !== 'track' && wanted[name]).length + Number(Boolean(wanted.track && form.querySelector('#f-track'))) + Number(mine.checked);
    count.hidden = !filters;
    count.textContent = String(filters);
    if (said) said.textContent = !narrow && !wanted.day ? '' : found ? `${found} session${found > 1 ? 's' : ''}` : own && !own.size ? 'You keep nothing yet: press the star beside a session.' : 'Nothing matches. Try a part of the word.';
  };
  const changed = () => {
    show();
    const query = new URLSearchParams(Object.entries(asked()).filter(([, value]) => value));
    history.replaceState(history.state, '', `${location.pathname}${query.size ? `?${query}` : ''}${location.hash}`);
  };
  let timer = 0;
  form.addEventListener('input', input => {
    clearTimeout(timer);
    timer = setTimeout(changed, /** @type {Element} */ (input.target).id === 'q' ? 120 : 0);
  });
  for (const radio of document.querySelectorAll('input[name="track"][form="find"]')) radio.addEventListener('change', changed);
  form.addEventListener('submit', submit => { submit.preventDefault(); changed(); });
  form.querySelector('[data-clear]')?.addEventListener('click', click => {
    click.preventDefault();
    clear(form);
    changed();
  });
  closing(/** @type {HTMLDetailsElement} */ (form.querySelector('.more')));
  watch(() => { if (mine.checked) show(); });
  document.addEventListener('renewed', show);
  if (tools.dataset.partial === undefined) show();
  else whole().then(show);
}

/** The address asked for a part, and the server sent no more: here is the rest. */
async function whole() {
  const days = document.getElementById('days');
  try {
    const answer = await fetch(location.pathname, {headers: {accept: 'text/html'}});
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('days');
    if (days && fresh && answer.ok) days.replaceChildren(...fresh.childNodes);
    days?.dispatchEvent(new CustomEvent('renewed', {bubbles: true}));
  } catch { /* what the server found is shown already */ }
}

/** @param {HTMLElement} card */
const code = card => /** @type {HTMLButtonElement | null} */ (card.querySelector('.star'))?.value ?? '';

/** @param {HTMLElement} card @param {Record<string, string>} wanted */
const fits = (card, wanted) => ['track', 'room', 'kind', 'language'].every(name => !wanted[name] || card.dataset[name] === wanted[name]);

/** Title, speakers, track. @param {HTMLElement} card */
function textOf(card) {
  const said = ['h4', '.who', '.track'].map(part => card.querySelector(part)?.textContent ?? '').join(' ');
  let known = folded.get(card);
  if (known?.said !== said) folded.set(card, known = {said, text: fold(said)});
  return known.text;
}

/** @param {HTMLFormElement} form */
function clear(form) {
  for (const field of form.elements) {
    if (field instanceof HTMLSelectElement) field.value = '';
    else if (field instanceof HTMLInputElement && field.type === 'search') field.value = '';
    else if (field instanceof HTMLInputElement && field.type === 'checkbox') field.checked = false;
    else if (field instanceof HTMLInputElement && field.name === 'track') field.checked = field.value === '';
  }
}

/** The panel closes with Escape and with a press elsewhere. @param {HTMLDetailsElement} panel */
function closing(panel) {
  panel.addEventListener('keydown', key => {
    if (key.key !== 'Escape' || !panel.open) return;
    panel.open = false;
    panel.querySelector('summary')?.focus();
  });
  document.addEventListener('click', click => { if (panel.open && !panel.contains(/** @type {Node} */ (click.target))) panel.open = false; });
}
