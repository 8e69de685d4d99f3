// @ts-check
// Saving: one request after the other, in the order of the hands. What could not be saved is put back and said; nothing waits unsaid.
import {placeOf, same} from './board.js';

/** @typedef {import('./board.js').Session} Session */
/** @typedef {import('./board.js').Place} Place */

const PATIENCE = 15_000;

export class Saver {
  /** @param {import('./board.js').Board} board @param {string} base @param {{saved: (answer: any, moved: Session[]) => void, failed: (says: string) => void, busy: (waiting: number) => void}} tell */
  constructor(board, base, tell) {
    this.board = board;
    this.base = base;
    this.tell = tell;
    /** @type {Promise<unknown>} */ this.queue = Promise.resolve();
    this.waiting = 0;
    addEventListener('beforeunload', event => { if (this.waiting) event.preventDefault(); });
  }

  /** Move it here now and save it. @param {Session} session @param {Place} place */
  move(session, place) {
    if (same(session, place)) return;
    Object.assign(session, placeOf(place));
    if (place.start !== null && place.end !== null) session.minutes = place.end - place.start;
    session.saving += 1;
    const wanted = placeOf(place), tries = session.tries;
    this.#enqueue(async () => {
      if (tries !== session.tries) return; // an earlier move of it failed: this one went back with it
      const answer = await this.#post({do: 'move', moves: [{session: session.code, to: this.board.sent(wanted), seen: this.board.sent(session.server)}]});
      if (answer.ok) {
        session.saving -= 1;
        session.server = wanted;
        return this.tell.saved(answer, this.board.take(answer.sessions));
      }
      session.saving = 0;
      session.tries += 1;
      Object.assign(session, placeOf(session.server));
      this.tell.saved(answer, this.board.take(answer.sessions ?? []));
      if (!answer.sessions) this.look([session.code]);
      this.tell.failed(answer.says || `“${session.title}” could not be saved and was put back. Check your connection, then move it again.`);
    });
  }

  /** @param {'undo' | 'redo'} step */
  step(step) {
    this.#enqueue(async () => {
      const answer = await this.#post({do: step});
      this.tell.saved(answer, this.board.take(answer.sessions ?? []));
      if (!answer.ok) this.tell.failed(answer.says || 'That could not be undone. Check your connection and try again.');
    });
  }

  /** Ask how things are now; of all sessions or of some. @param {string[]} [codes] */
  look(codes = []) {
    this.#enqueue(async () => {
      const reply = await fetch(`${this.base}/sheet?of=${codes.join(',')}`, {headers: {accept: 'application/json'}});
      if (!reply.ok || reply.redirected) return;
      const answer = await reply.json();
      this.tell.saved(answer, this.board.take(answer.sessions));
    }, false);
  }

  /** @param {() => Promise<unknown>} work @param {boolean} [counts] */
  #enqueue(work, counts = true) {
    if (counts) this.tell.busy(this.waiting += 1);
    this.queue = this.queue.then(work).catch(() => {}).finally(() => { if (counts) this.tell.busy(this.waiting -= 1); });
  }

  /** @param {object} body @returns {Promise<any>} */
  async #post(body) {
    try {
      const reply = await fetch(`${this.base}/moves`, {method: 'POST', headers: {'content-type': 'application/json', accept: 'application/json'}, body: JSON.stringify(body), signal: AbortSignal.timeout(PATIENCE)});
      if (reply.redirected) return {ok: false, says: 'You have been signed out, so the move was not saved and was put back. Sign in again in another tab, then move it again.'};
      const answer = reply.headers.get('content-type')?.includes('json') ? await reply.json() : {};
      return {...answer, ok: reply.ok};
    } catch {
      return {ok: false};
    }
  }
}
