// @ts-check
/**
 * The tablet's memory; the only file that opens IndexedDB. `meta`: pairing, rules, cursors. `tickets`: who is expected, by list and hash.
 * `queue`: what the server has not answered. `log`: the last scans of this tablet.
 */

/** @type {Promise<IDBDatabase> | undefined} */ let opened;

export function db() {
  return opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open('door', 2);
    request.onupgradeneeded = () => upgrade(request.result);
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
}

/** @param {IDBDatabase} database */
function upgrade(database) {
  const stores = database.objectStoreNames;
  if (!stores.contains('queue')) database.createObjectStore('queue', {keyPath: 'id'});
  if (!stores.contains('meta')) database.createObjectStore('meta');
  if (!stores.contains('tickets')) database.createObjectStore('tickets', {keyPath: ['list', 'hash']});
  if (!stores.contains('log')) database.createObjectStore('log', {keyPath: 'id'}).createIndex('seq', 'seq');
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
export const ask = request => new Promise((resolve, reject) => { request.onsuccess = () => resolve(request.result); request.onerror = () => reject(request.error); });

/** @param {IDBTransaction} transaction @returns {Promise<void>} */
export const done = transaction => new Promise((resolve, reject) => { transaction.oncomplete = () => resolve(); transaction.onabort = transaction.onerror = () => reject(transaction.error); });

/** A transaction that is on the disk before it counts. @param {string[]} stores */
export const strictly = async stores => (await db()).transaction(stores, 'readwrite', {durability: 'strict'});

/** @param {string} key @returns {Promise<any>} */
export const get = async key => ask((await db()).transaction('meta').objectStore('meta').get(key));

/** @param {string} key @param {unknown} value */
export async function put(key, value) {
  const transaction = await strictly(['meta']);
  transaction.objectStore('meta').put(value, key);
  await done(transaction);
}

/** All that belongs to one list. @param {number} list */
export const ofList = list => IDBKeyRange.bound([list], [list, []]);
