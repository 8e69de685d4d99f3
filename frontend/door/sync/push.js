// @ts-check
/** Sending what waits: after every scan, when the network comes back, when the tablet wakes, and every five seconds. */

import {Refused} from './client.js';
import * as store from '../store/db.js';

const AT_ONCE = 50;

export class Push extends EventTarget {
  /** @param {import('./client.js').Client} client */
  constructor(client) {
    super();
    this.client = client;
    this.online = true;
    /** @type {Error | null} */ this.ended = null;
  }

  start() {
    addEventListener('online', () => this.send());
    document.addEventListener('visibilitychange', () => { if (!document.hidden) this.send(); });
    setInterval(() => this.send(), 5000);
  }

  /** Send all that waits, one sender at a time whatever tabs are open. Each answer is told as an `answer` event. */
  async send() {
    await navigator.locks.request('door-push', async () => {
      try {
        for (let scans = await store.waiting(); scans.length; scans = await store.waiting()) await this.#batch(scans);
        this.#is(true);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        this.#is(false, error);
      }
    });
  }

  /** @param {import('../store/db.js').Scan[]} scans */
  async #batch(scans) {
    const list = scans[0].list, batch = scans.filter(scan => scan.list === list).slice(0, AT_ONCE);
    try {
      const {results} = await this.client.scan(list, batch);
      await store.drop(results.map(result => result.id));
      for (const result of results) this.dispatchEvent(new CustomEvent('answer', {detail: result}));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      // The server will never take these (a list that is gone): tell, and do not stop the others for ever.
      await store.drop(batch.map(scan => scan.id));
      for (const scan of batch) this.dispatchEvent(new CustomEvent('refused', {detail: {scan, message: error.message}}));
    }
  }

  /** @param {boolean} online @param {Error} [error] */
  #is(online, error) {
    this.online = online;
    if (error?.constructor.name === 'Ended') this.ended = error;
    this.dispatchEvent(new CustomEvent('state', {detail: {online, error}}));
  }
}
