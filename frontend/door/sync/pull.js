// @ts-check
/**
 * Hearing what is new: the roster and what changed in it, other tablets' scans as they happen, and the door's own rules. One tab of a
 * tablet asks; the others read what it wrote.
 */

import {Ended, Refused} from './client.js';

const WAIT = 20, ROSTER_EVERY = 20_000, HELLO_EVERY = 30_000, REST = 3000;

export class Pull extends EventTarget {
  /** @param {import('./client.js').Client} client @param {import('../store/roster.js').Roster} roster @param {() => Promise<{battery?: number, waiting: number, version: string}>} how what this tablet says of itself */
  constructor(client, roster, how) {
    super();
    this.client = client;
    this.roster = roster;
    this.how = how;
    this.cursor = '';
    this.caughtUp = false;
    this.rosterAt = 0;
    this.helloAt = 0;
    this.stopped = new AbortController();
    /** @type {(() => void) | undefined} */ this.wake = undefined;
  }

  /** Ask for ever, as the one tab that does. */
  start() {
    addEventListener('online', () => this.wake?.(), {signal: this.stopped.signal});
    document.addEventListener('visibilitychange', () => { if (!document.hidden) this.wake?.(); }, {signal: this.stopped.signal});
    navigator.locks.request('door-pull', {signal: this.stopped.signal}, () => this.#ever()).catch(() => {});
  }

  stop() {
    this.stopped.abort();
    this.wake?.();
  }

  /** Ask for the roster again soon. */
  soon() {
    this.rosterAt = 0;
    this.wake?.();
  }

  async #ever() {
    while (!this.stopped.signal.aborted) {
      try {
        await this.#once();
        this.#tell('reached');
      } catch (error) {
        if (this.stopped.signal.aborted) return;
        if (!(error instanceof Error)) throw error;
        this.#tell('failed', error);
        if (error instanceof Ended) return;
        if (error instanceof Refused && error.status === 404) this.#tell('gone');
        await this.#rest();
      }
    }
  }

  async #once() {
    const now = performance.now();
    if (!this.helloAt || now - this.helloAt > HELLO_EVERY) {
      const said = await this.client.hello(await this.how());
      this.helloAt = now;
      this.#tell('hello', said);
    }
    if (!this.rosterAt || now - this.rosterAt > ROSTER_EVERY || !this.roster.known) {
      const asked = Date.now();
      await this.roster.take(await this.client.roster(this.roster.list, this.roster.cursor), asked);
      this.rosterAt = now;
      this.#tell('roster');
    }
    const news = await this.client.news(this.roster.list, this.cursor, this.caughtUp ? WAIT : 0, this.stopped.signal);
    this.cursor = news.cursor;
    // What was before the first look is in the roster already.
    if (!this.caughtUp) {
      this.caughtUp = news.scans.length < 1000;
    } else if (news.scans.length) {
      if (news.scans.some(scan => scan.undone)) this.rosterAt = 0;
      this.#tell('news', {scans: news.scans, changed: await this.roster.hear(news.scans)});
    }
  }

  /** @returns {Promise<void>} until it is time to try again, or there is reason to hope */
  #rest() {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, REST);
      this.wake = () => { clearTimeout(timer); resolve(); };
    });
  }

  /** @param {string} name @param {unknown} [detail] */
  #tell(name, detail) { this.dispatchEvent(new CustomEvent(name, {detail})); }
}
