// @ts-check
// The draft as the browser holds it: sessions by code, where they are, where the server has them, and words for all that.
import {clashesOf} from './clashes.js';

/** @typedef {import('./clashes.js').Clash} Clash */
/** @typedef {{room: number | null, start: number | null, end: number | null}} Place room: its place in the list; minutes since 1970, UTC */
/** @typedef {Place & {id: number, code: string, title: string, kind: string, track: number | null, confirmed: boolean, setup: number, speakers: number[], chair: number | null, wanted: number, minutes: number, published: Place, server: Place, saving: number, tries: number}} Session */
/** @typedef {{iso: string, short: string, name: string, midnight: number}} Day */

export const STEP = 5, DAY = 1440;

export class Board {
  /** @param {any} sheet as rules/board_sheet.py makes it */
  constructor(sheet) {
    /** @type {Day[]} */ this.days = sheet.days.map((/** @type {any[]} */ [iso, short, name, midnight]) => ({iso, short, name, midnight}));
    /** @type {{code: string, name: string, seats: number | null}[]} */ this.rooms = sheet.rooms.map((/** @type {any[]} */ [code, name, seats]) => ({code, name, seats}));
    /** @type {{name: string, hue: number}[]} */ this.tracks = sheet.tracks.map((/** @type {any[]} */ [name, hue]) => ({name, hue}));
    this.halls = new Map(this.rooms.map((room, index) => [index, room]));
    /** @type {Map<number, {name: string, available: [number, number][]}>} */
    this.people = new Map(sheet.people.map((/** @type {any[]} */ [name, available], /** @type {number} */ index) => [index, {name, available}]));
    /** @type {Map<string, Session>} */ this.sessions = new Map();
    this.take(sheet.sessions);
  }

  /** Rows from the server: new sessions, or what is known of old ones now. Returns those that are elsewhere than was shown. @param {any[][]} rows */
  take(rows) {
    const moved = [];
    for (const [code, title, kind, track, confirmed, setup, speakers, chair, wanted, minutes, room, start, end, ...published] of rows) {
      const known = this.sessions.get(code);
      const place = {room, start, end};
      const facts = {code, title, kind, track, confirmed: Boolean(confirmed), setup, speakers, chair, wanted, minutes, server: place, published: {room: published[0], start: published[1], end: published[2]}};
      if (!known) this.sessions.set(code, {id: this.sessions.size, saving: 0, tries: 0, ...facts, ...place});
      else if (known.saving) Object.assign(known, {...facts, minutes: known.minutes});
      else {
        if (!same(known, place)) moved.push(known);
        Object.assign(known, facts, place);
      }
    }
    return moved;
  }

  get plan() { return {items: this.sessions.values(), halls: this.halls, people: this.people}; }

  /** What clashes when `session` is at `place`. @param {Session} session @param {Place} [place] */
  clashes(session, place = session) {
    return clashesOf({...session, room: place.room, start: place.start, end: place.end}, this.plan);
  }

  /** The day on which a moment is; the nearest there is. @param {number} start */
  dayOf(start) {
    return this.days.findLast(day => day.midnight <= start) ?? this.days[0];
  }

  /** @param {Day} day */
  on(day) {
    return [...this.sessions.values()].filter(one => one.start !== null && this.dayOf(one.start) === day);
  }

  get waiting() { return [...this.sessions.values()].filter(one => one.start === null); }

  /** @param {Session} session */
  names(session) { return session.speakers.map(person => this.people.get(person)?.name ?? '').join(', '); }

  /** @param {Session} session */
  track(session) { return session.track === null ? null : this.tracks[session.track]; }

  /** @param {number | null} room */
  room(room) { return room === null ? 'for everybody' : this.rooms[room].name; }

  /** "Tuesday 10:45 to 11:25, Foundry" @param {Place} place */
  words(place) {
    if (place.start === null || place.end === null) return 'Not on the agenda';
    const day = this.dayOf(place.start);
    return `${this.days.length > 1 ? `${day.name} ` : ''}${clock(place.start - day.midnight)} to ${clock(place.end - day.midnight)}, ${this.room(place.room)}`;
  }

  /** As the server wants it. @param {Place} place */
  sent(place) { return {room: place.room === null ? null : this.rooms[place.room].code, start: place.start, end: place.end}; }
}

/** Minutes after midnight as 09:05. @param {number} minutes */
export function clock(minutes) {
  const at = ((minutes % DAY) + DAY) % DAY;
  return `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`;
}

/** @param {Place} a @param {Place} b */
export const same = (a, b) => a.room === b.room && a.start === b.start && a.end === b.end;

/** @param {Place} place @returns {Place} */
export const placeOf = place => ({room: place.room, start: place.start, end: place.end});

/** An element, with a class, text and attributes. @param {string} tag @param {string} [kind] @param {string} [text] @param {Record<string, string>} [more] */
export function make(tag, kind = '', text = '', more = {}) {
  const element = document.createElement(tag);
  if (kind) element.className = kind;
  if (text) element.textContent = text;
  for (const [name, value] of Object.entries(more)) element.setAttribute(name, value);
  return element;
}

/** @param {string} name */
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg'), use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  const sprite = document.querySelector('svg.icon use')?.getAttribute('href')?.split('#')[0] ?? '/static/icons/sprite.svg';
  use.setAttribute('href', `${sprite}#${name}`);
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  svg.append(use);
  return svg;
}
