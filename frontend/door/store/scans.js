// @ts-check
/**
 * Scans: decided and written in one transaction, before the screen shows anything. What waits for the server is in `queue`, in order; the
 * last ones of this tablet are in `log`, with their answers.
 *
 * @typedef {import('./roster.js').Ticket} Ticket
 * @typedef {import('../rules/admit.js').Verdict} Verdict
 * @typedef {{id: string, seq: number, kind: 'scan', event: string, list: number, code?: string, hash?: string, at: string, direction: 'in' | 'out', device: string, forced?: string, decided?: Verdict, answers?: Record<string, boolean | string>}} Scan
 * @typedef {{id: string, seq: number, kind: 'undo', event: string, list: number, scan: string, hash: string}} Undo
 * @typedef {{id: string, seq: number, kind: 'other', event: string, list: number, path: string, body: Record<string, unknown>, name: string}} Other  anything else that is kept until the server took it
 * @typedef {Scan | Undo | Other} Waiting
 * @typedef {{hash: string, name: string, organisation: string, job_title: string, type: string, code_tail?: string, hint?: string, flags?: string[], state: string, due?: {amount: number, currency: string} | null}} Guest  `due`: owed for the whole order
 * @typedef {{id: string, seq: number, list: number, at: number, direction: 'in' | 'out', verdict: string, because: string, message: string, guest: Guest | null, first: {at: number, device: string} | null, before: import('../rules/merge.js').Presence | null, sent: boolean, undone?: boolean, unseen?: boolean, party?: string, code?: string}} Entry
 */

import {verdict} from '../rules/admit.js';
import {ticked} from '../rules/extras.js';
import {answered, moves, whereabouts} from '../rules/merge.js';
import {message} from '../rules/words.js';
import {ask, db, done, strictly} from './db.js';

const KEPT = 60;

/**
 * Decide and record.
 * @param {{event: string, device: string, rule: import('./pairing.js').Rule, inside: number}} door
 * @param {{hash: string, code?: string}} which
 * @param {{at: number, direction: 'in' | 'out', forced?: string, answers?: Record<string, boolean | string>}} how `at` by the server's clock
 * @returns {Promise<{entry: Entry, ticket: Ticket | null}>}
 */
export async function scan(door, which, how) {
  const list = door.rule.id, transaction = await strictly(['tickets', 'meta', 'queue', 'log']);
  const tickets = transaction.objectStore('tickets'), meta = transaction.objectStore('meta');
  const ticket = /** @type {Ticket | undefined} */ (await ask(tickets.get([list, which.hash])));
  const booked = ticket && door.rule.booked_only ? (await ask(meta.get(`booked:${list}`)) ?? []).includes(which.hash) : false;
  const elsewhere = !ticket && (await ask(meta.get(`others:${list}`)) ?? []).includes(which.hash);
  const before = ticket ? whereabouts(ticket) : null;
  const rule = {...door.rule, opens: time(door.rule.opens), closes: time(door.rule.closes), inside: door.inside};
  const known = ticket && before ? {...ticket, presence: before.state, entered: before.entered, booked} : null;
  const said = elsewhere ? {verdict: /** @type {Verdict} */ ('wrong_list'), because: 'type'}
    : verdict(known, rule, how.at, {direction: how.direction, forced: Boolean(how.forced), answers: how.answers});
  const seq = await next(meta), id = crypto.randomUUID(), first = before?.first ?? null;
  /** @type {Entry} */
  const entry = {
    id, seq, list, at: how.at, direction: how.direction, ...said, message: message(said, known, rule, how.at, first), guest: ticket ? guestOf(ticket) : null,
    first, before, sent: false, party: ticket?.party, code: which.code,
  };
  if (said.verdict !== 'needs_answer') {
    /** @type {Scan} */
    const scan_ = {
      id, seq, kind: 'scan', event: door.event, list, ...(which.code ? {code: which.code} : {hash: which.hash}), at: new Date(how.at).toISOString(),
      direction: how.direction, device: door.device, decided: said.verdict, ...(how.forced ? {forced: how.forced} : {}), ...(how.answers ? {answers: how.answers} : {}),
    };
    transaction.objectStore('queue').put(scan_);
    transaction.objectStore('log').put(entry);
    if (ticket && moves(said.verdict)) {
      ticket.pending = [...ticket.pending, {id, verdict: said.verdict, at: how.at, device: door.device}];
      tickets.put(ticket);
    }
  }
  await done(transaction);
  return {entry, ticket: ticket ?? null};
}

