// @ts-check
/** Which list this tablet checks people in on. With one list there is nothing to choose. */

import * as keep from '../store/pairing.js';
import {html, one} from './dom.js';

export class Lists extends HTMLElement {
  /** @param {import('../store/pairing.js').Pairing} pairing @param {import('../store/pairing.js').Rule[]} lists @param {() => void} chosen */
  begin(pairing, lists, chosen) {
    this.className = 'wrap narrow oops';
    const choices = html('<div class="door-choices"></div>');
    for (const list of lists) {
      const button = html('<button type="button" class="btn big quiet"><span></span><small></small></button>');
      one(button, 'span').textContent = list.name;
      one(button, 'small').textContent = `${list.checked_in} of ${list.expected} came`;
      button.addEventListener('click', async () => {
        await keep.pair({...pairing, list: list.id});
        chosen();
      });
      choices.append(button);
    }
    this.replaceChildren(html('<h1>Which door is this?</h1>'), choices);
  }
}
customElements.define('door-lists', Lists);
