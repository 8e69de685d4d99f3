// @ts-check
/**
 * Which door this tablet is, and what it may. A pairing that ended leaves nothing about guests behind, but keeps what was not sent.
 *
 * @typedef {{key: string, text: string, kind: 'yes_no' | 'line', must_be_yes?: boolean}} Ask
 * @typedef {{id: number, name: string, types: string[] | null, opens: string | null, closes: string | null, admit_unpaid: boolean, pay_at_door: boolean, add_ons: string[] | null, booked_only: boolean, reentry: 'free' | 'daily' | 'never', capacity: number | null, asks: Ask[], zone: string, session: string | null, expected: number, inside: number, checked_in: number}} Rule
 * @typedef {{salt: string, hash: string, rounds: number}} Pin
 * @typedef {{event: {slug: string, name: string, timezone: string, hue: number}, door: {code: string, name: string, rights: string[], pin: Pin | null}, device: {code: string, name: string} | null, lists: Rule[], sells?: {code: string, name: string, price: {amount: number, currency: string}, available: number | null}[], now: string, ends_at: string}} Me
 * @typedef {{event: string, token: string, device: string, list?: number}} Pairing
 */

import {ask, db, done, get, put, strictly} from './db.js';

/** @returns {Promise<Pairing | undefined>} */
export const pairing = () => get('pairing');

/** @param {Pairing} value */
export const pair = value => put('pairing', value);

/** What the server last told about this door. @returns {Promise<Me | undefined>} */
export const me = () => get('me');

/** @param {Me} value */
export const keepMe = value => put('me', value);

/** The difference of the server's clock to ours, in milliseconds. @returns {Promise<number>} */
export const drift = async () => await get('drift') ?? 0;

/** @param {number} value */
export const keepDrift = value => put('drift', value);

/** @returns {Promise<boolean>} */
export const locked = async () => await get('locked') ?? false;

/** @param {boolean} value */
export const lock = value => put('locked', value);

/** The pairing has ended: guests are forgotten, scans that wait are kept, and what comes after them has higher numbers. */
export async function unpair() {
  const transaction = await strictly(['meta', 'tickets', 'log']), meta = transaction.objectStore('meta'), seq = await ask(meta.get('seq'));
  for (const store of ['meta', 'tickets', 'log']) transaction.objectStore(store).clear();
  if (seq) meta.put(seq, 'seq');
  await done(transaction);
}

/** Everything, also what was not sent. */
export async function wipe() {
  const transaction = await strictly(['meta', 'tickets', 'queue', 'log']);
  for (const store of ['meta', 'tickets', 'queue', 'log']) transaction.objectStore(store).clear();
  await done(transaction);
}

/** Is this the PIN? Answered without the server. @param {string} pin @param {Pin} kept */
export async function isPin(pin, {salt, hash, rounds}) {
  const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, ['deriveBits']);
  const bits = await crypto.subtle.deriveBits({name: 'PBKDF2', hash: 'SHA-256', salt: bytes(salt), iterations: rounds}, key, 256);
  return hex(new Uint8Array(bits)) === hash;
}

const TRIES = 5, PAUSE = 30_000;

/** Try a PIN; after some wrong ones it takes a pause, which a reload does not end. @param {string} pin @param {Pin} kept @returns {Promise<true | string>} true, or what to say */
export async function tryPin(pin, kept) {
  const {count, at} = await get('wrong-pins') ?? {count: 0, at: 0}, rest = at + PAUSE - Date.now();
  if (count && count % TRIES === 0 && rest > 0 && rest <= PAUSE) return `Too many wrong PINs. Try again in ${Math.ceil(rest / 1000)} seconds.`;
  const right = await isPin(pin, kept);
  await put('wrong-pins', {count: right ? 0 : count + 1, at: Date.now()});
  return right || 'That is not the PIN. Ask the organiser.';
}

/** @param {string} text @returns {Uint8Array<ArrayBuffer>} */
export const bytes = text => Uint8Array.from(text.match(/../g) ?? [], pair => parseInt(pair, 16));

/** @param {Uint8Array} array */
export const hex = array => Array.from(array, byte => byte.toString(16).padStart(2, '0')).join('');

/** When somebody last looked at this screen. @returns {Promise<number>} */
export const lookedAt = async () => await get('looked') ?? Date.now();

export const keepLooked = () => put('looked', Date.now());

/** How many things wait for the server. */
export const waitingCount = async () => ask((await db()).transaction('queue').objectStore('queue').count());
