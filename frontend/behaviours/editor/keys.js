// @ts-check
// The keyboard alone does everything. The list of keys is under "?" (pages/agenda/editor.html).
import {STEP} from './board.js';

/** @typedef {import('./hand.js').Hand} Hand */
/** @typedef {import('./hand.js').Editor} Editor */

const FAR = 30, ROOMS = 3;

/** @param {Editor} editor @param {Hand} hand @param {HTMLElement} root @param {{help: () => void, search: () => void}} more */
export function keys(editor, hand, root, more) {
  document.addEventListener('keydown', event => {
    const target = /** @type {HTMLElement} */ (event.target), writing = target.matches('input, select, textarea, [contenteditable]');
    if (document.querySelector('dialog[open]')) return;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !writing) {
      const key = event.key.toLowerCase();
      if (key !== 'z' && key !== 'y') return;
      event.preventDefault();
      hand.cancel(true);
      return editor.saver.step(key === 'y' || event.shiftKey ? 'redo' : 'undo');
    }
    if (event.ctrlKey || event.metaKey || event.altKey || writing) return;
    if (event.key === 'Escape' && hand.session) return take(event, () => hand.cancel());
    if (event.key === '?') return take(event, more.help);
    if (event.key === '/' ) return take(event, more.search);
    if (!root.contains(target)) return;
    if (hand.session && !target.closest('.ed-hand')) return holding(event);
    if (!hand.session) walking(event, target);
  });

  /** @param {KeyboardEvent} event */
  const holding = event => {
    const far = event.shiftKey, {session} = hand;
    /** @type {Record<string, () => void>} */
    const does = {
      ArrowUp: () => hand.by(far ? -FAR : -STEP),
      ArrowDown: () => hand.by(far ? FAR : STEP),
      ArrowLeft: () => hand.by(0, far ? -ROOMS : -1),
      ArrowRight: () => hand.by(0, far ? ROOMS : 1),
      '+': () => hand.by(0, 0, STEP), '=': () => hand.by(0, 0, STEP),
      '-': () => hand.by(0, 0, -STEP), '_': () => hand.by(0, 0, -STEP),
      PageUp: () => hand.leap(-1), PageDown: () => hand.leap(1),
      ' ': () => hand.drop(), Enter: () => hand.drop(),
      Delete: () => hand.off(), Backspace: () => hand.off(),
    };
    if (session && does[event.key]) {
      if (hand.how !== 'keys' && event.key.startsWith('Arrow')) hand.how = 'keys';
      take(event, does[event.key]);
    }
  };

  /** @param {KeyboardEvent} event @param {HTMLElement} target */
  const walking = (event, target) => {
    const card = target.closest('.ed-card, .ed-item'), code = card instanceof HTMLElement ? card.dataset.code ?? '' : '';
    const session = editor.board.sessions.get(code);
    if (event.key === 'PageUp' || event.key === 'PageDown') return take(event, () => { hand.leap(event.key === 'PageUp' ? -1 : 1); editor.drawn(); editor.grid.scroll.focus(); });
    if (!session || !card) {
      if (target === editor.grid.scroll && event.key.startsWith('Arrow')) take(event, () => /** @type {HTMLElement | null} */ (root.querySelector('.ed-card[tabindex="0"]'))?.focus());
      return;
    }
    if (event.key === ' ' || event.key === 'Enter') return take(event, () => hand.pick(session, 'keys'));
    if (event.key.toLowerCase() === 'o') return take(event, () => { location.href = editor.base.replace(/agenda$/, `sessions/${encodeURIComponent(code)}`); });
    if (card.matches('.ed-item')) {
      const next = event.key === 'ArrowDown' ? card.nextElementSibling : event.key === 'ArrowUp' ? card.previousElementSibling : null;
      if (next instanceof HTMLElement) take(event, () => next.focus());
      return;
    }
    if (['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(event.key)) return take(event, () => editor.grid.walk(code, event.key));
    if (event.key === 'Delete') take(event, () => { hand.pick(session, 'tap'); hand.off(); });
  };

  /** @param {KeyboardEvent} event @param {() => void} does */
  const take = (event, does) => { event.preventDefault(); does(); };
}
