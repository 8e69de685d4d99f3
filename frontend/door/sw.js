// @ts-nocheck: a worker has another global scope than the pages; tests/journeys/test_door_offline.py holds it.
// Keeps the app on the tablet, so that it starts without a network. Guests' data is not here but in IndexedDB.
// The server writes the version and the files: another version is another worker, which waits until nobody is in the middle of a scan.
const VERSION = '__VERSION__', FILES = [/*__FILES__*/];

self.addEventListener('install', event => event.waitUntil((async () => {
  const cache = await caches.open(`door-${VERSION}`);
  await cache.addAll(FILES.map(file => new Request(file, {cache: 'reload', credentials: 'omit'})));
})()));

self.addEventListener('activate', event => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith('door-') && name !== `door-${VERSION}`) await caches.delete(name);
  await self.clients.claim();
})()));

// Only when the page says that it is between two scans, or has just been opened.
self.addEventListener('message', event => {
  if (event.data === 'take over') self.skipWaiting();
  if (event.data === 'version') event.ports[0]?.postMessage(VERSION);
});

self.addEventListener('fetch', event => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== location.origin || !(url.pathname.startsWith('/door') || url.pathname.startsWith('/static/'))) return;
  event.respondWith((async () => {
    const cache = await caches.open(`door-${VERSION}`);
    const kept = event.request.mode === 'navigate' ? await cache.match('/door/') : await cache.match(event.request, {ignoreVary: true});
    return kept ?? fetch(event.request);
  })());
});
