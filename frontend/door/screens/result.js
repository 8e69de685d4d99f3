// @ts-check
/** The answer: colour, icon, word and name fill the screen. Tells `undo`, `force` (with a reason), `answers`, `party` and `next`. */

import {scannedInto} from '../rules/codes.js';
import {money} from '../rules/extras.js';
import {LOOKS, message, UNDOABLE} from '../rules/words.js';
import {button, clock, field, html, icon, one, say, text} from './dom.js';
import {signal} from './signal.js';

/** @typedef {import('../store/scans.js').Entry} Entry */
/** @typedef {{override: boolean, pay: boolean, kiosk: boolean, print: boolean, handOut: string[], asks: import('../store/pairing.js').Ask[], party: import('../store/roster.js').Person[], online: boolean}} Around */

/** Who stands inside gets a badge, also a second time. */
const PRINTABLE = ['welcome', 'welcome_back', 'already_in', 'conflict'];
const REASONS = ['Showed a photo ID', 'Paid at the desk', 'The organiser said so'];

export class Result extends HTMLElement {
  connectedCallback() {
    addEventListener('resize', () => this.#fit());
    this.idle();
  }

  /** Do guests read this themselves? */
  kiosk = false;

  idle() {
    this.className = 'result k-idle';
    /** @type {Entry | undefined} */ this.entry = undefined;
    this.replaceChildren(
      html(`<p class="verdict">${icon('ticket')}<span>Ready</span></p>`),
      text('<p class="why"></p>', this.kiosk ? 'Hold your ticket in front of the camera or the scanner.' : 'Hold a ticket in front of the camera, use a hand scanner, or find the guest by name.'),
    );
  }

  /** @param {Entry} entry @param {Around} around */
  show(entry, around) {
    const look = LOOKS[entry.verdict] ?? LOOKS.unknown;
    this.entry = entry;
    this.around = around;
    this.className = `result k-${look.kind}`;
    const head = html(`<h2 class="verdict" tabindex="-1">${icon(look.icon)}<span></span></h2>`);
    one(head, 'span').textContent = look.word;
    this.replaceChildren(head);
    if (entry.guest) this.#person(entry.guest);
    this.append(text('<p class="why"></p>', this.#why(entry)));
    if (entry.guest) this.#facts(entry, around);
    if (look.kind === 'ok' && entry.verdict !== 'left' && around.handOut.length && !around.kiosk) this.append(this.#handOut(entry, around.handOut));
    this.append(entry.verdict === 'needs_answer' && !entry.because.startsWith('no:') ? this.#questions(entry, around) : this.#actions(entry, around));
    this.append(html(`<p class="saved">${icon('off')}<span>Saved on this tablet. It goes to the server when the network is back.</span></p>`));
    this.kept(around.online || entry.sent || !entry.id || entry.verdict === 'needs_answer');
    say([look.word, entry.guest?.name, this.#why(entry)].filter(Boolean).join('. '));
    signal(look.kind);
    this.#fit();
  }

  /** The scan has reached the server, or not. @param {boolean} sent */
  kept(sent) {
    const line = this.querySelector('.saved');
    if (line) /** @type {HTMLElement} */ (line).hidden = sent;
  }

  /** What to do: staff's words, or a guest's at a kiosk. For “Already inside”, enough to tell two people apart. @param {Entry} entry */
  #why(entry) {
    const {verdict, because, guest} = entry, hint = guest?.hint;
    if (this.around?.kiosk) return verdict === 'left' ? 'Welcome back any time.' : UNDOABLE.includes(verdict) ? 'Please come in.' : verdict === 'needs_answer' && !because.startsWith('no:') ? 'Please answer:' : 'Please ask at the help desk.';
    if (verdict === 'unpaid' && because !== 'pending' && this.around?.pay) return message({verdict, because: 'here'}, null, {}, entry.at);
    return verdict === 'already_in' && hint ? `${entry.message} Registered as ${hint}.` : entry.message;
  }

  /** @param {import('../store/scans.js').Guest} guest */
  #person(guest) {
    const person = html('<p class="person"><span></span><small></small></p>');
    one(person, 'span').textContent = guest.name;
    one(person, 'small').textContent = [guest.job_title, guest.organisation].filter(Boolean).join(', ');
    this.append(person);
  }

  /** @param {Entry} entry @param {Around} around */
  #facts({guest, verdict}, around) {
    if (!guest) return;
    const facts = html('<dl></dl>');
    const add = (/** @type {string} */ name, /** @type {string} */ value) => {
      if (!value) return;
      const row = html('<div><dt></dt><dd></dd></div>');
      one(row, 'dt').textContent = name;
      one(row, 'dd').textContent = value;
      facts.append(row);
    };
    add('Ticket', guest.type);
    if (guest.due && around.pay && (verdict === 'unpaid' || guest.state === 'unpaid')) add('To pay for the whole order', money(guest.due));
    if (around.kiosk && UNDOABLE.includes(verdict) && verdict !== 'left') add('Ask at the desk for', around.handOut.join(', '));
    add('Note', (guest.flags ?? []).join(', '));
    if (facts.children.length) this.append(facts);
  }

  /** What they are handed, to be ticked. @param {Entry} entry @param {string[]} things */
  #handOut(entry, things) {
    const list = html('<fieldset class="hand"><legend>Hand out, then tick</legend></fieldset>');
    for (const thing of things) {
      const row = html('<label><input type="checkbox"><span></span></label>'), box = field(row, 'input');
      one(row, 'span').textContent = thing;
      box.addEventListener('change', () => this.#tell('handed', {hash: entry.guest?.hash, thing, given: box.checked}));
      list.append(row);
    }
    list.append(html('<small>Remembered on this tablet only.</small>'));
    return list;
  }

  /** As large as fits: names are read at arm's length. */
  #fit() {
    const name = /** @type {HTMLElement | null} */ (this.querySelector('.person span'));
    if (!name) return;
    const room = this.clientWidth - parseFloat(getComputedStyle(this).paddingInline) * 2;
    for (let size = Math.min(96, Math.max(40, this.clientHeight / 7)); size >= 26; size -= 4) {
      name.style.fontSize = `${size}px`;
      const lines = name.getClientRects().length;
      if (name.scrollWidth <= room && lines <= (name.textContent?.includes(' ') ? 2 : 1)) return;
    }
  }

  /** @param {Entry} entry @param {Around} around */
  #actions(entry, around) {
    const acts = html('<div class="acts"></div>');
    acts.append(button(around.kiosk ? 'Done' : 'Next guest', 'big', () => { this.idle(); this.#tell('next'); }));
    if (around.kiosk) return acts;
    const admitted = UNDOABLE.includes(entry.verdict), look = LOOKS[entry.verdict] ?? LOOKS.unknown;
    const others = around.party.filter(one_ => one_.now.state !== 'in');
    if (admitted && entry.verdict !== 'left' && others.length) acts.append(button(`All ${others.length + 1} of this order`, 'big quiet', () => this.#tell('party', others), 'people'));
    if (admitted && entry.id) acts.append(button('Undo', 'big quiet', () => this.#tell('undo', entry.id), 'undo'));
    if (entry.verdict === 'unpaid' && entry.because !== 'pending' && entry.guest && around.pay) acts.append(button(entry.guest.due ? `Paid ${money(entry.guest.due)} in cash` : 'Paid here in cash', 'big quiet', () => this.#tell('paid', entry)));
    if (around.print && entry.guest && PRINTABLE.includes(entry.verdict)) acts.append(button('Print badge', 'big quiet print', () => this.#tell('print', {again: false}), 'print'));
    if (look.forceable && entry.guest && around.override) acts.append(button('Let in anyway', 'big quiet', () => this.#askReason(acts, entry)));
    return acts;
  }

  /** What became of a badge. @param {Entry} entry it was asked for @param {{said: string, page?: string, ask?: boolean}} printed */
  printed(entry, {said, page, ask}) {
    if (this.entry?.id !== entry.id) return;
    this.querySelector('.printed')?.remove();
    const line = html('<div class="printed"><p></p></div>');
    one(line, 'p').textContent = said;
    if (ask) line.append(button('Print it again', 'quiet', () => this.#tell('print', {again: true}), 'print'));
    // Some browsers open no window by themselves.
    if (page && !window.open(page, '_blank')) {
      const link = html('<a class="btn quiet" target="_blank" rel="opener">Open the badge to print it</a>');
      link.setAttribute('href', page);
      line.append(link);
    }
    this.querySelector('.acts')?.before(line);
    say(said);
  }

  /** What staff must ask before somebody comes in. @param {Entry} entry @param {Around} around */
  #questions(entry, around) {
    const form = html('<form class="reason"></form>');
    for (const {key, text: words, kind} of around.asks) {
      const row = kind === 'yes_no'
        ? html(`<fieldset><legend></legend><label class="chip"><input class="vh" type="radio" name="ask-${key}" value="yes" required>Yes</label><label class="chip"><input class="vh" type="radio" name="ask-${key}" value="no">No</label></fieldset>`)
        : html(`<div><label for="ask-${key}"></label><input id="ask-${key}" name="ask-${key}" maxlength="200" required autocomplete="off"></div>`);
      one(row, 'legend, label').textContent = words;
      form.append(row);
    }
    form.append(html('<div class="acts"><button type="submit" class="btn big">Go on</button></div>'));
    one(form, '.acts').append(button('Next guest', 'big quiet', () => { this.idle(); this.#tell('next'); }));
    form.addEventListener('submit', event => {
      event.preventDefault();
      const given = new FormData(/** @type {HTMLFormElement} */ (form));
      const answers = Object.fromEntries(around.asks.map(({key, kind}) => [key, kind === 'yes_no' ? given.get(`ask-${key}`) === 'yes' : String(given.get(`ask-${key}`))]));
      const next = Object.values(answers).find(answer => typeof answer === 'string' && scannedInto(answer));
      if (next) return this.#tell('code', next);
      this.#tell('answers', {entry, answers});
    });
    return form;
  }

  /** @param {HTMLElement} acts @param {Entry} entry */
  #askReason(acts, entry) {
    const form = html('<form class="reason"><label for="reason">Why? It is written down.</label><input id="reason" list="reasons" required maxlength="200" autocomplete="off"><datalist id="reasons"></datalist><button type="submit" class="btn big">Let in</button></form>');
    one(form, 'datalist').replaceChildren(...REASONS.map(reason => new Option(reason)));
    form.addEventListener('submit', event => {
      event.preventDefault();
      const reason = field(form, 'input').value.trim();
      // A scan while the cursor is here is of the next guest: not a reason to let this one in.
      if (scannedInto(reason)) this.#tell('code', reason);
      else if (reason) this.#tell('force', {entry, reason});
    });
    acts.replaceWith(form);
    field(form, 'input').focus();
  }

  /** A whole party at once. @param {Entry[]} entries @param {Around} around */
  showParty(entries, around) {
    const inside = entries.filter(entry => UNDOABLE.includes(entry.verdict)), rest = entries.filter(entry => !inside.includes(entry));
    this.show({...entries[0], guest: null, verdict: rest.length ? 'not_yet' : 'welcome', message: ''}, {...around, party: []});
    one(this, '.verdict span').textContent = rest.length ? `${inside.length} of ${entries.length} are in` : `Welcome, all ${entries.length}`;
    const names = html('<ul class="names"></ul>');
    for (const entry of entries) names.append(text('<li></li>', `${entry.guest?.name}: ${(LOOKS[entry.verdict] ?? LOOKS.unknown).word}`));
    one(this, '.why').replaceWith(names);
    one(this, '.acts').replaceChildren(button('Next guest', 'big', () => { this.idle(); this.#tell('next'); }));
    say(`${inside.length} of ${entries.length} are in`);
  }

  /** @param {Entry} entry when and where it was, on the tablet that lost */
  static conflict(entry) {
    const first = entry.first;
    return `${entry.guest?.name ?? 'A guest'} was let in twice: here at ${clock(entry.at)}${first ? `, and at ${first.device || 'another door'} at ${clock(first.at)}` : ''}. Look for both people, and tell the organiser.`;
  }

  /** @param {string} name @param {unknown} [detail] */
  #tell(name, detail) { this.dispatchEvent(new CustomEvent(name, {detail, bubbles: true})); }
}
customElements.define('door-result', Result);
