// @ts-check
/** A tablet that is no door yet, or no longer: it takes a link, by opening, typing or reading it, and asks for the PIN where there is one. */

import * as keep from '../store/pairing.js';
import * as scans from '../store/scans.js';
import {Client, Ended, Refused} from '../sync/client.js';
import './camera.js';
import {button, field, html, one, text} from './dom.js';
import {download} from './menu.js';

/** @typedef {{event: string, secret: string, name: string}} Link */

/** `#event.secret.name` in a link. @param {string} address @returns {Link | null} */
export function readLink(address) {
  const [event, secret, ...rest] = (address.split('#')[1] ?? '').trim().split('.'), name = rest.join('.');
  if (!/^[\w-]+$/.test(event ?? '') || !secret) return null;
  try {
    return {event, secret, name: decodeURIComponent(name) || 'Door'};
  } catch {
    return {event, secret, name: 'Door'};
  }
}

export class Pairing extends HTMLElement {
  /** @param {string} words @param {() => void} paired */
  async begin(words, paired) {
    this.className = 'wrap narrow oops';
    this.paired = paired;
    this.replaceChildren(html('<h1>Door</h1>'), text('<p class="lead"></p>', words), html('<door-camera class="small"></door-camera>'), html('<form class="door-form"><div class="field"><label for="link">Link of the door</label><input id="link" autocomplete="off" spellcheck="false" required></div><p class="error" role="alert"></p><button class="btn big" type="submit">Use this link</button></form>'));
    this.addEventListener('code', event => this.#take(/** @type {CustomEvent} */ (event).detail));
    one(this, 'form').addEventListener('submit', event => { event.preventDefault(); this.#take(field(this, '#link').value); });
    const waiting = await scans.waiting();
    if (waiting.length) this.append(text('<p></p>', `${waiting.length} ${waiting.length === 1 ? 'scan is' : 'scans are'} kept on this tablet and ${waiting.length === 1 ? 'goes' : 'go'} out with the next link.`),
      button('Save them as a file', 'quiet', () => download({format: 'eventsvc door scans 1', event: waiting[0].event, device: 'door', waiting}, 'door'), 'down'));
  }

  /** @param {string} read */
  #take(read) {
    const link = readLink(read);
    if (link) this.take(link);
    else this.#say('This is not the link of a door. It looks like https://…/door/#…');
  }

  /** A pairing code makes many tablets: each has a name of its own. @param {Link} link */
  async take(link) {
    this.#say('');
    if (link.secret.startsWith('pair_')) this.#askName(link);
    else await this.#try(() => this.#use({event: link.event, token: link.secret, device: link.name}));
  }

  /** @param {() => Promise<void>} act @returns {Promise<Refused | undefined>} what the server refused, where it did */
  async #try(act) {
    try {
      await act();
    } catch (error) {
      this.#say(error instanceof Refused ? error.message : error instanceof Ended ? 'This link has ended. Ask the organiser for a new one.' : 'The server cannot be reached. Join the network, then try again.');
      if (error instanceof Refused) return error;
    }
  }

  /** The link of this very tablet, opened once more, changes nothing; another one takes over only when the server knows it. @param {import('../store/pairing.js').Pairing} wanted */
  async #use(wanted) {
    const now = await keep.pairing();
    if (now?.token === wanted.token) this.paired?.();
    else await this.#done(wanted, now && await new Client(wanted).me());
  }

  /** @param {import('../store/pairing.js').Pairing} pairing @param {import('../store/pairing.js').Me} [me] */
  async #done(pairing, me) {
    await keep.unpair();
    if (me) await keep.keepMe(me);
    await keep.pair(pairing);
    this.paired?.();
  }

  /** @param {Link} link */
  #askName(link) {
    const form = html('<form class="door-form"><div class="field"><label for="name">Name of this tablet</label><input id="name" required maxlength="75" autocomplete="off"><p class="hint">Such as “North 2”. Others see it in “Scanned at …”.</p></div><div class="field" hidden><label for="pin">PIN of this door</label><input id="pin" type="password" inputmode="numeric" autocomplete="off" maxlength="12"></div><p class="error" role="alert"></p><button class="btn big" type="submit">Start</button></form>');
    const name = field(form, '#name'), pin = field(form, '#pin');
    one(this, '.lead').textContent = `This tablet becomes part of “${link.name}”.`;
    this.querySelector('door-camera')?.remove();
    one(this, 'form').replaceWith(form);
    name.value = link.name;
    name.select();
    form.addEventListener('submit', async event => {
      event.preventDefault();
      const refused = await this.#try(async () => {
        const {token, ...me} = await new Client({event: link.event, token: ''}).pair(link.secret, name.value.trim() || link.name, pin.value);
        await this.#done({event: link.event, token, device: me.device?.name ?? link.name}, me);
      });
      if (refused?.kind !== 'pin-needed' && refused?.kind !== 'wrong-pin') return;
      one(form, '.field[hidden], .field:has(#pin)').hidden = false;
      pin.required = true;
      pin.value = '';
      pin.focus();
    });
  }

  /** @param {string} words */
  #say(words) { one(this, '[role=alert]').textContent = words; }
}
customElements.define('door-pairing', Pairing);
