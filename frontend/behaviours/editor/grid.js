// @ts-check
// The grid of one day: a column for everybody and one for each room, a row for five minutes. Only the shown day is drawn.
import {clock, icon, make, same, STEP} from './board.js';

/** @typedef {import('./board.js').Board} Board */
/** @typedef {import('./board.js').Session} Session */
/** @typedef {import('./board.js').Place} Place */
/** @typedef {import('./board.js').Day} Day */

const HOUR = 60, EMPTY = [8 * HOUR, 19 * HOUR], SHORT = 10, REM = 16, LINE = 16.5;

export class Grid {
  /** @param {Board} board @param {Day} day @param {HTMLElement} main */
  constructor(board, day, main) {
    this.board = board;
    this.day = day;
    this.main = main;
    this.from = EMPTY[0];
    this.to = EMPTY[1];
    this.focus = '';
    this.scroll = make('div', 'ed-scroll', '', {tabindex: '0', role: 'application', 'aria-roledescription': 'agenda grid'});
    this.ghost = make('div', 'ed-ghost', '', {'aria-hidden': 'true'});
    /** @type {HTMLElement[]} */ this.columns = [];
    /** @type {Map<string, HTMLElement>} */ this.cards = new Map();
    this.row = .9;
  }

  /** Draw the day anew. The scrolling stays. */
  draw() {
    const sessions = this.board.on(this.day);
    this.#reach(sessions);
    const {scrollLeft, scrollTop} = this.scroll, first = !this.columns.length;
    const sheet = make('div', 'ed-sheet'), heads = make('div', 'ed-heads'), body = make('div', 'ed-cols');
    sheet.style.setProperty('--rooms', String(this.board.rooms.length));
    sheet.style.setProperty('--rows', String((this.to - this.from) / STEP));
    this.row = sessions.some(one => length(one) < SHORT) ? 1.5 : .9;
    sheet.style.setProperty('--row', `${this.row}rem`);
    heads.append(make('div', 'ed-corner'), this.#head('Everybody', 'no room'), ...this.board.rooms.map(room => this.#head(room.name, room.seats ? `${room.seats} seats` : '')));
    body.append(this.#times());
    this.columns = [null, ...this.board.rooms.keys()].map(room => this.#column(room, sessions.filter(one => one.room === room)));
    body.append(...this.#bands(sessions.filter(one => one.room === null)), ...this.columns);
    sheet.append(heads, body);
    this.scroll.replaceChildren(sheet);
    if (!this.scroll.isConnected) this.main.replaceChildren(this.scroll);
    this.scroll.setAttribute('aria-label', `Agenda of ${this.day.short}, ${sessions.length} sessions. Arrow keys go from session to session, Space picks one up. Press ? for all keys.`);
    this.scroll.scrollTo({left: scrollLeft, top: first ? 0 : scrollTop, behavior: 'instant'});
    this.#rove();
  }

  /** From an hour before the first to an hour after the last. @param {Session[]} sessions */
  #reach(sessions) {
    const starts = sessions.map(one => (one.start ?? 0) - this.day.midnight), ends = sessions.map(one => (one.end ?? 0) - this.day.midnight);
    this.from = starts.length ? Math.max(0, Math.floor((Math.min(...starts) - HOUR) / 30) * 30) : EMPTY[0];
    this.to = Math.max(this.from + 8 * HOUR, ends.length ? Math.ceil((Math.max(...ends) + HOUR) / 30) * 30 : EMPTY[1]);
  }

  /** @param {string} name @param {string} more */
  #head(name, more) {
    const head = make('div', 'ed-head');
    head.append(make('b', '', name), make('span', '', more));
    return head;
  }

  #times() {
    const times = make('div', 'ed-times', '', {'aria-hidden': 'true'});
    for (let at = Math.ceil(this.from / 30) * 30; at < this.to; at += 30) {
      const time = make('span', at % HOUR ? 'half' : '', clock(at));
      time.style.setProperty('--s', String((at - this.from) / STEP));
      times.append(time);
    }
    return times;
  }

  /** What is for everybody is seen in every column. @param {Session[]} sessions */
  #bands(sessions) {
    return sessions.map(session => {
      const band = make('div', 'ed-band', '', {'aria-hidden': 'true'});
      this.#put(band, session, 0, 1);
      return band;
    });
  }

