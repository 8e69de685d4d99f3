// @ts-check
/**
 * What the tablet keeps: its pairing, and scans that have not been sent. The only file that opens IndexedDB.
 *
 * @typedef {{event: string, token: string, device: string, list?: number}} Pairing
 * @typedef {{id: string, code: string, at: string, direction: 'in' | 'out', device: string, forced?: string, list: number}} Scan
 */

/** @type {Promise<IDBDatabase> | undefined} */ let opened;

function db() {
  return opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open('door', 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('queue', {keyPath: 'id'});
      request.result.createObjectStore('meta');
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
const ask = request => new Promise((resolve, reject) => { request.onsuccess = () => resolve(request.result); request.onerror = () => reject(request.error); });

/** @param {IDBTransaction} transaction @returns {Promise<void>} */
const done = transaction => new Promise((resolve, reject) => { transaction.oncomplete = () => resolve(); transaction.onabort = transaction.onerror = () => reject(transaction.error); });

/** @returns {Promise<Pairing | undefined>} */
export async function pairing() {
  return ask((await db()).transaction('meta').objectStore('meta').get('pairing'));
}

/** @param {Pairing} value */
export async function pair(value) {
  const transaction = (await db()).transaction('meta', 'readwrite', {durability: 'strict'});
  transaction.objectStore('meta').put(value, 'pairing');
  await done(transaction);
}

/** Forget the pairing; scans that wait are kept until they are sent. */
export async function unpair() {
  const transaction = (await db()).transaction('meta', 'readwrite');
  transaction.objectStore('meta').delete('pairing');
  await done(transaction);
}

/** Written before anything is sent, so that nothing is lost whatever happens next. @param {Scan} scan */
export async function keep(scan) {
  const transaction = (await db()).transaction('queue', 'readwrite', {durability: 'strict'});
  transaction.objectStore('queue').put(scan);
  await done(transaction);
}

/** @returns {Promise<Scan[]>} oldest first */
export async function waiting() {
  const scans = await ask((await db()).transaction('queue').objectStore('queue').getAll());
  return scans.sort((a, b) => a.at.localeCompare(b.at));
}

/** @param {string[]} ids */
export async function drop(ids) {
  const transaction = (await db()).transaction('queue', 'readwrite');
  for (const id of ids) transaction.objectStore('queue').delete(id);
  await done(transaction);
}
