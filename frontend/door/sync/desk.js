// @ts-check
/**
 * A door at work: what the screens talk to. Scans are decided here and sent behind; what the server and other tablets say comes back as
 * events: `answer` (a scan was settled), `changed` (counts or people), `network`, `rules`, `ended`.
 */

import {readCode} from '../rules/codes.js';
import {readKeys} from '../rules/keys.js';
import {NEVER} from '../rules/merge.js';
import * as keep from '../store/pairing.js';
import {fingerprint, Roster} from '../store/roster.js';
import * as scans from '../store/scans.js';
import {Client, Ended, Refused} from './client.js';
import {Pull} from './pull.js';
import {Push} from './push.js';

/** @typedef {import('../store/scans.js').Entry} Entry */
/** @typedef {{direction?: 'in' | 'out', forced?: string, answers?: Record<string, boolean | string>}} How */

/** How long the server may take to know a ticket that this tablet does not. */
const ASK_FOR = 1500;

export class Desk extends EventTarget {
  /** @param {import('../store/pairing.js').Pairing & {list: number}} pairing @param {import('../store/pairing.js').Me} me @param {string} version of the app */
  constructor(pairing, me, version) {
    super();
    this.pairing = pairing;
    this.me = me;
    this.version = version;
    this.client = new Client(pairing);
    this.roster = new Roster(pairing.list);
    this.push = new Push(this.client, pairing.event);
    this.pull = new Pull(this.client, this.roster, () => this.#how());
    this.online = false;
    this.waiting = 0;
    /** When the server last answered, by our clock. @type {number | null} */ this.reached = null;
    this.meAt = '';
    this.stopped = new AbortController();
    this.tabs = new BroadcastChannel('door');
  }

  get rule() { return this.me.lists.find(one => one.id === this.pairing.list) ?? this.me.lists[0]; }

  /** @param {string} right */
  may(right) { return this.me.door.rights.includes(right); }

  /** Now, by the server's clock. */
  now() { return this.client.now(); }

  /** From the disk, then the network behind. Ready when this ends, whatever the network does. */
  async open() {
    this.client.drift = await keep.drift();
    await this.roster.load();
    this.waiting = await keep.waitingCount();
    for (const source of [this.push, this.pull]) {
      source.addEventListener('reached', () => this.#network(true));
      source.addEventListener('failed', event => this.#network(false, /** @type {CustomEvent} */ (event).detail));
    }
    this.#wirePush();
    this.#wirePull();
    this.tabs.addEventListener('message', ({data}) => this.#otherTab(data));
    const {signal} = this.stopped;
    addEventListener('online', () => this.push.send(), {signal});
    document.addEventListener('visibilitychange', () => { if (!document.hidden) this.push.send(); }, {signal});
    this.timer = setInterval(() => { this.push.send(); this.#tell('changed'); }, 5000);
    this.pull.start();
    this.push.send();
  }

  close() {
    this.stopped.abort();
    clearInterval(this.timer);
    this.pull.stop();
    this.tabs.close();
  }

  #wirePush() {
    const on = (/** @type {string} */ name, /** @type {(detail: any) => void} */ act) => this.push.addEventListener(name, event => act(/** @type {CustomEvent} */ (event).detail));
    on('answer', ({entry, said, ticket}) => { this.#took(ticket); this.#tell('answer', {entry, said}); });
    on('took', ({one, ticket}) => { this.#took(ticket); if (one.kind === 'other') this.pull.soon(); this.#tell('changed'); });
    on('refused', ({one, message, ticket}) => { this.#took(ticket); this.pull.soon(); this.#tell('refused', {one, message}); });
  }

  #wirePull() {
    const on = (/** @type {string} */ name, /** @type {(detail: any) => void} */ act) => this.pull.addEventListener(name, event => act(/** @type {CustomEvent} */ (event).detail));
    on('hello', async said => {
      await keep.keepDrift(this.client.drift);
      if (said.changed !== this.meAt) await this.refresh();
      this.meAt = said.changed;
    });
    on('roster', () => { this.#tell('changed'); this.tabs.postMessage({roster: true}); });
    on('news', ({changed}) => { if (changed) { this.#tell('changed'); this.tabs.postMessage({roster: true}); } });
    on('gone', () => this.refresh().catch(() => {}));
  }

  /** The door's rules anew. */
  async refresh() {
    this.me = await this.client.me();
    await keep.keepMe(this.me);
    this.#tell('rules');
  }

  async #how() {
    const battery = await /** @type {any} */ (navigator).getBattery?.().catch(() => null);
    return {waiting: this.waiting, version: this.version, ...(battery ? {battery: Math.round(battery.level * 100)} : {})};
  }

  /** What a reader read, as text or as keys. @param {string | import('../rules/keys.js').Key[]} read @param {How} [how] @returns {Promise<Entry>} */
  async scan(read, how = {}) {
    const codes = typeof read === 'string' ? [readCode(read)].filter(code => code !== null) : readKeys(read).codes;
    if (!codes.length) return this.#nothing(how);
    const hashes = await Promise.all(codes.map(code => fingerprint(this.roster.salt, code)));
    const which = Math.max(0, hashes.findIndex(hash => this.roster.people.has(hash)));
    const entry = await this.#decide({hash: hashes[which], code: codes[which]}, how);
    return entry.verdict === 'unknown' && this.online ? this.#better(entry) : entry;
  }

  /** A ticket that was bought a moment ago is not on this tablet yet: the server may know it. Not for long. @param {Entry} entry @returns {Promise<Entry>} */
  #better(entry) {
    return new Promise(resolve => {
      const heard = (/** @type {Event} */ event) => { const {entry: after} = /** @type {CustomEvent} */ (event).detail; if (after.id === entry.id) end(after); };
      const end = (/** @type {Entry} */ after) => { this.removeEventListener('answer', heard); clearTimeout(timer); resolve(after); };
      const timer = setTimeout(() => end(entry), ASK_FOR);
      this.addEventListener('answer', heard);
    });
  }

  /** Somebody found by name, or of a party. @param {string} hash @param {How} [how] */
  scanGuest(hash, how = {}) { return this.#decide({hash}, how); }

  /** @param {{hash: string, code?: string}} which @param {How} how @returns {Promise<Entry>} */
  async #decide(which, how) {
    const door = {event: this.pairing.event, device: this.pairing.device, rule: this.rule, inside: this.rule.capacity === null ? 0 : this.roster.counts(this.now()).inside};
    const {entry, ticket} = await scans.scan(door, which, {at: Math.round(this.now()), direction: how.direction ?? 'in', forced: how.forced, answers: how.answers});
    this.#took(ticket);
    if (ticket) this.tabs.postMessage({ticket});
    if (entry.verdict !== 'needs_answer') this.#wait();
    return entry;
  }

  /** @param {How} how @returns {Entry} */
  #nothing({direction = 'in'}) {
    return {id: '', seq: 0, list: this.pairing.list, at: this.now(), direction, verdict: 'unknown', because: '', message: 'This is not a ticket code. Try again, or find the guest by name.', guest: null, first: null, before: null, sent: true};
  }

  /** @param {string} id */
  async undo(id) {
    const ticket = await scans.undo(this.pairing.event, id, this.pairing.device, Math.round(this.now()));
    this.#took(ticket);
    if (ticket) this.tabs.postMessage({ticket});
    this.#wait();
  }

  /** Somebody who comes without a ticket: registered and let in. @param {{name: string, email: string, organisation: string, ticket_type: string, pay?: string}} who @returns {Promise<Entry>} */
  async register(who) {
    const {event, list, device} = this.pairing, at = Math.round(this.now()), id = crypto.randomUUID();
    const type = this.me.sells?.find(one => one.code === who.ticket_type);
    /** @type {Entry} */
    const entry = {
      id, seq: 0, list, at, direction: 'in', verdict: 'welcome', because: '', message: 'Registered. Let them in.', first: null, before: NEVER, sent: false,
      guest: {hash: '', name: who.name, organisation: who.organisation, job_title: '', type: type?.name ?? '', state: 'valid'},
    };
    const written = await scans.keep(event, list, '/door/walk-ins', {...who, id, list, at: new Date(at).toISOString(), device, decided: 'welcome'}, who.name, entry);
    this.#wait();
    return written ?? entry;
  }

  /** The money was taken here: they are as good as paid, and let in. @param {import('../store/scans.js').Guest} guest @param {How} how */
  async pay(guest, how) {
    const {event, list, device} = this.pairing;
    await scans.keep(event, list, `/checkin-lists/${list}/pay`, {hash: guest.hash, method: 'cash', device}, guest.name);
    const ticket = this.roster.people.get(guest.hash), order = ticket ? this.roster.party(ticket) : [];
    for (const changed of await scans.paid(list, [guest.hash, ...order.map(one => one.hash)])) {
      this.#took(changed);
      this.tabs.postMessage({ticket: changed});
    }
    this.#wait();
    return this.scanGuest(guest.hash, how);
  }

  /** Something was handed to a guest, or was not after all. @param {string} hash @param {string} what @param {boolean} given */
  async hand(hash, what, given) {
    const ticket = await scans.hand(this.pairing.list, hash, what, given);
    this.#took(ticket);
    if (ticket) this.tabs.postMessage({ticket});
  }

  /**
   * A badge, now: from a printer that is there, else from this tablet. The server makes it, so there must be a connection.
   * @param {Entry} entry @param {boolean} again @returns {Promise<{said: string, page?: string, ask?: boolean}>} what to say; the page that prints itself; whether to ask for a re-print
   */
  async print(entry, again) {
    if (!entry.code) return {said: this.online && entry.sent ? 'The server did not tell which ticket this is. Scan it, then print.' : 'The scan has not reached the server yet. Badges need a connection: try again when it is back.'};
    try {
      const station = (await this.client.stations()).find(one => one.online);
      const {page} = await this.client.print(entry.code, station ? {where: 'station', station: station.code, again} : {where: 'page', again});
      return page ? {said: 'The badge opens in a window of its own.', page} : {said: `Sent to ${station?.name ?? 'the printer'}.`};
    } catch (error) {
      if (!(error instanceof Refused)) return {said: 'No connection. Badges need one: try again when it is back, the check-in is safe.'};
      return {said: error.message, ask: error.kind === 'already-printed' && !again};
    }
  }

  /** Something was put on the queue: say so, send it. */
  #wait() {
    this.waiting += 1;
    this.#tell('network');
    this.push.send().then(() => this.#count());
  }

  async #count() {
    this.waiting = await keep.waitingCount();
    this.#tell('network');
  }

  /** @param {import('../store/roster.js').Ticket | null} ticket */
  #took(ticket) {
    if (!ticket) return;
    this.roster.changed(ticket);
    this.#tell('changed');
  }

  /** @param {{ticket?: import('../store/roster.js').Ticket, roster?: boolean}} said by another tab of this tablet */
  async #otherTab(said) {
    if (said.ticket) this.roster.changed(said.ticket);
    if (said.roster) await this.roster.load();
    this.#tell('changed');
  }

  /** @param {boolean} reached @param {Error} [error] */
  async #network(reached, error) {
    if (error instanceof Ended) return this.#tell('ended');
    if (reached) this.reached = Date.now();
    const came = reached && !this.online;
    this.online = reached;
    await this.#count();
    if (came) this.push.send();
  }

  /** @param {string} name @param {unknown} [detail] */
  #tell(name, detail) { this.dispatchEvent(new CustomEvent(name, {detail})); }
}
