// @ts-check
/** The API as the door uses it. Every call ends within a few seconds: a tablet never hangs on bad Wi-Fi. */

const PATIENCE = 7000;

/** The server cannot be reached, or what answered was not it (a captive portal). */
export class Unreachable extends Error {}
/** The pairing has ended. */
export class Ended extends Error {}
/** The server said no; the message is its sentence. */
export class Refused extends Error {}

/** @typedef {{id: number, name: string, counts: {expected: number, inside: number, checked_in: number}}} List */
/** @typedef {{code: string, name: string, organisation: string, job_title: string, type?: string, ticket_type: string, state: string}} Ticket */
/** @typedef {{id: string, verdict: string, ticket: Ticket | null, first_scan: {at: string, device: string} | null, message: string}} Result */

export class Client {
  /** @param {import('../store/db.js').Pairing} pairing */
  constructor(pairing) {
    this.base = `/api/v1/events/${encodeURIComponent(pairing.event)}`;
    this.token = pairing.token;
  }

  /** @returns {Promise<{name: string, hue?: number}>} */
  event() { return this.#call('GET', ''); }

  /** @returns {Promise<List[]>} */
  lists() { return this.#call('GET', '/checkin-lists'); }

  /** @param {number} list @param {import('../store/db.js').Scan[]} scans @returns {Promise<{results: Result[]}>} */
  scan(list, scans) {
    const sent = scans.map(({id, code, at, direction, device, forced}) => ({id, code, at, direction, device, ...(forced ? {forced} : {})}));
    return this.#call('POST', `/checkin-lists/${list}/scans`, {now: new Date().toISOString(), scans: sent});
  }

  /** @param {number} list @param {string} scan */
  undo(list, scan) { return this.#call('POST', `/checkin-lists/${list}/scans/${scan}/undo`); }

  /** @param {string} words @returns {Promise<{items: Ticket[]}>} */
  search(words) { return this.#call('GET', `/tickets?limit=20&search=${encodeURIComponent(words)}`); }

  /** @param {string} method @param {string} path @param {unknown} [body] @returns {Promise<any>} */
  async #call(method, path, body) {
    let answer;
    try {
      answer = await fetch(this.base + path, {
        method, cache: 'no-store', redirect: 'error', signal: AbortSignal.timeout(PATIENCE),
        headers: {Authorization: `Bearer ${this.token}`, ...(body ? {'Content-Type': 'application/json'} : {})},
        body: body ? JSON.stringify(body) : undefined,
      });
    } catch {
      throw new Unreachable();
    }
    if (answer.status === 401) throw new Ended();
    if (answer.status >= 500 || !answer.headers.get('content-type')?.includes('json')) throw new Unreachable();
    const data = await answer.json().catch(() => { throw new Unreachable(); });
    if (!answer.ok) throw new Refused(data.detail ?? 'That did not work.');
    return data;
  }
}
