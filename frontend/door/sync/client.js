// @ts-check
/** The API as the door uses it. Every call ends within a few seconds: a tablet never hangs on bad Wi-Fi. */

const PATIENCE = 7000;

/** The server cannot be reached, or what answered was not it (a captive portal). */
export class Unreachable extends Error {}
/** The pairing has ended. */
export class Ended extends Error {}
/** The server said no; the message is its sentence. */
export class Refused extends Error {
  /** @param {string} message @param {number} status @param {string} kind @param {{field: string, message: string}[]} errors */
  constructor(message, status, kind, errors) {
    super(message);
    this.status = status;
    this.kind = kind;
    this.errors = errors;
  }
}

/** @typedef {{id: string, verdict: string, because?: string, ticket: any, first_scan: {at: string, device: string} | null, message: string}} Result */
/** @typedef {{id: string, hash: string | null, name: string | null, verdict: string, direction: string, device: string, at: string, happened_at: string, undone: boolean, resolved: boolean}} News */
/** @typedef {import('../store/pairing.js').Me} Me */

export class Client {
  /** @param {{event: string, token: string}} pairing */
  constructor({event, token}) {
    this.base = `/api/v1/events/${encodeURIComponent(event)}`;
    this.token = token;
    /** The server's clock less ours, in milliseconds. */ this.drift = 0;
  }

  /** Now, by the server's clock. */
  now() { return Date.now() + this.drift; }

  /** @param {string} pairing @param {string} name @param {string} pin @returns {Promise<Me & {token: string}>} */
  pair(pairing, name, pin) { return this.call('POST', '/door/pair', {pairing, name, ...(pin ? {pin} : {})}); }

  /** @returns {Promise<Me>} */
  me() { return this.#timed('GET', '/door/me'); }

  /** @param {{battery?: number, waiting: number, version: string}} how @returns {Promise<{now: string, ends_at: string, changed: string}>} */
  hello(how) { return this.#timed('POST', '/door/hello', how); }

  /** @param {number} list @param {string} since @returns {Promise<import('../store/roster.js').Delta>} */
  roster(list, since) { return this.call('GET', `/checkin-lists/${list}/roster${since ? `?since=${encodeURIComponent(since)}` : ''}`, undefined, since ? PATIENCE : 60_000); }

  /** @param {number} list @param {string} since @param {number} wait in seconds @param {AbortSignal} [signal] @returns {Promise<{scans: News[], cursor: string}>} */
  news(list, since, wait, signal) { return this.call('GET', `/checkin-lists/${list}/scans?since=${encodeURIComponent(since)}${wait ? `&wait=${wait}` : ''}`, undefined, PATIENCE + wait * 1000, signal); }

  /** @param {number} list @param {import('../store/scans.js').Scan[]} scans @returns {Promise<{results: Result[]}>} */
  scan(list, scans) {
    const sent = scans.map(({seq, kind, event, list: _, ...scan}) => scan);
    return this.call('POST', `/checkin-lists/${list}/scans`, {now: new Date(this.now()).toISOString(), scans: sent});
  }

  /** @param {number} list @param {string} scan */
  undo(list, scan) { return this.call('POST', `/checkin-lists/${list}/scans/${scan}/undo`); }

  /** @returns {Promise<{code: string, name: string, online: boolean}[]>} */
  stations() { return this.call('GET', '/print-stations'); }

  /** @param {string} code @param {{where: 'station' | 'page', station?: string, again: boolean}} how @returns {Promise<{page: string | null}>} */
  print(code, how) { return this.call('POST', `/tickets/${encodeURIComponent(code)}/print`, how); }

  /** A call that tells the server's time: the middle of the way there and back is when it looked. @param {string} method @param {string} path @param {unknown} [body] */
  async #timed(method, path, body) {
    const before = Date.now(), answer = await this.call(method, path, body);
    if (answer.now) this.drift = Date.parse(answer.now) - (before + Date.now()) / 2;
    return answer;
  }

  /** @param {string} method @param {string} path @param {unknown} [body] @param {number} [patience] @param {AbortSignal} [signal] @returns {Promise<any>} */
  async call(method, path, body, patience = PATIENCE, signal) {
    let answer, data;
    const limit = AbortSignal.timeout(patience);
    try {
      answer = await fetch(this.base + path, {
        method, cache: 'no-store', redirect: 'error', signal: signal ? AbortSignal.any([signal, limit]) : limit,
        headers: {...(this.token ? {Authorization: `Bearer ${this.token}`} : {}), ...(body ? {'Content-Type': 'application/json'} : {})},
        body: body ? JSON.stringify(body) : undefined,
      });
      if (answer.headers.get('content-type')?.includes('json')) data = await answer.json();
    } catch {
      throw new Unreachable();
    }
    // A captive portal may answer anything; only what is in our own form is ours.
    if (data === undefined || answer.status >= 500) throw new Unreachable();
    if (answer.status === 401 && data.status === 401) throw new Ended();
    if (!answer.ok && typeof data.status !== 'number') throw new Unreachable();
    if (!answer.ok) throw new Refused(data.detail ?? 'That did not work.', answer.status, String(data.type ?? '').split(/[/:]/).pop() ?? '', data.errors ?? []);
    return data;
  }
}
