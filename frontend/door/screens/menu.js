// @ts-check
/** Behind “More”: the connection, scans that wait, other doors, the lock, signing out. */

import * as keep from '../store/pairing.js';
import * as scans from '../store/scans.js';
import {button, clock, field, html, icon, one, text} from './dom.js';

const FORMAT = 'eventsvc door scans 1';

export class Menu extends HTMLElement {
  /** @param {import('../sync/desk.js').Desk} desk */
  begin(desk) {
    this.desk = desk;
    this.replaceChildren(html(`<dialog aria-labelledby="more-h"><form method="dialog"><h2 id="more-h">This tablet</h2><button class="btn quiet" aria-label="Close">${icon('no')}</button></form>
<dl class="facts"></dl><p class="hint" role="status"></p><div class="choices"></div><input type="file" accept="application/json,.json" hidden aria-label="File with scans"></dialog>`));
    field(this, 'input').addEventListener('change', () => this.#bring());
  }

  get dialog() { return /** @type {HTMLDialogElement} */ (one(this, 'dialog')); }

  open() {
    const desk = this.desk;
    if (!desk) return;
    const {pin} = desk.me.door;
    if (desk.may('kiosk') && pin) this.#askPin(pin, () => this.#choices(desk));
    else this.#choices(desk);
    this.network();
    this.dialog.showModal();
  }

  /** Guests stand before this one: only staff go on. @param {keep.Pin} pin @param {() => void} then */
  #askPin(pin, then) {
    const form = html('<form class="door-form"><div class="field"><label for="menu-pin">PIN of this door</label><input id="menu-pin" type="password" inputmode="numeric" autocomplete="off" required maxlength="12"></div><button class="btn" type="submit">Go on</button></form>');
    form.addEventListener('submit', async event => {
      event.preventDefault();
      const right = await keep.tryPin(field(form, '#menu-pin').value, pin);
      this.#say(right === true ? '' : right);
      if (right === true) then();
    });
    this.#say('');
    one(this, '.choices').replaceChildren(form);
  }

  /** @param {import('../sync/desk.js').Desk} desk */
  #choices(desk) {
    this.#say('');
    const acts = one(this, '.choices');
    acts.replaceChildren();
    const add = (/** @type {string} */ words, /** @type {() => void} */ act, /** @type {string} */ picture) => acts.append(button(words, 'quiet', act, picture));
    add('Send now', () => { desk.push.send(); desk.pull.soon(); }, 'up');
    if (desk.waiting) add(`Save ${desk.waiting} waiting ${desk.waiting === 1 ? 'scan' : 'scans'} as a file`, () => this.save(), 'down');
    add('Load scans from another tablet’s file', () => field(this, 'input').click(), 'up');
    if (desk.me.lists.length > 1) add('Another list', () => this.#tell('door-list'), 'next');
    if (desk.me.door.pin) add('Lock', () => this.#tell('door-lock'), 'clock');
    add('Sign this tablet out', () => this.#signOut(), 'exit');
  }

  /** How it stands, as long as the dialog is open. */
  network() {
    const desk = this.desk;
    if (!desk) return;
    const facts = one(this, '.facts');
    facts.replaceChildren();
    const add = (/** @type {string} */ name, /** @type {string} */ value) => {
      const row = html('<div><dt></dt><dd></dd></div>');
      one(row, 'dt').textContent = name;
      one(row, 'dd').textContent = value;
      facts.append(row);
    };
    add('Event', desk.me.event.name);
    add('Server', desk.online ? 'in reach' : desk.reached ? `last heard at ${clock(desk.reached, true)}` : 'not heard since this app was opened');
    add('Waiting to be sent', String(desk.waiting));
    add('Guests on this tablet', String(desk.roster.people.size));
    if (Math.abs(desk.client.drift) > 60_000) add('Clock', `off by ${Math.round(Math.abs(desk.client.drift) / 60_000)} minutes; the server’s time is used`);
    add('Starts without a network', navigator.serviceWorker?.controller ? 'yes' : 'not yet: keep it open for a moment');
    if (desk.version) add('App', desk.version);
  }

  /** What waits, as a file that any tablet of this event can send. */
  async save() {
    const event = this.desk?.pairing.event, waiting = (await scans.waiting()).filter(one_ => (one_.event ?? event) === event);
    download({format: FORMAT, event, device: this.desk?.pairing.device, waiting}, this.desk?.pairing.device ?? 'door');
    this.#say('Saved. Load the file on a tablet that has a connection. The scans stay here too: sent twice, they count once.');
  }

  async #bring() {
    const input = field(this, 'input'), file = input.files?.[0];
    input.value = '';
    if (!file || !this.desk) return;
    try {
      const brought = await bring(JSON.parse(await file.text()), this.desk.pairing.event);
      this.#say(`${brought} ${brought === 1 ? 'scan' : 'scans'} taken over. They are sent with this tablet’s own.`);
      this.desk.push.send();
    } catch (error) {
      this.#say(error instanceof RangeError ? error.message : 'This is not a file of scans that a tablet saved.');
    }
  }

  async #signOut() {
    const waiting = await keep.waitingCount(), ask = html('<form class="sure"><p></p><div class="acts"></div></form>');
    one(ask, 'p').textContent = waiting
      ? `${waiting} ${waiting === 1 ? 'scan has' : 'scans have'} not been sent and would be lost. Wait for the network, or save them as a file first.`
      : 'Names of guests are removed from this tablet. To use it again it needs a new link.';
    if (waiting) {
      one(ask, '.acts').append(button('Save as a file', '', () => this.save(), 'down'));
      ask.append(html('<label><input type="checkbox"> The file is saved, forget the scans here</label>'));
    }
    one(ask, '.acts').append(button('Sign out', 'danger', async () => {
      if (waiting && !field(ask, 'input').checked) return this.#say('Save the scans first, then tick the box.');
      await keep.wipe();
      this.#tell('door-out');
    }));
    one(this, '.choices').replaceChildren(ask);
    one(ask, 'button').focus();
  }

  /** @param {string} words */
  #say(words) { one(this, '[role=status]').textContent = words; }

  /** @param {string} name */
  #tell(name) {
    this.dialog.close();
    dispatchEvent(new Event(name));
  }
}
customElements.define('door-menu', Menu);

/** @param {unknown} content @param {string} name */
export function download(content, name) {
  const address = URL.createObjectURL(new Blob([JSON.stringify(content)], {type: 'application/json'})), link = document.createElement('a');
  link.href = address;
  link.download = `scans ${name.replace(/[^\p{L}\p{N} -]/gu, '')}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** What a tablet may tell beside scans: somebody registered, money taken. */
const TOLD = /^\/(door\/walk-ins|checkin-lists\/\d+\/pay)$/;

/** What waits in a file, into this tablet's queue. @param {any} file @param {string} event @returns {Promise<number>} */
export async function bring(file, event) {
  if (file?.format !== FORMAT || !Array.isArray(file.waiting)) throw new SyntaxError();
  if (file.event !== event) throw new RangeError('This file is of another event.');
  const fit = file.waiting.filter((/** @type {any} */ one_) => typeof one_?.id === 'string' && typeof one_.list === 'number' && fits(one_));
  return scans.bring(event, fit);
}

/** @param {any} waiting */
function fits({kind, at, scan, path, body}) {
  if (kind === 'scan') return typeof at === 'string';
  if (kind === 'undo') return typeof scan === 'string';
  return kind === 'other' && typeof path === 'string' && TOLD.test(path) && typeof body === 'object';
}
