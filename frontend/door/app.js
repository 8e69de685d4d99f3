// @ts-check
/** The door. Opened with a link once; afterwards the tablet knows which event it belongs to, and starts with or without a network. */

import * as keep from './store/pairing.js';
import {Client, Ended} from './sync/client.js';
import {Desk} from './sync/desk.js';
import {install, present, version} from './sync/update.js';
import {html, text} from './screens/dom.js';
import './screens/door.js';
import './screens/lists.js';
import './screens/lock.js';
import {readLink} from './screens/pairing.js';

/** A door with a PIN locks itself when nobody looked at it for so long. */
const UNATTENDED = 10 * 60_000;

const main = /** @type {HTMLElement} */ (document.querySelector('#main'));
/** @type {Desk | undefined} */ let desk;
/** @type {number | undefined} */ let retry;

async function start() {
  clearTimeout(retry);
  desk?.close();
  desk = undefined;
  const link = readLink(location.href);
  if (link) {
    // Out of the address at once: it is a secret.
    history.replaceState(null, '', location.pathname);
    return unpaired('One moment', link);
  }
  const pairing = await keep.pairing();
  if (!pairing) return unpaired('Open the link that the organiser made for this door, or scan its code.');
  const me = await keep.me() ?? await ask(pairing);
  if (!me) return;
  if (me.door.pin && (await keep.locked() || Date.now() - await keep.lookedAt() > UNATTENDED)) return lock(pairing, me);
  await keep.keepLooked();
  const known = me.lists.some(list => list.id === pairing.list);
  if (!known && me.lists.length !== 1) return choose(pairing, me.lists);
  await work(known ? /** @type {any} */ (pairing) : {...pairing, list: me.lists[0].id}, me);
}

/** @param {import('./store/pairing.js').Pairing & {list: number}} pairing @param {import('./store/pairing.js').Me} me */
async function work(pairing, me) {
  await keep.pair(pairing);
  desk = new Desk(pairing, me, await version());
  desk.addEventListener('ended', ended);
  await desk.open();
  const door = /** @type {import('./screens/door.js').Door} */ (document.createElement('door-screen'));
  main.replaceChildren(door);
  await door.begin(desk);
}

/** What this door is, for the first time. @param {import('./store/pairing.js').Pairing} pairing */
async function ask(pairing) {
  main.replaceChildren(html('<div class="wrap narrow oops"><h1>One moment</h1></div>'));
  try {
    const me = await new Client(pairing).me();
    await keep.keepMe(me);
    return me;
  } catch (error) {
    if (error instanceof Ended) return void await ended();
    main.replaceChildren(html('<div class="wrap narrow oops"><h1>No connection</h1><p class="lead">The door opens as soon as the server can be reached.</p></div>'));
    retry = setTimeout(start, 3000);
  }
}

/** @param {string} words @param {import('./screens/pairing.js').Link} [link] */
async function unpaired(words, link) {
  const screen = /** @type {import('./screens/pairing.js').Pairing} */ (document.createElement('door-pairing'));
  main.replaceChildren(screen);
  await screen.begin(words, start);
  if (link) await screen.take(link);
}

/** @param {import('./store/pairing.js').Pairing} pairing @param {import('./store/pairing.js').Me} me */
function lock(pairing, me) {
  const screen = /** @type {import('./screens/lock.js').Lock} */ (document.createElement('door-lock'));
  main.replaceChildren(screen);
  screen.begin(me, start, async () => {
    try {
      const now = await new Client(pairing).me();
      await keep.keepMe(now);
      return now;
    } catch (error) {
      if (error instanceof Ended) await ended();
      throw error;
    }
  });
}

/** @param {import('./store/pairing.js').Pairing} pairing @param {import('./store/pairing.js').Rule[]} lists */
function choose(pairing, lists) {
  const screen = /** @type {import('./screens/lists.js').Lists} */ (document.createElement('door-lists'));
  main.replaceChildren(screen);
  screen.begin(pairing, lists, start);
}

/** Revoked, or the event is over: guests are forgotten, scans that wait are kept. */
async function ended() {
  desk?.close();
  desk = undefined;
  await keep.unpair();
  await unpaired("This tablet's link has ended. Ask the organiser for a new one.");
}

document.addEventListener('visibilitychange', async () => {
  if (!desk) return;
  if (document.hidden) await keep.keepLooked();
  else if (desk.me.door.pin && Date.now() - await keep.lookedAt() > UNATTENDED) await start();
});
addEventListener('door-list', async () => {
  const pairing = await keep.pairing(), me = await keep.me();
  desk?.close();
  if (pairing && me) choose(pairing, me.lists);
});
addEventListener('door-lock', async () => { await keep.lock(true); await start(); });
addEventListener('door-out', start);
addEventListener('hashchange', start);

present();
await install();
start().catch(() => main.replaceChildren(html('<div class="wrap narrow oops"><h1>Door</h1></div>'), text('<p class="lead"></p>', 'This browser does not let the door store anything. Leave private browsing, or use another browser.')))
  .finally(() => { document.documentElement.dataset.ready = 'yes'; });
