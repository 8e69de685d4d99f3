// @ts-check
/** The app itself: kept on the tablet, and renewed only between two scans. */

/** @type {ServiceWorkerRegistration | undefined} */ let registration;

/** Keep the app for when there is no network. At a start a new version that waits is taken at once, unless another tab is at work. Never stops the app. */
export async function install() {
  if (!('serviceWorker' in navigator)) return;
  try {
    registration = await navigator.serviceWorker.register('/door/sw.js', {scope: '/door/', updateViaCache: 'none'});
    navigator.storage?.persist?.();
    if (registration.waiting && registration.active && await alone()) await take();
  } catch {
    // Without a worker (a private window) the app still works while there is a network.
  }
}

/** Call `act` as soon as a new version waits. @param {() => void} act */
export function whenNew(act) {
  if (!registration) return;
  const current = registration;
  const look = () => { if (current.waiting && current.active) act(); };
  look();
  current.addEventListener('updatefound', () => current.installing?.addEventListener('statechange', look));
  setInterval(() => current.update().catch(() => {}), 10 * 60_000);
}

/** Begin again with the new version. */
export async function take() {
  const changed = new Promise(resolve => navigator.serviceWorker.addEventListener('controllerchange', resolve, {once: true}));
  registration?.waiting?.postMessage('take over');
  await changed;
  location.reload();
  await new Promise(() => {});
}

/** Which version runs here. @returns {Promise<string>} */
export function version() {
  const worker = navigator.serviceWorker?.controller;
  if (!worker) return Promise.resolve('');
  return new Promise(resolve => {
    const channel = new MessageChannel();
    channel.port1.onmessage = ({data}) => resolve(String(data));
    worker.postMessage('version', [channel.port2]);
    setTimeout(() => resolve(''), 500);
  });
}

/** Is this the only tab of the door? The lock is kept as long as the tab lives. */
async function alone() {
  const held = (await navigator.locks.query()).held?.filter(lock => lock.name === 'door-tab') ?? [];
  return held.length <= 1;
}

/** Say that this tab is here. */
export const present = () => { navigator.locks?.request('door-tab', {mode: 'shared'}, () => new Promise(() => {})); };
