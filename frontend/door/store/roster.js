// @ts-check
/**
 * Who is expected on a list. On the disk by hash: a lost tablet cannot print tickets. In memory what search and counting need.
 *
 * @typedef {import('../rules/merge.js').Presence} Presence
 * @typedef {{list: number, hash: string, code_tail: string, name: string, organisation: string, job_title: string, type: string, ticket_type: string, state: string, flags: string[], days: string[] | null, add_ons: string[], hand_out?: string[], handed?: string[], due?: {amount: number, currency: string} | null, party: string, hint: string, email?: string | null, presence: Presence, pending: import('../rules/merge.js').Pending[]}} Ticket
 * @typedef {{cursor: string, salt: string, whole: boolean, tickets: any[], removed: string[], others: string[], booked: string[] | null}} Delta
 * @typedef {Ticket & {folded: string, now: Presence}} Person  as kept in memory
 */

import {refreshed, told, whereabouts} from '../rules/merge.js';
import {find, fold} from '../rules/names.js';
import {ask, db, done, get, ofList, strictly} from './db.js';
import {bytes, hex} from './pairing.js';

/** @param {string | null} text */
const moment = text => (text ? Date.parse(text) : null);

/** @param {number} list @param {any} told_ as the server tells it @returns {Ticket} */
function ticketOf(list, told_) {
  const {version, presence, ...ticket} = told_, first = presence.first;
  return {
    ...ticket, list, pending: [],
    presence: {state: presence.state, entered: moment(presence.entered), device: presence.device, first: first ? {at: Date.parse(first.at), device: first.device} : null},
  };
}

/** @param {string} salt @param {string} code @returns {Promise<string>} the first 16 bytes of SHA-256(salt ‖ code) */
export async function fingerprint(salt, code) {
  const text = new TextEncoder().encode(code), start = bytes(salt), all = new Uint8Array(start.length + text.length);
  all.set(start);
  all.set(text, start.length);
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', all)).subarray(0, 16));
}

export class Roster {
  /** @param {number} list */
  constructor(list) {
    this.list = list;
    /** @type {Map<string, Person>} */ this.people = new Map();
    this.salt = '';
    this.cursor = '';
  }

  /** From the disk into memory. */
  async load() {
    const facts = await get(`roster:${this.list}`);
    this.salt = facts?.salt ?? '';
    this.cursor = facts?.cursor ?? '';
    const tickets = /** @type {Ticket[]} */ (await ask((await db()).transaction('tickets').objectStore('tickets').getAll(ofList(this.list))));
    this.people = new Map(tickets.map(ticket => [ticket.hash, person(ticket)]));
  }

  get known() { return this.cursor !== ''; }

  /** Take in what the server told. @param {Delta} delta @param {number} asked when it was asked for, by this tablet's clock */
  async take(delta, asked) {
    const transaction = (await db()).transaction(['tickets', 'meta', 'queue'], 'readwrite', {durability: 'relaxed'});
    const store = transaction.objectStore('tickets'), meta = transaction.objectStore('meta');
    const before = new Map((delta.whole || delta.tickets.length > 200
      ? /** @type {Ticket[]} */ (await ask(store.getAll(ofList(this.list))))
      : (await Promise.all(delta.tickets.map(one => ask(store.get([this.list, one.hash]))))).filter(Boolean)).map(ticket => [ticket.hash, ticket]));
    const fresh = delta.tickets.map(one => refreshed(ticketOf(this.list, one), before.get(one.hash), asked));
    if (delta.whole) {
      store.delete(ofList(this.list));
      meta.put(delta.others, `others:${this.list}`);
    }
    for (const ticket of fresh) store.put(ticket);
    for (const hash of delta.removed) store.delete([this.list, hash]);
    meta.put({cursor: delta.cursor, salt: delta.salt}, `roster:${this.list}`);
    meta.put(delta.booked, `booked:${this.list}`);
    if (delta.removed.length) await this.#others(meta, delta.removed);
    await done(transaction);
    if (delta.whole) this.people.clear();
    for (const ticket of fresh) this.people.set(ticket.hash, person(ticket));
    for (const hash of delta.removed) this.people.delete(hash);
    this.salt = delta.salt;
    this.cursor = delta.cursor;
  }

  /** Tickets that left this list are still the event's. @param {IDBObjectStore} meta @param {string[]} removed */
  async #others(meta, removed) {
    const others = await ask(meta.get(`others:${this.list}`)) ?? [];
    meta.put([...new Set([...others, ...removed])], `others:${this.list}`);
  }

  /** Other tablets' scans. @param {{id: string, hash: string | null, verdict: string, device: string, happened_at: string, undone: boolean}[]} scans @returns {Promise<boolean>} did anything change? */
  async hear(scans) {
    const moving = scans.filter(scan => scan.hash && !scan.undone && this.people.has(scan.hash));
    if (!moving.length) return false;
    const transaction = await strictly(['tickets']), store = transaction.objectStore('tickets');
    let changed = false;
    for (const scan of moving) {
      const ticket = /** @type {Ticket | undefined} */ (await ask(store.get([this.list, scan.hash ?? ''])));
      if (!ticket) continue;
      const after = told(ticket, {...scan, at: Date.parse(scan.happened_at)}, Date.now());
      if (after === ticket) continue;
      changed = true;
      store.put(after);
      this.people.set(after.hash, person(after));
    }
    await done(transaction);
    return changed;
  }

  /** One ticket was changed on the disk, here or in another tab. @param {Ticket} ticket */
  changed(ticket) { if (ticket.list === this.list) this.people.set(ticket.hash, person(ticket)); }

  /** @param {string} words @param {number} [most] */
  find(words, most = 20) { return find(this.people.values(), words, most); }

  /** Others of the same order. @param {Ticket} ticket */
  party(ticket) { return ticket.party ? [...this.people.values()].filter(one => one.party === ticket.party && one.hash !== ticket.hash && one.state !== 'cancelled') : []; }

  /** How the list stands at `now`, by the server's clock: `rate` is admissions a minute over the last five. @param {number} now */
  counts(now) {
    let expected = 0, inside = 0, arrived = 0, lately = 0;
    for (const {state, now: place} of this.people.values()) {
      if (state !== 'cancelled') expected += 1;
      if (place.state === 'in') inside += 1;
      if (place.first) arrived += 1;
      if (place.state === 'in' && place.entered && now - place.entered < 300_000) lately += 1;
    }
    return {expected, inside, arrived, rate: lately / 5};
  }
}

/** @param {Ticket} ticket @returns {Person} */
function person(ticket) {
  return {...ticket, folded: fold(`${ticket.name} ${ticket.organisation} ${ticket.email ?? ''} ${ticket.code_tail}`), now: whereabouts(ticket)};
}
