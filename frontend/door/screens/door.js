// @ts-check
/** The door itself: scanner on one side, the answer on the other. */

import {still} from '../rules/extras.js';
import * as scans from '../store/scans.js';
import {take, whenNew} from '../sync/update.js';
import './camera.js';
import {button, clock, field, html, icon, one, say, text} from './dom.js';
import './menu.js';
import './recent.js';
import './register.js';
import {Result} from './result.js';
import './search.js';
import {listen} from './wedge.js';

/** @typedef {import('../store/scans.js').Entry} Entry */

const FRAME = () => html(`<div class="checkin">
<header><h1></h1><p class="count"><span class="num">–</span> <small></small></p><button type="button" class="net" aria-label="Connection"></button>
<fieldset class="way"><legend class="vh">Direction</legend><label class="chip"><input class="vh" type="radio" name="way" value="in" checked>In</label><label class="chip"><input class="vh" type="radio" name="way" value="out">Out</label></fieldset>
<button type="button" class="btn quiet find">${icon('search')}Find by name</button><button type="button" class="btn quiet new">${icon('people')}No ticket</button><button type="button" class="btn quiet more">More</button></header>
<aside aria-label="Scanner"><door-camera></door-camera><p class="hint">A hand scanner works too: just scan.</p>
<form class="typed"><label for="code">Ticket code</label><input id="code" autocomplete="off" autocapitalize="characters" spellcheck="false" placeholder="16 letters and digits"><button class="btn" type="submit">Check in</button></form><door-recent></door-recent></aside>
<section class="answer" aria-label="Answer"><div class="alerts"></div><door-result></door-result></section><door-search></door-search><door-menu></door-menu><door-register></door-register></div>`);

/** How long an answer stays for the next guest to come, and a question for the guest to answer it. */
const KIOSK_REST = 6000, KIOSK_ASKS = 90_000;

