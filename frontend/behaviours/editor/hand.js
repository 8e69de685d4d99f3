// @ts-check
// What is picked up: by mouse, by a tap or by keys. Where it would be is shown and said at once, with what clashes there; then it is put down.
import {DAY, make, icon, placeOf, same, STEP} from './board.js';

/** @typedef {import('./board.js').Session} Session */
/** @typedef {import('./board.js').Place} Place */
/** @typedef {{board: import('./board.js').Board, grid: import('./grid.js').Grid, saver: import('./send.js').Saver, base: string, say: (words: string) => void, drawn: (focus?: string) => void, show: (day: import('./board.js').Day) => void}} Editor */

export class Hand {
  /** @param {Editor} editor @param {HTMLElement} bar */
  constructor(editor, bar) {
    this.editor = editor;
    this.bar = bar;
    /** @type {Session | null} */ this.session = null;
    /** @type {Place} */ this.place = {room: null, start: null, end: null};
    /** @type {Place} */ this.before = this.place;
    /** @type {'keys' | 'tap' | 'drag'} */ this.how = 'tap';
    this.slowest = 0;
  }

  /** @param {Session} session @param {'keys' | 'tap' | 'drag'} how */
  pick(session, how) {
    if (this.session) this.#over();
    Object.assign(this, {session, how, before: placeOf(session), place: placeOf(session)});
    this.editor.grid.cards.get(session.code)?.classList.add('held');
    document.querySelector(`.ed-item[data-code="${session.code}"]`)?.classList.add('held');
    if (how === 'keys') {
      if (session.start === null) this.place = this.#start(session);
      this.editor.grid.scroll.focus({preventScroll: true});
      this.#show();
      this.#into();
      this.editor.say(`Picked up ${session.title}. ${this.#said()} Arrow keys move it, plus and minus change its length, Space puts it down, Escape puts it back.`);
    } else {
      this.#show();
      if (how === 'tap') this.editor.say(`Picked up ${session.title}. Choose a place for it.`);
    }
  }