/** @param {string | null} text */
const time = text => (text ? Date.parse(text) : null);

/** @param {Ticket} ticket @returns {Guest} */
const guestOf = ({hash, name, organisation, job_title, type, code_tail, hint, flags, state, due}) => ({hash, name, organisation, job_title, type, code_tail, hint, flags, state, due});

/** The order of what this tablet does, whatever its clock says. @param {IDBObjectStore} meta @returns {Promise<number>} */
async function next(meta) {
  const seq = (await ask(meta.get('seq')) ?? 0) + 1;
  meta.put(seq, 'seq');
  return seq;
}

/** Take a scan back; the server hears of it after the scan itself. @param {string} event @param {string} id @param {string} device @param {number} at @returns {Promise<Ticket | null>} */
export async function undo(event, id, device, at) {
  const transaction = await strictly(['tickets', 'meta', 'queue', 'log']);
  const tickets = transaction.objectStore('tickets'), log = transaction.objectStore('log');
  const entry = /** @type {Entry | undefined} */ (await ask(log.get(id)));
  if (!entry || entry.undone) return null;
  const hash = entry.guest?.hash ?? '', ticket = /** @type {Ticket | undefined} */ (await ask(tickets.get([entry.list, hash])));
  const seq = await next(transaction.objectStore('meta')), undoing = crypto.randomUUID();
  transaction.objectStore('queue').put({id: undoing, seq, kind: 'undo', event, list: entry.list, scan: id, hash});
  log.put({...entry, undone: true});
  if (ticket && entry.before) {
    ticket.pending = [...ticket.pending, {id: undoing, verdict: 'undo', at, device, back: entry.before}];
    tickets.put(ticket);
  }
  await done(transaction);
  return ticket ?? null;
}

/**
 * Something else for the server, kept until it took it: money, or somebody registered here (then with an entry for the log).
 * @param {string} event @param {number} list @param {string} path @param {Record<string, unknown>} body @param {string} name @param {Entry} [entry] of the same id
 * @returns {Promise<Entry | undefined>}
 */
export async function keep(event, list, path, body, name, entry) {
  const transaction = await strictly(['meta', 'queue', 'log']);
  const seq = await next(transaction.objectStore('meta')), written = entry && {...entry, seq};
  transaction.objectStore('queue').put({id: entry?.id ?? crypto.randomUUID(), seq, kind: 'other', event, list, path, body, name});
  if (written) transaction.objectStore('log').put(written);
  await done(transaction);
  return written;
}

/** The money was taken here, for the whole order: its tickets are as good as paid. @param {number} list @param {string[]} hashes @returns {Promise<Ticket[]>} */
export async function paid(list, hashes) {
  const transaction = await strictly(['tickets']), tickets = transaction.objectStore('tickets'), changed = [];
  for (const hash of hashes) {
    const ticket = /** @type {Ticket | undefined} */ (await ask(tickets.get([list, hash])));
    if (ticket?.state !== 'unpaid') continue;
    changed.push(Object.assign(ticket, {state: 'valid'}));
    tickets.put(ticket);
  }
  await done(transaction);
  return changed;
}

/** Something was handed to a guest, or was not after all. @param {number} list @param {string} hash @param {string} what @param {boolean} given @returns {Promise<Ticket | null>} */
export async function hand(list, hash, what, given) {
  const transaction = await strictly(['tickets']), tickets = transaction.objectStore('tickets');
  const ticket = /** @type {Ticket | undefined} */ (await ask(tickets.get([list, hash])));
  if (ticket) tickets.put(Object.assign(ticket, {handed: ticked(ticket.handed ?? [], what, given)}));
  await done(transaction);
  return ticket ?? null;
}

/** What waits, in its order. @returns {Promise<Waiting[]>} */
export async function waiting() {
  /** @type {any[]} */ const all = await ask((await db()).transaction('queue').objectStore('queue').getAll());
  // Written by an earlier release: scans without a kind or a number of their own.
  return all.map(one => ({kind: 'scan', seq: 0, ...one})).sort((a, b) => a.seq - b.seq || String(a.at).localeCompare(String(b.at)));
}

/**
 * The server answered: the scan is off the queue, the ticket knows it, the log shows it.
 * @param {{id: string, verdict: string, because?: string, message: string, ticket: any, first_scan: {at: string, device: string} | null}[]} results
 * @returns {Promise<{entry: Entry, said: string, ticket: Ticket | null}[]>} `said`: what this tablet had said by itself
 */