  /** @param {number | null} room @param {Session[]} sessions */
  #column(room, sessions) {
    const column = make('div', `ed-col${room === null ? ' all' : ''}`, '', {role: 'group', 'aria-label': room === null ? 'Everybody' : this.board.rooms[room].name});
    column.style.setProperty('--half', String((Math.ceil(this.from / 30) * 30 - this.from) / STEP));
    for (const [session, lane, lanes] of laned(sessions)) column.append(this.#card(session, lane, lanes));
    return column;
  }

  /** @param {Session} session @param {number} lane @param {number} lanes */
  #card(session, lane, lanes) {
    const track = this.board.track(session), clashes = this.board.clashes(session), moved = !same(session, session.published);
    const card = make('button', `ed-card${track ? ' hued' : ''}`, '', {type: 'button', tabindex: '-1', 'data-code': session.code});
    card.classList.toggle('pause', session.kind === 'break');
    card.classList.toggle('open', !session.confirmed);
    card.classList.toggle('moved', moved);
    card.classList.toggle('wrong', clashes.length > 0);
    const lines = Math.floor((length(session) / STEP * this.row * REM - 10) / LINE);
    card.classList.toggle('small', lines < 2);
    card.style.setProperty('--lines', String(Math.max(1, lines - 1)));
    this.#put(card, session, lane, lanes, track?.hue);
    const at = (session.start ?? 0) - this.day.midnight, time = `${clock(at)}–${clock(at + length(session))}`;
    const line = make('span', 'ed-line');
    if (clashes.length) line.append(icon('warn'));
    line.append(make('b', '', session.title));
    card.append(line, make('span', 'ed-meta', [time, this.board.names(session)].filter(Boolean).join(' · ')), make('span', 'ed-grip'));
    card.title = [session.title, time, this.board.names(session), track?.name, moved ? 'Not published yet' : '', session.confirmed ? '' : 'Not confirmed', ...clashes.map(clash => clash.says)].filter(Boolean).join('\n');
    card.append(make('span', 'vh', ['', this.board.room(session.room), track?.name, session.confirmed ? '' : 'not confirmed', moved ? 'moved, not published' : '', ...clashes.map(clash => clash.says)].filter((part, n) => part || !n).join('. ')));
    this.cards.set(session.code, card);
    return card;
  }

  /** @param {HTMLElement} element @param {Place} place @param {number} lane @param {number} lanes @param {number} [hue] */
  #put(element, place, lane, lanes, hue) {
    element.style.setProperty('--s', String(((place.start ?? 0) - this.day.midnight - this.from) / STEP));
    element.style.setProperty('--n', String(length(place) / STEP));
    element.style.setProperty('--lane', String(lane));
    element.style.setProperty('--lanes', String(lanes));
    if (hue !== undefined) element.style.setProperty('--th', String(hue));
  }

  /** Show where it would be. @param {Session | null} session @param {Place} [place] @param {boolean} [wrong] */
  hover(session, place, wrong = false) {
    if (!session || !place || place.start === null || this.board.dayOf(place.start) !== this.day) return this.ghost.remove();
    const column = this.columns[place.room === null ? 0 : place.room + 1], track = this.board.track(session);
    if (this.ghost.parentElement !== column) column.append(this.ghost);
    this.#put(this.ghost, place, 0, 1, track?.hue);
    this.ghost.className = `ed-ghost${track ? ' hued' : ''}${wrong ? ' wrong' : ''}`;
    const at = place.start - this.day.midnight;
    this.ghost.replaceChildren(make('b', '', session.title), make('span', '', `${clock(at)}–${clock(at + length(place))}`));
  }

  /** The place under a point of the screen, for something of this length; `grabbed`: by how many minutes below its start it is held. @param {number} x @param {number} y @param {number} minutes @param {number} [grabbed] @returns {Place | null} */
  placeAt(x, y, minutes, grabbed) {
    const index = this.columns.findIndex(column => { const box = column.getBoundingClientRect(); return x >= box.left && x < box.right; });
    if (index < 0) return null;
    const box = this.columns[index].getBoundingClientRect();
    const below = (y - box.top) / box.height * (this.to - this.from) / STEP;
    const at = this.from + STEP * (grabbed === undefined ? Math.floor(below) : Math.round(below - grabbed / STEP));
    return this.placed(index - 1, at, minutes);
  }

  /** @param {number} room -1: everybody's @param {number} at minutes after midnight @param {number} minutes @returns {Place} */
  placed(room, at, minutes) {
    const start = this.day.midnight + Math.max(0, Math.min(1435, at));
    return {room: room < 0 ? null : Math.min(room, this.board.rooms.length - 1), start, end: start + minutes};
  }

  /** How many minutes a distance on the screen is. @param {number} pixels */
  minutes(pixels) {
    return pixels / this.columns[0].getBoundingClientRect().height * (this.to - this.from);
  }

  /** One stop for the Tab key: the card that had the focus, or the first. */
  #rove() {
    for (const code of this.cards.keys()) if (!this.cards.get(code)?.isConnected) this.cards.delete(code);
    const card = this.cards.get(this.focus) ?? this.columns.flatMap(column => [...column.querySelectorAll('.ed-card')])[0];
    card?.setAttribute('tabindex', '0');
  }

  /** @param {string} code */
  goTo(code) {
    const card = this.cards.get(code);
    if (!card) return this.scroll.focus();
    for (const other of this.cards.values()) other.tabIndex = -1;
    this.focus = code;
    card.tabIndex = 0;
    card.focus({preventScroll: true});
    card.scrollIntoView({block: 'nearest', inline: 'nearest'});
  }

  /** From a card to the next in a direction: in its column, or the nearest in time in the column beside. @param {string} code @param {string} key */
  walk(code, key) {
    const session = this.board.sessions.get(code);
    if (!session) return;
    const all = this.board.on(this.day).filter(one => one.start !== null), beside = this.columns.length;
    /** @param {number} column */
    const inColumn = column => all.filter(one => (one.room ?? -1) === column).sort((a, b) => Number(a.start) - Number(b.start));
    const here = session.room ?? -1, own = inColumn(here), at = own.indexOf(session);
    let next = {ArrowUp: own[at - 1], ArrowDown: own[at + 1], Home: own[0], End: own.at(-1)}[key];
    const side = key === 'ArrowLeft' ? -1 : key === 'ArrowRight' ? 1 : 0;
    for (let column = here + side; side && !next && column >= -1 && column < beside - 1; column += side) {
      next = inColumn(column).sort((a, b) => Math.abs(Number(a.start) - Number(session.start)) - Math.abs(Number(b.start) - Number(session.start)))[0];
    }
    if (next) this.goTo(next.code);
  }
}

/** @param {Place} place */
const length = place => (place.end ?? 0) - (place.start ?? 0);

/** Sessions with their lane: those that overlap lie beside each other. @param {Session[]} sessions @returns {[Session, number, number][]} */
function laned(sessions) {
  const sorted = [...sessions].sort((a, b) => Number(a.start) - Number(b.start) || Number(b.end) - Number(a.end));
  /** @type {[Session, number, number][]} */ const done = [];
  /** @type {[Session, number, number][]} */ let group = [];
  /** @type {number[]} */ let ends = [];
  const close = () => { for (const one of group) one[2] = ends.length; done.push(...group); group = []; ends = []; };
  for (const session of sorted) {
    if (ends.length && Math.max(...ends) <= Number(session.start)) close();
    let lane = ends.findIndex(end => end <= Number(session.start));
    if (lane < 0) lane = ends.length;
    ends[lane] = Number(session.end);
    group.push([session, lane, 1]);
  }
  close();
  return done;
}