  /** Where something without a time starts: the top of what is seen, in the first room. @param {Session} session */
  #start(session) {
    const {grid} = this.editor, box = grid.scroll.getBoundingClientRect(), head = grid.scroll.querySelector('.ed-heads')?.getBoundingClientRect();
    const seen = grid.placeAt(grid.columns[0].getBoundingClientRect().left + 1, Math.max(box.top, head?.bottom ?? 0) + 40, session.minutes);
    const at = seen?.start ?? grid.day.midnight + grid.from + 60;
    return grid.placed(grid.board.rooms.length ? 0 : -1, Math.ceil((at - grid.day.midnight) / 15) * 15, session.minutes);
  }

  /** @param {Place} place */
  to(place) {
    if (!this.session || same(place, this.place)) return;
    this.place = place;
    this.#show();
    if (this.how === 'keys') {
      this.#into();
      this.editor.say(this.#said());
    }
  }

  /** By so many minutes and rooms, or longer. @param {number} minutes @param {number} [rooms] @param {number} [longer] */
  by(minutes, rooms = 0, longer = 0) {
    const {session, place} = this, {grid} = this.editor;
    if (!session) return;
    if (place.start === null || place.end === null) return this.to(this.#start(session));
    const day = this.editor.board.dayOf(place.start), length = Math.max(STEP, Math.min(DAY, place.end - place.start + longer));
    const room = Math.max(-1, Math.min(grid.board.rooms.length - 1, (place.room ?? -1) + rooms));
    const start = day.midnight + Math.max(0, Math.min(DAY - STEP, place.start - day.midnight + minutes));
    this.to({room: room < 0 ? null : room, start, end: start + length});
  }

  /** To the day before or after, at the same time. @param {number} days */
  leap(days) {
    const {board, grid, show} = this.editor, {place} = this;
    const next = board.days[board.days.indexOf(grid.day) + days];
    if (!next) return this.editor.say('There is no other day there.');
    show(next);
    if (!this.session) return;
    if (place.start !== null && place.end !== null) {
      const by = next.midnight - board.dayOf(place.start).midnight;
      this.to({room: place.room, start: place.start + by, end: place.end + by});
    }
    if (this.how === 'keys') grid.scroll.focus({preventScroll: true});
  }

  /** Put it down where it is shown. */
  drop() {
    const {session, place, before, how} = this;
    if (!session) return;
    const clashes = this.editor.board.clashes(session, place);
    this.#over();
    if (same(place, before)) this.editor.say(`${session.title} stays where it was.`);
    else {
      this.editor.saver.move(session, place);
      this.editor.say(`Put down ${session.title}. ${this.editor.board.words(place)}. ${told(clashes)}`);
    }
    this.editor.drawn(how === 'keys' || how === 'tap' ? session.code : '');
  }

  /** Take it off the agenda. */
  off() {
    const {session} = this;
    if (!session) return;
    this.#over();
    this.editor.saver.move(session, {room: null, start: null, end: null});
    this.editor.say(`${session.title} is off the agenda, in the draft.`);
    this.editor.drawn();
  }

  /** @param {boolean} [quiet] */
  cancel(quiet = false) {
    const {session, how} = this;
    if (!session) return;
    this.#over();
    if (!quiet) this.editor.say(`${session.title} is back where it was.`);
    this.editor.drawn(how === 'drag' ? '' : session.code);
  }

  #over() {
    for (const held of document.querySelectorAll('.held')) held.classList.remove('held');
    this.session = null;
    this.editor.grid.hover(null);
    this.bar.hidden = true;
    this.editor.grid.main.classList.remove('ed-holding');
  }

  /** The ghost and the bar, with what clashes there. The slowest answer is kept for the tests. */
  #show() {
    const {session, place, bar} = this, began = performance.now();
    if (!session) return;
    const clashes = this.editor.board.clashes(session, place);
    this.editor.grid.hover(session, place, clashes.length > 0);
    this.editor.grid.main.classList.add('ed-holding');
    bar.hidden = false;
    bar.classList.toggle('wrong', clashes.length > 0);
    const list = make('ul', 'ed-wrongs');
    for (const clash of clashes.slice(0, 4)) list.append(make('li', '', clash.says));
    if (clashes.length > 4) list.append(make('li', '', `And ${clashes.length - 4} more.`));
    const words = make('div', 'ed-words');
    words.append(make('b', '', session.title), make('span', '', place.start === null ? `${session.minutes} minutes. Tap a place for it.` : this.editor.board.words(place)));
    if (clashes.length) words.append(list);
    bar.replaceChildren(words, ...(this.how === 'drag' ? [] : [this.#buttons(session, place)]));
    this.slowest = Math.max(this.slowest, performance.now() - began);
    this.editor.grid.main.dataset.slowest = this.slowest.toFixed(1);
  }

  /** @param {Session} session @param {Place} place */
  #buttons(session, place) {
    const row = make('div', 'ed-buttons'), timed = place.start !== null;
    /** @param {string} text @param {string} label @param {() => void} does @param {string} [kind] */
    const button = (text, label, does, kind = 'quiet') => {
      const made = make('button', `btn ${kind}`, text, {type: 'button', title: label});
      made.addEventListener('click', does);
      row.append(made);
    };
    if (timed && !same(place, this.before)) button('Put it here', 'Put it here', () => this.drop(), '');
    if (timed) {
      button('5 min earlier', 'Five minutes earlier', () => this.by(-STEP));
      button('5 min later', 'Five minutes later', () => this.by(STEP));
      button('Shorter', 'Five minutes shorter', () => this.by(0, 0, -STEP));
      button('Longer', 'Five minutes longer', () => this.by(0, 0, STEP));
    }
    if (this.before.start !== null) button('Take off', 'Take it off the agenda', () => this.off());
    const open = make('a', 'btn quiet', 'Open', {href: this.editor.base.replace(/agenda$/, `sessions/${encodeURIComponent(session.code)}`)});
    row.append(open);
    button('Cancel', 'Cancel: put it back', () => this.cancel());
    if (!timed) row.prepend(icon('clock'));
    return row;
  }

  #said() {
    const {session, place} = this;
    return session ? `${this.editor.board.words(place)}. ${told(this.editor.board.clashes(session, place))}` : '';
  }

  #into() { this.editor.grid.ghost.scrollIntoView({block: 'nearest', inline: 'nearest'}); }
}

/** @param {import('./clashes.js').Clash[]} clashes */
function told(clashes) {
  if (!clashes.length) return 'No clash.';
  return `${clashes.length === 1 ? 'One clash' : `${clashes.length} clashes`}: ${clashes.slice(0, 3).map(clash => clash.says).join(' ')}`;
}