export async function settle(results) {
  const transaction = await strictly(['tickets', 'queue', 'log']);
  const tickets = transaction.objectStore('tickets'), queue = transaction.objectStore('queue'), log = transaction.objectStore('log'), settled = [];
  for (const result of results) {
    const scan_ = await ask(queue.get(result.id)), entry = /** @type {Entry | undefined} */ (await ask(log.get(result.id)));
    const hash = entry?.guest?.hash ?? result.ticket?.hash, list = entry?.list ?? scan_?.list;
    queue.delete(result.id);
    const first = result.first_scan ? {at: Date.parse(result.first_scan.at), device: result.first_scan.device} : null;
    const ticket = hash && list !== undefined ? /** @type {Ticket | undefined} */ (await ask(tickets.get([list, hash]))) : undefined;
    let after = ticket;
    if (ticket) {
      // Where we refused and the server let them in, nothing waits yet for its answer.
      if (moves(result.verdict) && entry && !ticket.pending.some(one => one.id === result.id)) ticket.pending.push({id: result.id, verdict: result.verdict, at: entry.at, device: scan_?.device ?? ''});
      after = answered(ticket, result.id, result.verdict, first, Date.now());
      tickets.put(after);
    }
    if (!entry) continue;
    const now_ = /** @type {Entry} */ ({
      ...entry, sent: true, verdict: result.verdict, because: result.because ?? '', message: result.message, first: first ?? entry.first,
      guest: entry.guest ? {...entry.guest, due: result.ticket?.due ?? entry.guest.due} : result.ticket ?? null, code: entry.code ?? result.ticket?.code, unseen: result.verdict === 'conflict',
    });
    log.put(now_);
    settled.push({entry: now_, said: entry.verdict, ticket: after ?? null});
  }
  await done(transaction);
  return settled;
}

/** The server took an undo, or anything else that waited, or will never take it: then the log says why. @param {Waiting} one @param {string} [refused] @returns {Promise<Ticket | null>} the ticket, where it changed */
export async function drop(one, refused) {
  const transaction = await strictly(['tickets', 'queue', 'log']), tickets = transaction.objectStore('tickets');
  transaction.objectStore('queue').delete(one.id);
  const log = transaction.objectStore('log'), entry = /** @type {Entry | undefined} */ (await ask(log.get(one.id)));
  if (entry && refused) log.put({...entry, verdict: 'unknown', because: '', message: refused, sent: true});
  const hash = one.kind === 'undo' ? one.hash : one.kind === 'scan' ? one.hash ?? entry?.guest?.hash : undefined;
  const ticket = hash ? /** @type {Ticket | undefined} */ (await ask(tickets.get([one.list, hash]))) : undefined;
  const pending = ticket?.pending.find(other => other.id === one.id);
  if (ticket && pending) {
    ticket.pending = ticket.pending.filter(other => other.id !== one.id);
    if (pending.back) ticket.presence = {...pending.back, heard: Date.now()};
    tickets.put(ticket);
  }
  await done(transaction);
  return ticket ?? null;
}

/** What another tablet could not send: from its file. What is here already stays as it is. @param {string} event @param {Waiting[]} scans @returns {Promise<number>} */
export async function bring(event, scans) {
  const transaction = await strictly(['meta', 'queue']), queue = transaction.objectStore('queue');
  let brought = 0;
  for (const scan_ of scans) {
    if (await ask(queue.get(scan_.id))) continue;
    queue.put({...scan_, event, seq: await next(transaction.objectStore('meta'))});
    brought += 1;
  }
  await done(transaction);
  return brought;
}

/** The last scans of this tablet on a list, newest first; older ones are forgotten. @param {number} list @returns {Promise<Entry[]>} */
export async function recent(list) {
  const transaction = await strictly(['log']), log = transaction.objectStore('log');
  const all = /** @type {Entry[]} */ (await ask(log.index('seq').getAll())).reverse();
  for (const old of all.slice(KEPT)) if (old.sent && !old.unseen) log.delete(old.id);
  await done(transaction);
  return all.filter(entry => entry.list === list).slice(0, KEPT);
}

/** Somebody read that this was a conflict. @param {string} id */
export async function seen(id) {
  const transaction = await strictly(['log']), log = transaction.objectStore('log');
  const entry = await ask(log.get(id));
  if (entry) log.put({...entry, unseen: false});
  await done(transaction);
}
