// @ts-check
/** The last scans of this tablet, each with undo where there is something to undo. */

import {LOOKS, UNDOABLE} from '../rules/words.js';
import {html, icon, one} from './dom.js';

const KEPT = 8;

export class Recent extends HTMLElement {
  connectedCallback() {
    this.className = 'recent';
    this.replaceChildren(html('<h2>Last scans</h2>'), html('<ul></ul>'), html('<p class="hint">None yet.</p>'));
  }

  /** @param {import('../sync/client.js').Result} result */
  add(result) {
    const look = LOOKS[result.verdict] ?? LOOKS.unknown;
    const row = html(`<li class="k-${look.kind}">${icon(look.icon)}<span></span><time></time></li>`);
    row.dataset.id = result.id;
    one(row, 'span').textContent = result.ticket ? `${result.ticket.name}: ${look.word}` : look.word;
    one(row, 'time').textContent = new Date().toLocaleTimeString('en-GB');
    if (UNDOABLE.includes(result.verdict)) {
      const undo = html('<button type="button" class="link">Undo<span class="vh"></span></button>');
      one(undo, '.vh').textContent = ` ${result.ticket?.name}`;
      undo.addEventListener('click', () => this.dispatchEvent(new CustomEvent('undo', {detail: result, bubbles: true})));
      row.append(undo);
    }
    const list = one(this, 'ul');
    list.prepend(row);
    while (list.children.length > KEPT) list.lastElementChild?.remove();
    one(this, '.hint').hidden = true;
  }

  /** @param {string} id */
  undone(id) {
    const row = this.querySelector(`[data-id="${CSS.escape(id)}"]`);
    row?.classList.add('undone');
    row?.querySelector('button')?.replaceWith(html('<small>undone</small>'));
  }
}
customElements.define('door-recent', Recent);