export class Door extends HTMLElement {
  /** @param {import('../sync/desk.js').Desk} desk */
  async begin(desk) {
    this.desk = desk;
    this.replaceChildren(FRAME());
    this.result = /** @type {Result} */ (one(this, 'door-result'));
    this.recent = /** @type {import('./recent.js').Recent} */ (one(this, 'door-recent'));
    this.search = /** @type {import('./search.js').Search} */ (one(this, 'door-search'));
    this.menu = /** @type {import('./menu.js').Menu} */ (one(this, 'door-menu'));
    this.search.begin(desk);
    this.menu.begin(desk);
    this.#wire(desk);
    this.#rules();
    this.#count();
    this.#network();
    await this.#list();
    whenNew(() => this.#offerUpdate());
    navigator.wakeLock?.request('screen').catch(() => {});
    document.addEventListener('visibilitychange', () => { if (!document.hidden) navigator.wakeLock?.request('screen').catch(() => {}); });
  }

  disconnectedCallback() { this.stopListening?.(); }

  /** @param {import('../sync/desk.js').Desk} desk */
  #wire(desk) {
    const on = (/** @type {string} */ name, /** @type {(detail: any) => void} */ act) => this.addEventListener(name, event => act(/** @type {CustomEvent} */ (event).detail));
    on('code', read => this.#scan(() => desk.scan(read, this.#how())));
    on('picked', hash => this.#scan(() => desk.scanGuest(hash, this.#how())));
    on('undo', id => this.#undo(id));
    on('force', ({entry, reason}) => this.#again(entry, {forced: reason}));
    on('answers', ({entry, answers}) => this.#again(entry, {answers}));
    on('paid', entry => this.#scan(() => desk.pay(entry.guest, this.#how())));
    on('register', who => this.#scan(() => desk.register(who)));
    on('handed', ({hash, thing, given}) => desk.hand(hash, thing, given).catch(() => this.#alert('This tablet could not write that down.')));
    on('print', ({again}) => this.#print(again));
    on('party', people => this.#party(people));
    one(this, '.new').addEventListener('click', () => /** @type {import('./register.js').Register} */ (one(this, 'door-register')).open(desk));
    one(this, '.find').addEventListener('click', () => this.search?.open());
    for (const opener of ['.more', '.net']) one(this, opener).addEventListener('click', () => this.menu?.open());
    one(this, '.typed').addEventListener('submit', event => {
      event.preventDefault();
      const input = field(this, '#code'), read = input.value;
      input.value = '';
      if (read.trim()) this.#scan(() => desk.scan(read, this.#how()));
    });
    this.stopListening = listen(keys => {
      for (const dialog of this.querySelectorAll('dialog[open]')) /** @type {HTMLDialogElement} */ (dialog).close();
      this.#scan(() => desk.scan(keys, this.#how()));
    });
    const from = (/** @type {string} */ name, /** @type {(detail: any) => void} */ act) => desk.addEventListener(name, event => act(/** @type {CustomEvent} */ (event).detail));
    from('answer', ({entry, said}) => this.#answered(entry, said));
    from('refused', ({one: what, message}) => { this.#alert(`${what.name ?? 'A scan'} was not taken: ${message}`); this.#list(); });
    from('changed', () => this.#count());
    from('network', () => this.#network());
    from('rules', () => this.#rules());
  }

  /** @returns {import('../sync/desk.js').How} */
  #how() { return {direction: field(this, 'input[name=way]:checked').value === 'out' ? 'out' : 'in'}; }

  /** One scan after the other, so that the last one read is the one shown. @param {() => Promise<Entry>} decide */
  #scan(decide) { this.turn = (this.turn ?? Promise.resolve()).then(() => this.#one(decide)); }

  /** What is on the screen is written already. @param {() => Promise<Entry>} decide */
  async #one(decide) {
    try {
      this.#shown(await decide());
      await this.#list();
    } catch {
      this.#alert('This tablet could not write the scan down. Do not let the guest in yet: close other apps, and scan again.');
    }
  }

  /** @param {Entry} entry */
  #shown(entry) {
    const desk = this.desk;
    if (!desk) return;
    const ticket = entry.guest ? desk.roster.people.get(entry.guest.hash) : undefined;
    this.result?.show(entry, {override: desk.may('override'), pay: desk.rule.pay_at_door || desk.may('walk_in'), kiosk: this.kiosk, print: desk.may('print'), handOut: ticket ? still(ticket.hand_out ?? [], ticket.handed ?? []) : [], asks: desk.rule.asks, party: ticket ? desk.roster.party(ticket) : [], online: desk.online});
    clearTimeout(this.resting);
    if (this.kiosk) this.resting = setTimeout(() => this.result?.idle(), entry.verdict === 'needs_answer' ? KIOSK_ASKS : KIOSK_REST);
  }

  /** @param {boolean} again */
  async #print(again) {
    const entry = this.result?.entry;
    if (entry && this.desk) this.result?.printed(entry, await this.desk.print(entry, again));
  }

  get kiosk() { return this.desk?.may('kiosk') ?? false; }

  /** The same guest once more, with what was missing. @param {Entry} entry @param {import('../sync/desk.js').How} how */
  #again(entry, how) {
    if (entry.guest) this.#scan(() => /** @type {import('../sync/desk.js').Desk} */ (this.desk).scanGuest(/** @type {any} */ (entry.guest).hash, {...how, direction: entry.direction}));
  }

  /** @param {import('../store/roster.js').Person[]} people */
  async #party(people) {
    const desk = /** @type {import('../sync/desk.js').Desk} */ (this.desk), first = this.result?.entry, entries = first ? [first] : [];
    for (const person of people) entries.push(await desk.scanGuest(person.hash, this.#how()));
    this.result?.showParty(entries, {override: false, pay: false, kiosk: this.kiosk, print: false, handOut: [], asks: [], party: [], online: desk.online});
    await this.#list();
  }

  /** The server's word on a scan. Where it differs from ours and the guest is still on the screen, the screen changes. @param {Entry} entry @param {string} said */
  async #answered(entry, said) {
    if (this.result?.entry?.id === entry.id) {
      const owed = this.result.around?.pay && entry.verdict === 'unpaid' && entry.guest?.due?.amount !== this.result.entry.guest?.due?.amount;
      if (owed || (entry.verdict !== said && entry.verdict !== 'conflict')) this.#shown(entry);
      else {
        this.result.entry = entry;
        this.result.kept(true);
      }
    }
    await this.#list();
  }

  /** @param {string} id */
  async #undo(id) {
    await this.desk?.undo(id);
    this.result?.idle();
    say('Undone');
    await this.#list();
  }

  async #list() {
    const entries = await scans.recent(this.desk?.pairing.list ?? 0);
    this.recent?.show(entries);
    for (const entry of entries.filter(each => each.unseen)) this.#alert(Result.conflict(entry), entry.id);
  }

  /** Something staff must read; it stays until they did. @param {string} words @param {string} [id] of a scan */
  #alert(words, id = '') {
    const place = one(this, '.alerts');
    if ([...place.children].some(child => child.firstElementChild?.textContent === words)) return;
    const alert = html('<div class="alert-line" role="alert"><p></p></div>');
    one(alert, 'p').textContent = words;
    alert.append(button('Seen', '', async () => { alert.remove(); if (id) await scans.seen(id); }));
    place.append(alert);
  }

  /** What is being sent meanwhile is on the disk, and counts once: nothing is lost by beginning again. */
  #offerUpdate() {
    const place = one(this, '.alerts');
    if (place.querySelector('.update')) return;
    const offer = html('<div class="alert-line update" role="status"><p>A new version of this app is ready. It takes a second, when nobody is waiting.</p></div>');
    offer.append(button('Update now', '', () => { take(); }), button('Later', 'quiet', () => offer.remove()));
    place.append(offer);
  }

  #rules() {
    const desk = this.desk;
    if (!desk) return;
    one(this, 'h1').textContent = desk.rule.name === desk.pairing.device ? desk.rule.name : `${desk.rule.name}, ${desk.pairing.device}`;
    one(this, '.find').hidden = !desk.may('search') || this.kiosk;
    one(this, '.new').hidden = !desk.me.sells?.length || this.kiosk;
    this.classList.toggle('kiosk', this.kiosk);
    if (this.result && this.result.kiosk !== this.kiosk) {
      this.result.kiosk = this.kiosk;
      if (!this.result.entry) this.result.idle();
    }
    document.documentElement.style.setProperty('--hue', String(desk.me.event.hue));
  }

  #count() {
    const desk = this.desk;
    if (!desk) return;
    const {expected, inside, arrived, rate} = desk.roster.counts(desk.now());
    one(this, '.count .num').textContent = desk.roster.known ? String(inside) : '–';
    one(this, '.count small').textContent = desk.roster.known ? `inside, ${arrived} of ${expected} came${rate >= 0.2 ? `, ${rate < 2 ? rate.toFixed(1) : Math.round(rate)} a minute` : ''}` : 'The list of guests is on its way';
  }

  #network() {
    const desk = this.desk;
    if (!desk) return;
    const pill = one(this, '.net'), waiting = desk.waiting;
    pill.classList.toggle('off', !desk.online);
    pill.innerHTML = icon(desk.online ? 'ok' : 'off');
    const words = desk.online ? (waiting > 3 ? `Online, sending ${waiting}` : 'Online')
      : `Offline${waiting ? `, ${waiting} ${waiting === 1 ? 'scan' : 'scans'} waiting` : ''}${desk.reached ? `, last heard ${clock(desk.reached)}` : ''}`;
    const [short, ...rest] = words.split(', last heard');
    pill.append(text('<span></span>', short), text('<span class="heard"></span>', rest.length ? `, last heard${rest[0]}` : ''));
    pill.setAttribute('aria-label', `Connection: ${words}`);
    const shown = this.result?.entry;
    if (shown?.id && !shown.sent) this.result?.kept(desk.online || shown.verdict === 'needs_answer');
    this.menu?.network();
  }
}
customElements.define('door-screen', Door);
