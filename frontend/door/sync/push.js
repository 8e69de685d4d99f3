// @ts-check
/** Sending what waits: after every scan, when the network comes back, when the tablet wakes, and every five seconds. */

import * as scans from '../store/scans.js';
import {Refused} from './client.js';

const AT_ONCE = 100;

export class Push extends EventTarget {
  /** @param {import('./client.js').Client} client @param {string} event only what belongs to this event is sent with its token */
  constructor(client, event) {
    super();
    this.client = client;
    this.event = event;
    this.again = false;
    /** @type {Promise<void> | null} */ this.running = null;
  }

  /** Send all that waits, one sender at a time whatever tabs are open. A call while one runs makes it look once more. @returns {Promise<void>} */
  send() {
    if (this.running) {
      this.again = true;
      return this.running;
    }
    const run = async () => {
      try {
        await navigator.locks.request('door-push', () => this.#all());
      } finally {
        this.running = null;
      }
    };
    return this.running = run();
  }

  async #all() {
    do {
      this.again = false;
      try {
        for (let next = await this.#next(); next.length; next = await this.#next()) await this.#some(next);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        this.#tell('failed', error);
        return;
      }
    } while (this.again);
  }

  /** The next things of one kind and list, in order. @returns {Promise<import('../store/scans.js').Waiting[]>} */
  async #next() {
    const all = (await scans.waiting()).filter(one => (one.event ?? this.event) === this.event);
    const end = all.findIndex(one => one.kind !== all[0].kind || one.list !== all[0].list || one.kind !== 'scan');
    return all.slice(0, Math.min(AT_ONCE, end < 0 ? all.length : Math.max(end, 1)));
  }

  /** @param {import('../store/scans.js').Waiting[]} some */
  async #some(some) {
    const one = some[0];
    try {
      if (one.kind === 'scan') {
        const batch = /** @type {import('../store/scans.js').Scan[]} */ (some), {results} = await this.client.scan(one.list, batch);
        for (const settled of await scans.settle(results)) this.#tell('answer', settled);
      } else {
        const result = one.kind === 'undo' ? await this.client.undo(one.list, one.scan) : await this.client.call('POST', one.path, one.body);
        // Somebody registered at the door comes back with their first scan.
        if (result?.scan) for (const settled of await scans.settle([result.scan])) this.#tell('answer', settled);
        this.#tell('took', {one, ticket: await scans.drop(one)});
      }
      this.#tell('reached');
    } catch (error) {
      if (!(error instanceof Refused) || error.status === 429 || error.status === 408) throw error;
      if (some.length > 1) {
        // One of them is bad: find out which, so that the others are not lost with it.
        for (const each of some) await this.#some([each]);
        return;
      }
      this.#tell('refused', {one, message: error.message, ticket: await scans.drop(one, error.message)});
    }
  }

  /** @param {string} name @param {unknown} [detail] */
  #tell(name, detail) { this.dispatchEvent(new CustomEvent(name, {detail})); }
}
