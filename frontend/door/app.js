// @ts-check
/** The door. Opened with a link once; afterwards the tablet knows which event it belongs to. */

import {Client} from './sync/client.js';
import * as store from './store/db.js';
import './screens/lists.js';
import './screens/door.js';
import {html} from './screens/dom.js';

const main = /** @type {HTMLElement} */ (document.querySelector('#main'));

async function start() {
  await takeLink();
  const pairing = await store.pairing();
  if (!pairing) return unpaired('Open the link that the organiser made for this door.');
  const client = new Client(pairing);
  if (pairing.list === undefined) {
    const lists = /** @type {import('./screens/lists.js').Lists} */ (document.createElement('door-lists'));
    lists.begin(client, pairing);
    return main.replaceChildren(lists);
  }
  const door = /** @type {import('./screens/door.js').Door} */ (document.createElement('door-screen'));
  main.replaceChildren(door);
  await door.begin(client, pairing);
}

/** `#event.token.name`, taken out of the address at once: it is a secret. */
async function takeLink() {
  const [event, token, name] = location.hash.slice(1).split('.');
  if (!event || !token) return;
  await store.pair({event, token, device: decodeURIComponent(name ?? '') || 'Door'});
  history.replaceState(null, '', location.pathname);
}

/** @param {string} words */
function unpaired(words) {
  main.replaceChildren(html(`<div class="wrap narrow oops"><h1>Door</h1><p class="lead"></p></div>`));
  /** @type {HTMLElement} */ (main.querySelector('.lead')).textContent = words;
}

addEventListener('door-ended', async () => {
  await store.unpair();
  unpaired("This tablet's link has ended. Ask the organiser for a new one. Scans that were not sent are kept and go out with the next link.");
});
addEventListener('door-restart', () => start());
addEventListener('hashchange', () => start());
start().catch(() => unpaired('This browser does not let the door store anything. Leave private browsing, or use another browser.'))
  .finally(() => { document.documentElement.dataset.ready = 'yes'; });
