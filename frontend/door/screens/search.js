// @ts-check
/** Finding a guest by name, in what the tablet knows: with or without a network. Tells `picked` with the ticket's hash, `code` for a code typed or scanned here. */

import {readCode} from '../rules/codes.js';
import {field, html, icon, one} from './dom.js';

const WHERE = {in: 'inside', out: 'went out', never: ''};

export class Search extends HTMLElement {
  /** @param {import('../sync/desk.js').Desk} desk */
  begin(desk) {
    this.desk = desk;
    /** What is listed now. @type {string} */ this.shown = '';
    this.replaceChildren(html(`<dialog aria-labelledby="find-h"><form method="dialog"><h2 id="find-h">Find by name</h2><button class="btn quiet" aria-label="Close">${icon('no')}</button></form><form class="field"><label for="find">Name, organisation, or the end of the code</label><input id="find" type="text" enterkeyhint="search" autocomplete="off" autocapitalize="words" spellcheck="false"></form><p class="hint" role="status"></p><ul></ul></dialog>`));
    field(this, 'input').addEventListener('input', () => this.#find());
    // Guests that this tablet hears of while somebody searches; a button that has the focus stays where it is.
    desk.addEventListener('changed', () => { if (this.dialog.open && !this.querySelector('ul :focus')) this.#find(); });
    one(this, 'form.field').addEventListener('submit', event => { event.preventDefault(); this.#enter(); });
  }

  get dialog() { return /** @type {HTMLDialogElement} */ (one(this, 'dialog')); }

  open() {
    field(this, 'input').value = '';
    one(this, 'ul').replaceChildren();
    this.shown = '';
    this.#say('Type a part of the name. Accents and capitals do not matter.');
    this.dialog.showModal();
    field(this, 'input').focus();
  }

  /** A hand scanner may type into this field as well; with one guest left, Enter is enough. */
  #enter() {
    const words = field(this, 'input').value, buttons = this.querySelectorAll('li button');
    if (readCode(words)) {
      this.dialog.close();
      this.dispatchEvent(new CustomEvent('code', {detail: words, bubbles: true}));
    } else if (buttons.length === 1) {
      /** @type {HTMLButtonElement} */ (buttons[0]).click();
    }
  }

  #find() {
    const words = field(this, 'input').value.trim(), found = words ? this.desk?.roster.find(words, 20) ?? [] : [];
    const shown = found.map(person => `${person.hash} ${person.state} ${person.now.state}`).join() || words;
    if (shown === this.shown) return;
    this.shown = shown;
    one(this, 'ul').replaceChildren(...found.map(person => this.#row(person)));
    this.#say(!words ? 'Type a part of the name.' : found.length ? `${found.length === 20 ? 'The first 20' : found.length} found` : 'Nobody matches. Try a part of the name.');
  }

  /** @param {import('../store/roster.js').Person} person */
  #row(person) {
    const row = html('<li><span><strong></strong><small></small></span><button type="button" class="btn">Check in<span class="vh"></span></button></li>');
    one(row, 'strong').textContent = person.name;
    one(row, 'small').textContent = [person.organisation, person.type, person.state === 'valid' ? '' : person.state, WHERE[person.now.state], person.email ?? person.hint, `…${person.code_tail}`].filter(Boolean).join(' · ');
    one(row, '.vh').textContent = ` ${person.name}`;
    one(row, 'button').addEventListener('click', () => {
      this.dialog.close();
      this.dispatchEvent(new CustomEvent('picked', {detail: person.hash, bubbles: true}));
    });
    return row;
  }

  /** @param {string} words */
  #say(words) { one(this, '[role=status]').textContent = words; }
}
customElements.define('door-search', Search);
