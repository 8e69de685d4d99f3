// @ts-check
/** The last scans of this tablet, each with undo where there is something to undo. */

import {LOOKS, UNDOABLE} from '../rules/words.js';
import {clock, html, icon, one} from './dom.js';

const SHOWN = 8;

export class Recent extends HTMLElement {
  connectedCallback() {
    this.className = 'recent';
    this.replaceChildren(html('<h2>Last scans</h2>'), html('<ul></ul>'), html('<p class="hint">None yet.</p>'));
  }

  /** @param {import('../store/scans.js').Entry[]} entries newest first */
  show(entries) {
    one(this, 'ul').replaceChildren(...entries.slice(0, SHOWN).map(entry => this.#row(entry)));
    one(this, '.hint').hidden = entries.length > 0;
  }

  /** @param {import('../store/scans.js').Entry} entry */
  #row(entry) {
    const look = LOOKS[entry.verdict] ?? LOOKS.unknown;
    const row = html(`<li class="k-${look.kind}">${icon(look.icon)}<span></span><time></time></li>`);
    one(row, 'span').textContent = entry.guest ? `${entry.guest.name}: ${look.word}` : look.word;
    one(row, 'time').textContent = clock(entry.at, true);
    if (!entry.sent) row.append(html(`<small title="Not sent yet">${icon('off')}<span class="vh">not sent yet</span></small>`));
    if (entry.undone) {
      row.classList.add('undone');
      row.append(html('<small>undone</small>'));
    } else if (UNDOABLE.includes(entry.verdict)) {
      const undo = html('<button type="button" class="link">Undo<span class="vh"></span></button>');
      one(undo, '.vh').textContent = ` ${entry.guest?.name ?? ''}`;
      undo.addEventListener('click', () => this.dispatchEvent(new CustomEvent('undo', {detail: entry.id, bubbles: true})));
      row.append(undo);
    }
    return row;
  }
}
customElements.define('door-recent', Recent);
