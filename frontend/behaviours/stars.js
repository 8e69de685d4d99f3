// @ts-check
import {has, look, read, send, set, watch} from './kept.js';

/** Stars inside `root`: buttons `.star` whose value is a session's code. Without this they are forms that the server answers. @param {HTMLElement} root */
export default function stars(root) {
  const event = root.dataset.event ?? '';
  const show = () => {
    const kept = read(event);
    for (const star of /** @type {NodeListOf<HTMLButtonElement>} */ (root.querySelectorAll('button.star'))) {
      const on = has(kept, star.value), word = star.querySelector('span');
      if (star.getAttribute('aria-pressed') !== String(on)) star.setAttribute('aria-pressed', String(on));
      const said = on ? 'Kept' : 'Keep';
      const place = star.closest('.session')?.querySelector('.sign'), mine = kept?.going.includes(star.value) ? 'You have a place' : 'Sign-up';
      if (place && place.textContent !== mine) place.textContent = mine;
      if (word && !star.hasAttribute('aria-label') && word.textContent !== said) word.textContent = said;
    }
  };
  root.addEventListener('click', click => {
    const star = /** @type {HTMLButtonElement | null} */ (/** @type {Element} */ (click.target).closest('button.star'));
    if (!star) return;
    click.preventDefault();
    set(event, star.value, !has(read(event), star.value));
  });
  watch(show);
  document.addEventListener('renewed', show);
  addEventListener('online', () => send(event));
  show();
  if (read(event)) look(event);
}
