// @ts-check
/** Finding a guest by name. Tells `picked` with the ticket's code. */

import {html, icon, one} from './dom.js';

export class Search extends HTMLElement {
  /** @param {import('../sync/client.js').Client} client */
  begin(client) {
    this.client = client;
    this.replaceChildren(html(`<dialog aria-labelledby="find-h"><form method="dialog"><h2 id="find-h">Find by name</h2><button class="btn quiet" aria-label="Close">${icon('no')}</button></form><div class="field"><label for="find">Name, organisation or e-mail</label><input id="find" type="search" autocomplete="off"></div><p class="hint" role="status"></p><ul></ul></dialog>`));
    let timer = 0;
    one(this, 'input').addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(() => this.#find(), 150); });
  }

  open() {
    const dialog = /** @type {HTMLDialogElement} */ (one(this, 'dialog')), input = /** @type {HTMLInputElement} */ (one(this, 'input'));
    input.value = '';
    one(this, 'ul').replaceChildren();
    this.#say('Type a part of the name. Accents and capitals do not matter.');
    dialog.showModal();
    input.focus();
  }

  async #find() {
    const words = /** @type {HTMLInputElement} */ (one(this, 'input')).value.trim();
    if (words.length < 2 && /^[ -~]*$/.test(words)) return one(this, 'ul').replaceChildren();
    try {
      const {items} = await /** @type {import('../sync/client.js').Client} */ (this.client).search(words);
      if (words !== /** @type {HTMLInputElement} */ (one(this, 'input')).value.trim()) return;
      this.#say(items.length ? `${items.length} found` : 'Nobody matches. Try a part of the name.');
      one(this, 'ul').replaceChildren(...items.map(ticket => this.#row(ticket)));
    } catch {
      this.#say('No connection: names cannot be searched just now.');
    }
  }

  /** @param {import('../sync/client.js').Ticket} ticket */
  #row(ticket) {
    const row = html('<li><span><strong></strong><small></small></span><button type="button" class="btn">Check in<span class="vh"></span></button></li>');
    one(row, 'strong').textContent = ticket.name;
    one(row, 'small').textContent = [ticket.organisation, ticket.state === 'valid' ? '' : ticket.state].filter(Boolean).join(' · ');
    one(row, '.vh').textContent = ` ${ticket.name}`;
    one(row, 'button').addEventListener('click', () => {
      /** @type {HTMLDialogElement} */ (one(this, 'dialog')).close();
      this.dispatchEvent(new CustomEvent('picked', {detail: ticket.code, bubbles: true}));
    });
    return row;
  }

  /** @param {string} words */
  #say(words) { one(this, '[role=status]').textContent = words; }
}
customElements.define('door-search', Search);
