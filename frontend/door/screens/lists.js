// @ts-check
/** Which list this tablet checks people in on. With one list there is nothing to choose. */

import {html, one} from './dom.js';
import * as store from '../store/db.js';
import {Ended} from '../sync/client.js';

export class Lists extends HTMLElement {
  /** @param {import('../sync/client.js').Client} client @param {import('../store/db.js').Pairing} pairing */
  async begin(client, pairing) {
    this.className = 'wrap narrow oops';
    this.replaceChildren(html('<h1>One moment</h1>'));
    try {
      const lists = await client.lists();
      if (lists.length === 1) return this.#choose(pairing, lists[0].id);
      this.#show(pairing, lists);
    } catch (error) {
      if (error instanceof Ended) return dispatchEvent(new Event('door-ended'));
      this.replaceChildren(html('<h1>No connection</h1>'), html('<p class="lead">The door opens as soon as the server can be reached.</p>'));
      setTimeout(() => dispatchEvent(new Event('door-restart')), 3000);
    }
  }

  /** @param {import('../store/db.js').Pairing} pairing @param {import('../sync/client.js').List[]} lists */
  #show(pairing, lists) {
    const choices = html('<div class="door-choices"></div>');
    for (const list of lists) {
      const button = html('<button type="button" class="btn big quiet"><span></span><small></small></button>');
      one(button, 'span').textContent = list.name;
      one(button, 'small').textContent = `${list.counts.checked_in} of ${list.counts.expected} in`;
      button.addEventListener('click', () => this.#choose(pairing, list.id));
      choices.append(button);
    }
    this.replaceChildren(html('<h1>Which door is this?</h1>'), choices);
  }

  /** @param {import('../store/db.js').Pairing} pairing @param {number} list */
  async #choose(pairing, list) {
    await store.pair({...pairing, list});
    dispatchEvent(new Event('door-restart'));
  }
}
customElements.define('door-lists', Lists);
