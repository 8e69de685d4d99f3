// @ts-check
/** The answer: colour, icon, word and name fill the screen. Tells `undo`, `force` (with a reason) and `next`. */

import {LOOKS, UNDOABLE} from '../rules/words.js';
import {html, icon, one, say} from './dom.js';
import {signal} from './signal.js';

const REASONS = ['Showed a photo ID', 'Paid at the desk', 'The organiser said so'];

export class Result extends HTMLElement {
  connectedCallback() { this.idle(); }

  idle() {
    this.className = 'result k-idle';
    this.replaceChildren(html(`<p class="verdict">${icon('ticket')}<span>Ready</span></p>`), html('<p class="why">Hold a ticket in front of the camera, use a hand scanner, or find the guest by name.</p>'));
  }

  /** @param {import('../sync/client.js').Result} result @param {boolean} [loud] */
  show(result, loud = true) {
    const look = LOOKS[result.verdict] ?? LOOKS.unknown, ticket = result.ticket;
    this.className = `result k-${look.kind}`;
    this.replaceChildren(html(`<h2 class="verdict">${icon(look.icon)}<span></span></h2>`));
    one(this, '.verdict span').textContent = look.word;
    if (ticket) this.#person(ticket);
    const why = html('<p class="why"></p>');
    why.textContent = result.message;
    this.append(why, this.#actions(result, look));
    say([look.word, ticket?.name, result.message].filter(Boolean).join('. '));
    if (loud) signal(look.kind);
  }

  /** A scan that could not be sent: kept, and sent when the network is back. */
  waiting() {
    this.show({id: '', verdict: 'waiting', ticket: null, first_scan: null, message: 'The scan is kept on this tablet and goes out when the network is back. Nobody has been checked in yet.'});
  }

  /** @param {import('../sync/client.js').Ticket} ticket */
  #person(ticket) {
    const person = html('<p class="person"><span></span><small></small></p>');
    one(person, 'span').textContent = ticket.name;
    one(person, 'small').textContent = [ticket.job_title, ticket.organisation].filter(Boolean).join(', ');
    const facts = html('<dl><div><dt>Ticket</dt><dd></dd></div></dl>');
    one(facts, 'dd').textContent = ticket.type ?? '';
    this.append(person, facts);
  }

  /** @param {import('../sync/client.js').Result} result @param {import('../rules/words.js').Look} look */
  #actions(result, look) {
    const acts = html('<div class="acts"></div>');
    const add = (/** @type {string} */ words, /** @type {string} */ kind, /** @type {() => void} */ act) => {
      const button = html(`<button type="button" class="btn big ${kind}"></button>`);
      button.textContent = words;
      button.addEventListener('click', act);
      acts.append(button);
    };
    add('Next guest', '', () => { this.idle(); this.#tell('next'); });
    if (UNDOABLE.includes(result.verdict)) add('Undo', 'quiet', () => this.#tell('undo', result));
    if (look.forceable && result.ticket) add('Let in anyway', 'quiet', () => this.#askReason(acts, result));
    return acts;
  }

  /** @param {HTMLElement} acts @param {import('../sync/client.js').Result} result */
  #askReason(acts, result) {
    const form = html('<form class="reason"><label for="reason">Why? It is written down.</label><input id="reason" list="reasons" required maxlength="200" autocomplete="off"><datalist id="reasons"></datalist><button type="submit" class="btn big">Let in</button></form>');
    one(form, 'datalist').replaceChildren(...REASONS.map(reason => new Option(reason)));
    form.addEventListener('submit', event => {
      event.preventDefault();
      const reason = /** @type {HTMLInputElement} */ (one(form, 'input')).value.trim();
      if (reason) this.#tell('force', {result, reason});
    });
    acts.replaceWith(form);
    one(form, 'input').focus();
  }

  /** @param {string} name @param {unknown} [detail] */
  #tell(name, detail) { this.dispatchEvent(new CustomEvent(name, {detail, bubbles: true})); }
}
customElements.define('door-result', Result);
