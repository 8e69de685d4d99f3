// @ts-check
/** The door itself: scanner on one side, the answer on the other. */

import {readCode} from '../rules/codes.js';
import * as store from '../store/db.js';
import {Ended, Unreachable} from '../sync/client.js';
import {Push} from '../sync/push.js';
import './camera.js';
import {html, icon, one, say} from './dom.js';
import './recent.js';
import './result.js';
import './search.js';
import {listen} from './wedge.js';

const FRAME = () => html(`<div class="checkin">
<header><h1></h1><p class="count"><span class="num">–</span> <small></small></p><p class="net" role="status"></p>
<fieldset class="way"><legend class="vh">Direction</legend><label class="chip"><input class="vh" type="radio" name="way" value="in" checked>In</label><label class="chip"><input class="vh" type="radio" name="way" value="out">Out</label></fieldset>
<button type="button" class="btn quiet find">${icon('search')}Find by name</button><button type="button" class="btn quiet other">Other door</button></header>
<aside aria-label="Scanner"><door-camera></door-camera><p class="hint">A hand scanner works too: just scan.</p>
<form class="typed"><label for="code">Ticket code</label><input id="code" autocomplete="off" autocapitalize="characters" spellcheck="false" placeholder="16 letters and digits"><button class="btn" type="submit">Check in</button></form><door-recent></door-recent></aside>
<door-result></door-result><door-search></door-search></div>`);

export class Door extends HTMLElement {
  /** @param {import('../sync/client.js').Client} client @param {import('../store/db.js').Pairing} pairing */
  async begin(client, pairing) {
    this.client = client;
    this.pairing = pairing;
    this.replaceChildren(FRAME());
    one(this, 'h1').textContent = pairing.device;
    this.result = /** @type {import('./result.js').Result} */ (one(this, 'door-result'));
    this.recent = /** @type {import('./recent.js').Recent} */ (one(this, 'door-recent'));
    /** @type {import('./search.js').Search} */ (one(this, 'door-search')).begin(client);
    this.#wire();
    this.push = new Push(client);
    this.push.addEventListener('answer', event => this.#answered(/** @type {CustomEvent} */ (event).detail));
    this.push.addEventListener('refused', event => this.#refused(/** @type {CustomEvent} */ (event).detail));
    this.push.addEventListener('state', event => this.#network(/** @type {CustomEvent} */ (event).detail));
    this.push.start();
    await this.push.send();
    await this.#count();
    this.counting = setInterval(() => this.#count(), 10_000);
  }

  disconnectedCallback() {
    clearInterval(this.counting);
    this.stopListening?.();
  }

  #wire() {
    this.addEventListener('code', event => this.scan(/** @type {CustomEvent} */ (event).detail));
    this.addEventListener('picked', event => this.scan(/** @type {CustomEvent} */ (event).detail));
    this.addEventListener('undo', event => this.#undo(/** @type {CustomEvent} */ (event).detail));
    this.addEventListener('force', event => this.#force(/** @type {CustomEvent} */ (event).detail));
    one(this, '.find').addEventListener('click', () => /** @type {import('./search.js').Search} */ (one(this, 'door-search')).open());
    one(this, '.other').addEventListener('click', async () => {
      const {list, ...pairing} = /** @type {import('../store/db.js').Pairing} */ (this.pairing);
      await store.pair(pairing);
      dispatchEvent(new Event('door-restart'));
    });
    one(this, '.typed').addEventListener('submit', event => {
      event.preventDefault();
      const input = /** @type {HTMLInputElement} */ (one(this, '#code'));
      if (input.value.trim()) this.scan(input.value);
      input.value = '';
    });
    this.stopListening = listen(text => this.scan(text));
  }

  /** Keep the scan, then send it. What the reader read goes to the server as it is; only what cannot be a ticket is answered here.
   *  @param {string} text @param {string} [forced] */
  async scan(text, forced) {
    const code = readCode(text);
    if (!code) return this.result?.show({id: '', verdict: 'unknown', ticket: null, first_scan: null, message: 'This is not a ticket code. Try again, or find the guest by name.'});
    const {device, list} = /** @type {import('../store/db.js').Pairing} */ (this.pairing);
    const way = /** @type {HTMLInputElement} */ (one(this, 'input[name=way]:checked')).value;
    const scan = {id: crypto.randomUUID(), code, at: new Date().toISOString(), direction: /** @type {'in' | 'out'} */ (way), device, list: list ?? 0, ...(forced ? {forced} : {})};
    this.current = scan.id;
    await store.keep(scan);
    await this.push?.send();
    if (!this.push?.online && this.current === scan.id) this.result?.waiting();
  }

  /** @param {import('../sync/client.js').Result} result */
  #answered(result) {
    this.recent?.add(result);
    if (result.id === this.current) this.result?.show(result);
    this.#count();
  }

  /** @param {{scan: import('../store/db.js').Scan, message: string}} refused */
  #refused({scan, message}) {
    if (scan.id === this.current) this.result?.show({id: scan.id, verdict: 'unknown', ticket: null, first_scan: null, message});
  }

  /** @param {import('../sync/client.js').Result} result */
  async #undo(result) {
    try {
      await this.client?.undo(this.pairing?.list ?? 0, result.id);
      this.recent?.undone(result.id);
      this.result?.idle();
      say('Undone');
      await this.#count();
    } catch (error) {
      if (error instanceof Ended) return dispatchEvent(new Event('door-ended'));
      say('That could not be undone. Check the connection and try again.');
    }
  }

  /** @param {{result: import('../sync/client.js').Result, reason: string}} forced */
  #force({result, reason}) { if (result.ticket) this.scan(result.ticket.code, reason); }

  /** @param {{online: boolean, error?: Error}} state */
  async #network({online, error}) {
    if (error instanceof Ended) return dispatchEvent(new Event('door-ended'));
    const count = (await store.waiting()).length, pill = one(this, '.net');
    pill.classList.toggle('off', !online);
    pill.innerHTML = online ? icon('ok') : icon('off');
    pill.append(online ? 'Online' : count ? `No connection, ${count} to send` : 'No connection');
  }

  async #count() {
    try {
      const lists = await this.client?.lists() ?? [], list = lists.find(one_ => one_.id === this.pairing?.list);
      if (!list) return;
      one(this, 'h1').textContent = `${list.name}, ${this.pairing?.device}`;
      one(this, '.count .num').textContent = String(list.counts.inside);
      one(this, '.count small').textContent = `inside, ${list.counts.checked_in} of ${list.counts.expected} checked in`;
      one(this, '.other').hidden = lists.length < 2;
    } catch (error) {
      if (error instanceof Ended) dispatchEvent(new Event('door-ended'));
      else if (!(error instanceof Unreachable)) throw error;
    }
  }
}
customElements.define('door-screen', Door);
