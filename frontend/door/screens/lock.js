// @ts-check
/** The screen behind the door's PIN, with or without a network. A few wrong ones, and it takes a pause. */

import * as keep from '../store/pairing.js';
import {field, html, one} from './dom.js';

const TRIES = 5, PAUSE = 30_000;

export class Lock extends HTMLElement {
  /** @param {import('../store/pairing.js').Me} me @param {() => void} open */
  begin(me, open) {
    this.className = 'wrap narrow oops';
    this.replaceChildren(html('<h1></h1>'), html('<p class="lead">This door is locked.</p>'), html('<form class="door-form"><div class="field"><label for="pin">PIN of this door</label><input id="pin" type="password" inputmode="numeric" autocomplete="off" required maxlength="12"></div><p class="error" role="alert"></p><button class="btn big" type="submit">Open</button></form>'));
    one(this, 'h1').textContent = me.door.name;
    field(this, 'input').focus();
    one(this, 'form').addEventListener('submit', async event => {
      event.preventDefault();
      const {count, at} = await keep.wrongPins(), rest = at + PAUSE - Date.now(), input = field(this, 'input');
      if (count >= TRIES && count % TRIES === 0 && rest > 0 && rest <= PAUSE) return this.#say(`Too many wrong PINs. Try again in ${Math.ceil(rest / 1000)} seconds.`);
      if (me.door.pin && !await keep.isPin(input.value, me.door.pin)) {
        await keep.keepWrongPins(count + 1);
        input.value = '';
        input.focus();
        return this.#say('That is not the PIN. Ask the organiser.');
      }
      await keep.keepWrongPins(0);
      await keep.lock(false);
      open();
    });
  }

  /** @param {string} words */
  #say(words) { one(this, '[role=alert]').textContent = words; }
}
customElements.define('door-lock', Lock);
