// @ts-check
// The programme on somebody else's page: <script type="module" src="https://…/EVENT/widget.js"></script>. Stands alone; shadow DOM, no inline style.
// Options on the script tag: data-theme (auto, light, dark), data-hue (0–359), data-day (2027-05-14), data-track (a track's name), data-height (such as 40rem).

/**
 * @typedef {[code: string, title: string, start: number, minutes: number, track: number, room: number, speakers: string, state: number]} Row
 * `start` is minutes since 1970 in UTC; `track` and `room` are places in their lists, -1 for none; state 0 on, 1 cancelled, 2 a break.
 * @typedef {{name: string, zone: string, hue: number, url: string, tracks: [string, number][], rooms: string[], sessions: Row[]}} Programme
 */

const HERE = new URL(import.meta.url);
const DATA = new URL('widget.json', HERE);
const AGENDA = new URL('agenda', HERE).href;

const STYLE = `
:host { all: initial; display: block; color-scheme: light dark; --hue: 275; --bg: light-dark(oklch(98.4% .005 var(--hue)), oklch(17.5% .02 var(--hue))); --ink: light-dark(oklch(22% .035 var(--hue)), oklch(95% .012 var(--hue)));
  --soft: light-dark(oklch(45% .03 var(--hue)), oklch(77% .022 var(--hue))); --line: light-dark(oklch(90% .012 var(--hue)), oklch(32% .026 var(--hue))); --edge: light-dark(oklch(58% .03 var(--hue)), oklch(60% .03 var(--hue)));
  --brand: light-dark(oklch(46% .19 var(--hue)), oklch(79% .13 var(--hue))); container-type: inline-size; }
:host([theme=light]) { color-scheme: light; } :host([theme=dark]) { color-scheme: dark; }
* { box-sizing: border-box; margin: 0; }
.box { background: var(--bg); color: var(--ink); border: 1px solid var(--line); border-radius: 1rem; font: 400 1rem/1.5 system-ui, sans-serif; padding: 1rem; display: grid; gap: .75rem; grid-template-columns: minmax(0, 1fr); }
.head, .tools { display: flex; flex-wrap: wrap; gap: .5rem .75rem; align-items: center; } .head { justify-content: space-between; }
h2 { font-size: 1.25rem; line-height: 1.2; } h3 { font-size: .95rem; color: var(--soft); margin-block: .75rem .4rem; } h4 { font-size: 1rem; line-height: 1.3; }
a { color: var(--brand); } h4 a { color: inherit; text-decoration: none; } h4 a:hover { text-decoration: underline; }
button, input, select { font: inherit; color: inherit; background: light-dark(#fff, oklch(25.5% .024 var(--hue))); border: 1px solid var(--edge); border-radius: 99px; padding: .4rem .9rem; min-block-size: 2.75rem; }
input, select { flex: 1 1 9rem; min-inline-size: 0; } button { cursor: pointer; } button[aria-pressed=true] { background: var(--ink); color: var(--bg); border-color: var(--ink); }
:focus-visible { outline: 3px solid var(--brand); outline-offset: 2px; }
.list { overflow-y: auto; overscroll-behavior: contain; } ul { list-style: none; padding: 0; display: grid; gap: .5rem; grid-template-columns: minmax(0, 1fr); }
li { border-inline-start: 4px solid var(--t, var(--line)); background: var(--tb, none); border-radius: .5rem; padding: .6rem .8rem; overflow-wrap: anywhere; }
li.h { --t: oklch(64% .17 var(--th)); --tb: light-dark(oklch(96.6% .022 var(--th)), oklch(26.5% .045 var(--th))); } li p { font-size: .875rem; color: var(--soft); } li b { color: light-dark(oklch(42% .13 var(--th)), oklch(84% .1 var(--th))); }
li.off h4 { text-decoration: line-through; } .v { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
@container (width >= 40rem) { ul { grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); } }`;

