// @ts-check
import {Board, icon, make} from './editor/board.js';
import {Grid} from './editor/grid.js';
import {Hand} from './editor/hand.js';
import {keys} from './editor/keys.js';
import {pointer} from './editor/pointer.js';
import {Saver} from './editor/send.js';
import {Shelf} from './editor/shelf.js';

/** The agenda editor (pages/agenda/editor.html): what the parts under editor/ have to do with each other. @param {HTMLElement} root */
export default function editor(root) {
  const base = root.dataset.base ?? '';
  const board = new Board(JSON.parse(at('ed-sheet').textContent ?? ''));
  const main = /** @type {HTMLElement} */ (root.querySelector('.ed-main')), shelfBox = /** @type {HTMLElement} */ (root.querySelector('.ed-shelf'));
  const day = board.days.find(one => one.iso === root.dataset.day) ?? board.days[0];
  const grid = new Grid(board, day, main), shelf = new Shelf(board, shelfBox);
  const bar = make('div', 'ed-hand', '', {role: 'region', 'aria-label': 'Picked up'});
  bar.hidden = true;
  root.append(bar);
  main.removeAttribute('data-without-script');

  const said = at('ed-said'), failed = at('ed-failed');
  const say = (/** @type {string} */ words) => { said.textContent = said.textContent === words ? `${words}\u00a0` : words; };
  const fail = (/** @type {string} */ words) => {
    failed.hidden = !words;
    /** @type {HTMLElement} */ (failed.querySelector('p')).textContent = words;
  };

  const drawn = (/** @type {string} */ focus = '') => {
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.closest('.ed-card')?.getAttribute('data-code') : '';
    grid.draw();
    shelf.draw();
    wrongs(board, lead);
    const item = /** @type {HTMLElement | null} */ (root.querySelector(`.ed-item[data-code="${focus}"]`));
    if (item) item.focus();
    else if (focus || focused) grid.goTo(focus || focused || '');
  };

  const show = (/** @type {import('./editor/board.js').Day} */ next) => {
    grid.day = next;
    grid.columns = [];
    for (const tab of root.querySelectorAll('.ed-days a')) {
      if (tab.getAttribute('data-day') === next.iso) tab.setAttribute('aria-current', 'page');
      else tab.removeAttribute('aria-current');
    }
    history.replaceState(null, '', `${base}?day=${next.iso}`);
    for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll('.ed-forms form, [data-step]'))) form.action = `${base}?day=${next.iso}`;
    grid.draw();
    say(`${next.name}, ${next.short}.`);
  };

  const lead = (/** @type {string} */ code) => {
    const start = board.sessions.get(code)?.start, next = start ? board.dayOf(start) : grid.day;
    if (next !== grid.day) show(next);
    grid.goTo(code);
  };

  const saver = new Saver(board, base, {
    saved: (answer, moved) => {
      if (answer.changes !== undefined) counts(answer);
      // A move of my own is drawn already; drawing again while something is held would take it out of the hand.
      if (hand.session && moved.includes(hand.session)) {
        const {title} = hand.session;
        hand.cancel(true);
        fail(`Somebody has just moved “${title}”. It is shown where it is now.`);
      }
      if (!hand.session) drawn();
    },
    failed: words => { fail(words); say(words); if (!hand.session) drawn(); },
    busy: waiting => { at('ed-saved').textContent = waiting ? 'Saving…' : 'Saved'; if (waiting) fail(''); },
  });
  const hand = new Hand({board, grid, saver, base, say, show, drawn}, bar);
  const dialog = /** @type {HTMLDialogElement} */ (at('ed-keys')), help = /** @type {HTMLButtonElement} */ (at('ed-help'));
  help.hidden = false;
  help.addEventListener('click', () => dialog.showModal());

  const parts = {board, grid, saver, base, say, show, drawn};
  pointer(parts, hand, root, shelfBox);
  keys(parts, hand, root, {help: () => dialog.showModal(), search: () => shelf.find.focus()});
  for (const tab of /** @type {NodeListOf<HTMLAnchorElement>} */ (root.querySelectorAll('.ed-days a'))) {
    tab.addEventListener('click', event => {
      const next = board.days.find(one => one.iso === tab.dataset.day);
      if (!next || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      show(next);
      if (hand.session) hand.pick(hand.session, hand.how);
    });
  }
  for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll('[data-step]'))) {
    form.addEventListener('submit', event => {
      event.preventDefault();
      hand.cancel(true);
      saver.step(form.dataset.step === 'redo' ? 'redo' : 'undo');
    });
  }
  together(root, board, saver);
  grid.draw();
  shelf.draw();
  wrongs(board, lead);
  root.classList.add('ready');
}

