// @ts-check
/** The screen behind the door's PIN, with or without a network. A few wrong ones, and it takes a pause. */

import * as keep from '../store/pairing.js';
import {field, html, one} from './dom.js';

export class Lock extends HTMLElement {
  /** @param {import('../store/pairing.js').Me} me @param {() => void} open @param {() => Promise<import('../store/pairing.js').Me>} anew what the server says now: the organiser may have changed the PIN */
  begin(me, open, anew) {
    this.className = 'wrap narrow oops';
    this.replaceChildren(html('<h1></h1>'), html('<p class="lead">This door is locked.</p>'), html('<form class="door-form"><div class="field"><label for="pin">PIN of this door</label><input id="pin" type="password" inputmode="numeric" autocomplete="off" required maxlength="12"></div><p class="error" role="alert"></p><button class="btn big" type="submit">Open</button></form>'));
    one(this, 'h1').textContent = me.door.name;
    field(this, 'input').focus();
    one(this, 'form').addEventListener('submit', async event => {
      event.preventDefault();
      const input = field(this, 'input'), before = me.door.pin?.hash, enter = async () => (me.door.pin ? keep.tryPin(input.value, me.door.pin) : true);
      let right = await enter();
      if (right !== true) {
        me = await anew().catch(() => me);
        if (!this.isConnected) return;
        if (me.door.pin?.hash !== before) right = await enter();
      }
      if (right !== true) {
        input.value = '';
        input.focus();
        return this.#say(right);
      }
      await keep.lock(false);
      await keep.keepLooked();
      open();
    });
  }

  /** @param {string} words */
  #say(words) { one(this, '[role=alert]').textContent = words; }
}
customElements.define('door-lock', Lock);
