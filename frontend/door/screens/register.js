// @ts-check
/** Somebody comes without a ticket: name, e-mail, kind of ticket. Works without a network too; the server hears of it later. Tells `register`. */

import {scannedInto} from '../rules/codes.js';
import {money} from '../rules/extras.js';
import {html, icon, one, text} from './dom.js';

export class Register extends HTMLElement {
  /** @param {import('../sync/desk.js').Desk} desk */
  open(desk) {
    const sells = desk.me.sells ?? [];
    this.replaceChildren(html(`<dialog aria-labelledby="new-h"><form method="dialog"><h2 id="new-h">No ticket yet</h2><button class="btn quiet" aria-label="Close">${icon('no')}</button></form>
<form class="door-form"><div class="field"><label for="new-name">Name</label><input id="new-name" name="name" required maxlength="120" autocomplete="off" autocapitalize="words"></div>
<div class="field"><label for="new-email">E-mail</label><input id="new-email" name="email" type="email" required maxlength="200" autocomplete="off"><p class="hint">The ticket is sent there.</p></div>
<fieldset class="sorts"><legend>Ticket</legend></fieldset>
<label class="paid"><input type="checkbox" name="pay"> Paid here in cash</label>
<button class="btn big" type="submit">Register and let in</button></form></dialog>`));
    const dialog = /** @type {HTMLDialogElement} */ (one(this, 'dialog')), form = /** @type {HTMLFormElement} */ (one(this, '.door-form'));
    for (const [number, {code, name, price, available}] of sells.entries()) {
      const label = html('<label><input type="radio" name="ticket_type" required><span></span><small></small></label>'), input = /** @type {HTMLInputElement} */ (one(label, 'input'));
      input.value = code;
      input.disabled = available === 0;
      input.checked = number === 0 && sells.length === 1;
      one(label, 'span').textContent = name;
      one(label, 'small').textContent = available === 0 ? 'sold out' : price.amount ? money(price) : 'free';
      one(form, '.sorts').append(label);
    }
    one(form, '#new-name').addEventListener('keydown', event => {
      const {value} = /** @type {HTMLInputElement} */ (event.target);
      if (/** @type {KeyboardEvent} */ (event).key !== 'Enter' || !scannedInto(value)) return;
      event.preventDefault();
      dialog.close();
      this.dispatchEvent(new CustomEvent('code', {detail: value, bubbles: true}));
    });
    const paid = () => { one(form, '.paid').hidden = !sells.find(one_ => one_.code === new FormData(form).get('ticket_type'))?.price.amount; };
    form.addEventListener('change', paid);
    paid();
    form.addEventListener('submit', event => {
      event.preventDefault();
      const given = new FormData(form), pay = given.get('pay') && !one(form, '.paid').hidden;
      const who = {name: String(given.get('name')).trim(), email: String(given.get('email')).trim(), organisation: '', ticket_type: String(given.get('ticket_type')), ...(pay ? {pay: 'cash'} : {})};
      if (!who.name) return;
      dialog.close();
      this.dispatchEvent(new CustomEvent('register', {detail: who, bubbles: true}));
    });
    if (!desk.online) form.prepend(text('<p class="hint"></p>', 'There is no connection: the ticket is made, and its letter sent, when it is back.'));
    dialog.showModal();
    /** @type {HTMLInputElement} */ (one(form, 'input')).focus();
  }
}
customElements.define('door-register', Register);