/** What clashes in the whole draft: how much, and a list that leads there. @param {Board} board @param {(code: string) => void} lead */
function wrongs(board, lead) {
  /** @type {Map<string, {code: string, title: string, says: string, start: number}>} */ const found = new Map();
  for (const session of board.sessions.values()) {
    for (const clash of board.clashes(session)) {
      const key = `${clash.kind} ${clash.person} ${[clash.item, clash.other].sort().join('+')}`;
      if (!found.has(key)) found.set(key, {code: session.code, title: session.title, says: clash.says, start: session.start ?? 0});
    }
  }
  const count = found.size, tag = make('span', count ? 'tag warn' : 'tag good', count ? `${count} clash${count === 1 ? '' : 'es'}` : 'No clashes');
  tag.prepend(icon(count ? 'warn' : 'ok'));
  if (!count) return at('ed-clashes').replaceChildren(tag);
  const details = make('details', 'ed-found'), summary = make('summary'), list = make('ul');
  summary.append(tag);
  for (const one of [...found.values()].sort((a, b) => a.start - b.start)) {
    const item = make('li'), button = make('button', '', '', {type: 'button'});
    button.append(make('b', '', one.title), make('span', '', one.says));
    button.addEventListener('click', () => { details.removeAttribute('open'); lead(one.code); });
    item.append(button);
    list.append(item);
  }
  details.append(summary, list);
  details.addEventListener('keydown', event => { if (event.key === 'Escape') { details.removeAttribute('open'); summary.focus(); } });
  at('ed-clashes').replaceChildren(details);
}

/** What can be undone, and how much is not published. @param {{undo: string | null, redo: string | null, changes: number}} answer */
function counts(answer) {
  for (const [name, word] of /** @type {const} */ ([['undo', 'Undo'], ['redo', 'Redo']])) {
    const button = /** @type {HTMLButtonElement | null} */ (document.querySelector(`.ed-${name}`));
    if (!button) continue;
    button.disabled = !answer[name];
    button.title = answer[name] ? `${word}: ${answer[name]}` : word;
  }
  const count = at('ed-changes');
  count.hidden = !answer.changes;
  count.replaceChildren(String(answer.changes), make('span', 'vh', answer.changes === 1 ? ' change' : ' changes'));
}

/** What others do is shown when it happens, and who else is here. @param {HTMLElement} root @param {Board} board @param {Saver} saver */
function together(root, board, saver) {
  const here = at('ed-here');
  /** @type {Set<string>} */ const moved = new Set();
  let timer = 0, version = Number(root.dataset.version);
  document.addEventListener('live', event => {
    const {name, data} = /** @type {CustomEvent} */ (event).detail;
    if (name === 'presence') here.textContent = data.people.length ? `Also here: ${data.people.join(', ')}` : '';
    if (name !== 'moved' && name !== 'released' && name !== 'agenda') return;
    if (name === 'agenda' && data.version <= version) return;
    if (name === 'agenda') version = data.version;
    if (name === 'moved') moved.add(data.session);
    const all = name !== 'moved' || moved.size > 50;
    clearTimeout(timer);
    timer = setTimeout(() => {
      saver.look(all ? [] : [...moved]);
      moved.clear();
    }, 150);
  });
}

/** @param {string} id */
const at = id => /** @type {HTMLElement} */ (document.getElementById(id));