/** The same letters as the agenda: accents and case do not matter. @param {string} text */
const fold = text => text.replace(/[łø]/gi, letter => ({ł: 'l', ø: 'o'})[letter.toLowerCase()] ?? letter).normalize('NFKD').replace(/\p{M}|[’']/gu, '').replaceAll('-', ' ').toLowerCase();

/** @param {string} name @param {Record<string, string>} [attributes] @param {(Node | string)[]} children */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

class Agenda extends HTMLElement {
  #root = this.attachShadow({mode: 'open'});

  async connectedCallback() {
    if (this.#root.childNodes.length) return;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    this.#root.adoptedStyleSheets = [sheet];
    const box = make('section', {class: 'box', lang: 'en', 'aria-label': 'Programme'}, make('p', {role: 'status'}, 'The programme is coming …'));
    this.#root.append(box);
    try {
      const answer = await fetch(DATA, {credentials: 'omit'});
      if (!answer.ok) throw new Error(String(answer.status));
      this.#show(box, await answer.json());
    } catch {
      box.replaceChildren(make('p', {}, 'The programme could not be loaded here. ', make('a', {href: AGENDA}, 'Open it on its own page')));
    }
  }

  /** @param {HTMLElement} box @param {Programme} all */
  #show(box, all) {
    const hue = Number(this.getAttribute('hue') ?? all.hue);
    if (hue >= 0 && hue < 360) this.style.setProperty('--hue', String(hue));
    const text = (/** @type {Intl.DateTimeFormatOptions} */ how) => new Intl.DateTimeFormat('en-GB', {timeZone: all.zone, ...how});
    const iso = new Intl.DateTimeFormat('sv-SE', {timeZone: all.zone, dateStyle: 'short'}), tab = text({weekday: 'short', day: 'numeric', month: 'short'}), hm = text({hour: '2-digit', minute: '2-digit', hourCycle: 'h23'});
    const rows = all.sessions.map(row => ({row, at: new Date(row[2] * 60_000), day: iso.format(row[2] * 60_000), text: fold([row[1], row[6], all.tracks[row[4]]?.[0] ?? ''].join(' '))}));
    const days = [...new Set(rows.map(one => one.day))], today = iso.format(Date.now());
    const wished = this.getAttribute('day') ?? today;
    let day = days.includes(wished) ? wished : days[0] ?? '';

    const list = make('div', {class: 'list'}), said = make('p', {class: 'v', role: 'status'});
    const height = this.getAttribute('height');
    if (height && CSS.supports('max-block-size', height)) {
      list.style.maxBlockSize = height;
      list.tabIndex = 0;
      list.setAttribute('role', 'region');
      list.setAttribute('aria-label', 'Sessions');
    }
    const search = /** @type {HTMLInputElement} */ (make('input', {type: 'search', placeholder: 'Session or speaker', 'aria-label': 'Find a session or a speaker'}));
    const track = /** @type {HTMLSelectElement} */ (make('select', {'aria-label': 'Track'}, make('option', {value: ''}, 'All tracks'), ...all.tracks.map(([name], n) => make('option', {value: String(n)}, name))));
    const asked = all.tracks.findIndex(([name]) => name === this.getAttribute('track'));
    if (asked >= 0) track.value = String(asked);
    const tabs = days.map(one => make('button', {type: 'button', value: one}, tab.format(new Date(`${one}T12:00:00Z`))));

    const show = () => {
      const words = fold(search.value).split(/\s+/).filter(Boolean), narrow = words.length > 0 || track.value !== '';
      const found = rows.filter(one => (words.length || one.day === day) && (!track.value || one.row[4] === Number(track.value)) && words.every(word => one.text.includes(word)) && !(narrow && one.row[7] === 2));
      for (const one of tabs) one.setAttribute('aria-pressed', String(!words.length && /** @type {HTMLButtonElement} */ (one).value === day));
      /** @type {Map<string, HTMLElement>} */ const slots = new Map();
      const parts = [];
      for (const one of found) {
        const head = `${words.length ? `${tab.format(one.at)}, ` : ''}${hm.format(one.at)}`;
        let slot = slots.get(head);
        if (!slot) {
          slots.set(head, slot = make('ul'));
          parts.push(make('h3', {}, make('time', {datetime: one.at.toISOString()}, head)), slot);
        }
        slot.append(card(all, one.row, hm));
      }
      list.replaceChildren(...(parts.length ? parts : [make('p', {}, all.sessions.length ? 'Nothing matches. Try a part of the word.' : 'The programme is not out yet.')]));
      said.textContent = `${found.length} session${found.length === 1 ? '' : 's'}`;
    };
    for (const one of tabs) one.addEventListener('click', () => { day = /** @type {HTMLButtonElement} */ (one).value; search.value = ''; show(); });
    search.addEventListener('input', show);
    track.addEventListener('change', show);
    box.replaceChildren(
      make('div', {class: 'head'}, make('h2', {}, all.name), make('a', {href: all.url}, 'Whole agenda, favourites and calendar')),
      make('div', {class: 'tools'}, ...(days.length > 1 ? tabs : []), search, ...(all.tracks.length > 1 ? [track] : [])), said, list,
      make('p', {}, `Times are local to the event (${all.zone.split('/').pop()?.replaceAll('_', ' ')}).`),
    );
    show();
  }
}

/** @param {Programme} all @param {Row} row @param {Intl.DateTimeFormat} hm */
function card(all, [code, title, start, minutes, track, room, speakers, state], hm) {
  const [name, hue] = all.tracks[track] ?? ['', all.hue];
  const until = hm.format((start + minutes) * 60_000);
  const facts = [state === 1 ? 'Cancelled' : `until ${until}`, all.rooms[room] ?? ''].filter(Boolean).join(' · ');
  if (state === 2) return make('li', {}, make('p', {}, `${title}, ${facts}`));
  const item = make('li', {class: state === 1 ? 'h off' : 'h'}, make('h4', {}, make('a', {href: new URL(`sessions/${code}`, HERE).href}, title)), ...(speakers ? [make('p', {}, speakers)] : []), make('p', {}, ...(name ? [make('b', {}, name), ' · '] : []), facts));
  item.style.setProperty('--th', String(hue));
  return item;
}

const NAME = 'conference-agenda';
if (!customElements.get(NAME)) customElements.define(NAME, Agenda);
for (const script of /** @type {NodeListOf<HTMLScriptElement>} */ (document.querySelectorAll('script[src]'))) {
  if (new URL(script.src).href !== HERE.href || script.dataset.placed) continue;
  script.dataset.placed = 'yes';
  const element = document.createElement(NAME);
  for (const name of ['theme', 'hue', 'day', 'track', 'height']) if (script.dataset[name]) element.setAttribute(name, script.dataset[name]);
  script.after(element);
}
