// @ts-check
// What has no place yet: searched, and filtered by track and kind.
import {make} from './board.js';

const MOST = 80;

/** Accents and case do not matter. @param {string} text */
const fold = text => text.normalize('NFKD').replace(/\p{M}|[’']/gu, '').replaceAll('-', ' ').toLowerCase();

export class Shelf {
  /** @param {import('./board.js').Board} board @param {HTMLElement} element */
  constructor(board, element) {
    this.board = board;
    this.count = /** @type {HTMLElement} */ (element.querySelector('.ed-count'));
    this.find = /** @type {HTMLInputElement} */ (make('input', '', '', {type: 'search', id: 'ed-find', placeholder: 'Title or speaker'}));
    this.track = this.#choice('ed-track', 'Track', board.tracks.map((track, index) => [String(index), track.name]));
    const kinds = [...new Set([...board.sessions.values()].map(one => one.kind))].sort();
    this.kind = this.#choice('ed-kind', 'Type', kinds.map(kind => [kind, kind]));
    this.list = make('div', 'ed-items', '', {role: 'group', 'aria-label': 'Unscheduled sessions'});
    this.note = make('p', 'soft small', '', {role: 'status'});
    const tools = this.tools = make('div', 'ed-tools');
    tools.append(make('label', 'vh', 'Search unscheduled sessions', {for: 'ed-find'}), this.find);
    if (board.tracks.length > 1) tools.append(make('label', 'vh', 'Track', {for: 'ed-track'}), this.track);
    if (kinds.length > 1) tools.append(make('label', 'vh', 'Type', {for: 'ed-kind'}), this.kind);
    for (const one of element.querySelectorAll('[data-without-script]')) one.remove();
    element.append(tools, this.note, this.list);
    for (const one of [this.find, this.track, this.kind]) one.addEventListener('input', () => this.draw());
  }

  /** @param {string} id @param {string} all @param {string[][]} options */
  #choice(id, all, options) {
    const select = /** @type {HTMLSelectElement} */ (make('select', '', '', {id}));
    select.append(make('option', '', `${all}: all`, {value: ''}), ...options.map(([value, text]) => make('option', '', text, {value})));
    return select;
  }

  draw() {
    const {board} = this, words = fold(this.find.value).split(/\s+/).filter(Boolean), waiting = board.waiting;
    const shown = waiting
      .filter(one => (!this.track.value || String(one.track) === this.track.value) && (!this.kind.value || one.kind === this.kind.value))
      .filter(one => { const text = fold(`${one.title} ${board.names(one)}`); return words.every(word => text.includes(word)); })
      .sort((a, b) => a.title.localeCompare(b.title));
    this.count.textContent = String(waiting.length);
    this.note.textContent = !waiting.length ? 'Everything has its place.' : !shown.length ? 'Nothing matches. Try a part of the word.' : shown.length > MOST ? `The first ${MOST} of ${shown.length}. Search for the others.` : '';
    this.tools.hidden = !waiting.length;
    this.note.hidden = !this.note.textContent;
    this.list.replaceChildren(...shown.slice(0, MOST).map(one => this.#item(one)));
  }

  /** @param {import('./board.js').Session} session */
  #item(session) {
    const track = this.board.track(session), names = this.board.names(session), length = `${session.minutes} minutes`;
    const item = make('button', `ed-item${track ? ' hued' : ''}`, '', {type: 'button', 'data-code': session.code});
    if (track) item.style.setProperty('--th', String(track.hue));
    item.classList.toggle('open', !session.confirmed);
    item.append(make('b', '', session.title), make('span', 'ed-meta', [length, names].filter(Boolean).join(' · ')));
    item.append(make('span', 'vh', ['', track?.name, session.confirmed ? '' : 'not confirmed', session.published.start === null ? '' : 'taken off, not published'].filter((part, n) => part || !n).join('. ')));
    return item;
  }
}
