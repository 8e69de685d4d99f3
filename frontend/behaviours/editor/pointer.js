// @ts-check
// Mouse and pen drag; a finger (or a click) picks up with one tap and puts down with another, so that scrolling by finger stays scrolling.
import {STEP} from './board.js';

/** @typedef {import('./hand.js').Hand} Hand */
/** @typedef {import('./hand.js').Editor} Editor */

const FAR = 5, EDGE = 48, SPEED = 14;

/** @param {Editor} editor @param {Hand} hand @param {HTMLElement} root @param {HTMLElement} shelf */
export function pointer(editor, hand, root, shelf) {
  const {board} = editor;
  /** @type {{code: string, x: number, y: number, grabbed: number, grip: boolean, moved: boolean, id: number} | null} */ let held = null;
  let x = 0, y = 0, frame = 0, quiet = 0;

  root.addEventListener('pointerdown', event => {
    const card = /** @type {HTMLElement} */ (event.target).closest('.ed-card, .ed-item');
    if (!(card instanceof HTMLElement) || event.button !== 0 || event.pointerType === 'touch') return;
    const grip = Boolean(/** @type {HTMLElement} */ (event.target).closest('.ed-grip'));
    held = {code: card.dataset.code ?? '', x: event.clientX, y: event.clientY, grip, moved: false, id: event.pointerId, grabbed: card.matches('.ed-card') ? editor.grid.minutes(event.clientY - card.getBoundingClientRect().top) : 0};
  });

  addEventListener('pointermove', event => {
    if (!held || event.pointerId !== held.id) return;
    [x, y] = [event.clientX, event.clientY];
    if (!held.moved) {
      if (Math.hypot(x - held.x, y - held.y) < FAR) return;
      const session = board.sessions.get(held.code);
      if (!session) return void (held = null);
      held.moved = true;
      hand.pick(session, 'drag');
      root.classList.add('dragging');
      frame = requestAnimationFrame(scroll);
    }
    event.preventDefault();
    follow();
  });

  const follow = () => {
    if (!held?.moved || !hand.session) return;
    if (held.grip) {
      const {start, end} = hand.before;
      if (start !== null && end !== null) hand.to({...hand.before, end: Math.max(start + STEP, end + Math.round(editor.grid.minutes(y - held.y) / STEP) * STEP)});
    } else if (over(shelf)) hand.to({room: null, start: null, end: null});
    else {
      const place = editor.grid.placeAt(x, y, hand.session.minutes, Math.min(held.grabbed, hand.session.minutes - STEP));
      if (place && over(editor.grid.scroll)) hand.to(place);
    }
    shelf.classList.toggle('over', !held.grip && over(shelf) && hand.before.start !== null);
  };

  /** @param {HTMLElement} element */
  const over = element => { const box = element.getBoundingClientRect(); return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom; };

  /** Near an edge the grid goes along. */
  const scroll = () => {
    if (!held?.moved) return;
    const box = editor.grid.scroll.getBoundingClientRect(), pull = (/** @type {number} */ at, /** @type {number} */ low, /** @type {number} */ high) => (at < low + EDGE ? -1 : at > high - EDGE ? 1 : 0);
    if (over(editor.grid.scroll)) {
      const [dx, dy] = [pull(x, box.left, box.right), pull(y, box.top + EDGE, Math.min(box.bottom, innerHeight))];
      if (dx || dy) {
        editor.grid.scroll.scrollBy({left: dx * SPEED, top: dy * SPEED, behavior: 'instant'});
        if (!held.grip) follow();
      }
    }
    frame = requestAnimationFrame(scroll);
  };

  const done = (/** @type {boolean} */ keep) => {
    if (!held) return;
    const {moved} = held;
    held = null;
    cancelAnimationFrame(frame);
    root.classList.remove('dragging');
    shelf.classList.remove('over');
    if (!moved) return;
    quiet = Date.now();
    if (!keep) hand.cancel();
    else if (hand.place.start === null && hand.before.start !== null) hand.off();
    else hand.drop();
  };
  addEventListener('pointerup', event => { if (held?.id === event.pointerId) done(true); });
  addEventListener('pointercancel', () => done(false));
  addEventListener('keydown', event => { if (event.key === 'Escape' && held?.moved) { event.stopImmediatePropagation(); done(false); } }, {capture: true});

  root.addEventListener('click', event => {
    const target = /** @type {HTMLElement} */ (event.target), card = target.closest('.ed-card, .ed-item');
    if (Date.now() - quiet < 300 || event.detail === 0) return; // the click that ends a drag; a click by key is the keys' business
    if (card instanceof HTMLElement) {
      const session = board.sessions.get(card.dataset.code ?? '');
      if (!session) return;
      if (hand.session === session) return hand.cancel();
      return hand.pick(session, 'tap');
    }
    if (!hand.session) return;
    const column = target.closest('.ed-col');
    const place = column && editor.grid.placeAt(event.clientX, event.clientY, hand.session.minutes);
    if (place) {
      hand.to(place);
      hand.drop();
    } else if (target.closest('.ed-shelf') && !target.closest('input, select, label') && hand.before.start !== null) hand.off();
  });
  root.addEventListener('dragstart', event => event.preventDefault());
}
