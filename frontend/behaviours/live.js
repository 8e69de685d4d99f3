// @ts-check
import {again, morph} from './morph.js';

const POLL = 60_000, LONGEST = 60_000, GRACE = 10_000, SPREAD = 1000, BEHIND = 600;

/** @type {Set<HTMLElement>} */ const watching = new Set();
/** @type {Set<HTMLElement>} */ const due = new Set();
/** @type {WeakMap<HTMLElement, number>} */ const looked = new WeakMap();
/** @type {WeakMap<HTMLElement, string>} */ const words = new WeakMap();
/** @type {EventSource | null} */ let source = null;
let stream = '', failures = 0, version = 0, opened = false, timer = 0, at = 0, retry = 0, leave = 0;

/**
 * A part of the page that is fetched again when something happens: `data-on` names the events ("agenda late questions"), `id` finds it
 * in the fresh copy. Also understood: `data-session` (only what is about this session), `data-gap` (at most once in so many seconds),
 * `data-every` (also without an event, each so many seconds), `data-says` (said to screen readers after a change), `data-stream`
 * (another stream than the event's), `data-reload` (a display that nobody reloads: it does so when the product itself is newer).
 * One stream a page. Every event is also a `live` event of the document, with `detail: {name, data}`.
 * @param {HTMLElement} element
 */
export default function live(element) {
  stream ||= element.dataset.stream ?? `/${location.pathname.split('/')[1]}/live`;
  watching.add(element);
  words.set(element, plain(element));
  if (element.dataset.every) setInterval(() => look(element, 0), Number(element.dataset.every) * 1000);
  if (watching.size === 1) start();
}

function start() {
  connect();
  setInterval(() => { if (!opened && !document.hidden) lookAtAll(); }, POLL);
  document.addEventListener('visibilitychange', () => {
    clearTimeout(leave);
    if (document.hidden) leave = setTimeout(close, GRACE);
    else comeBack();
  });
  addEventListener('pagehide', close);
  addEventListener('pageshow', event => { if (event.persisted) comeBack(); });
  addEventListener('online', comeBack);
}

function comeBack() {
  if (due.size) later(0);
  if (!source) connect();
}

function close() {
  source?.close();
  source = null;
  said(false);
}

function connect() {
  clearTimeout(retry);
  close();
  source = new EventSource(stream);
  source.onopen = () => {
    failures = 0;
    said(true);
    // What has a version is compared with the one that comes first; the rest may have missed something.
    for (const element of watching) if (!element.dataset.version || looked.has(element)) look(element);
  };
  source.onerror = () => {
    // EventSource would come back after the same time everywhere, and not at all after a 503.
    close();
    retry = setTimeout(() => { if (!document.hidden) connect(); }, Math.min(LONGEST, 1000 * 2 ** failures++) * (0.5 + Math.random()));
  };
  for (const name of ['agenda', 'late', 'questions', 'moved', 'released', 'presence', 'scans']) {
    source.addEventListener(name, event => heard(name, JSON.parse(event.data)));
  }
}

/** @param {boolean} on */
function said(on) {
  opened = on;
  document.documentElement.dataset.live = on ? 'on' : 'off';
}

/** @param {string} name @param {Record<string, any>} data */
function heard(name, data) {
  if (name === 'agenda') version = data.version;
  for (const element of watching) {
    const {on = '', session} = element.dataset;
    if (!on.split(' ').includes(name) || (session && data.session && session !== data.session)) continue;
    if (name !== 'agenda' || behind(element)) look(element);
  }
  document.dispatchEvent(new CustomEvent('live', {detail: {name, data}}));
}

/** Was it made before the newest version? @param {HTMLElement} element */
const behind = element => element.dataset.version !== undefined && Number(element.dataset.version) < version;

/** @param {number} [spread] */
function lookAtAll(spread = SPREAD) {
  for (const element of watching) look(element, spread);
}

/** Fetch it soon: everybody hears at the same moment, so each waits a little. @param {HTMLElement} element @param {number} [spread] */
function look(element, spread = Number(element.dataset.spread ?? SPREAD)) {
  if (element.dataset.on === '') return; // only keeps a stream open for somebody who writes into it
  due.add(element);
  const gap = Number(element.dataset.gap ?? 0) * 1000 + (looked.get(element) ?? 0) - Date.now();
  later(Math.random() * spread + Math.max(0, gap));
}

/** Fetch what is due in so many milliseconds, or earlier when that is planned already. @param {number} ms */
function later(ms) {
  if (timer && at <= Date.now() + ms) return;
  clearTimeout(timer);
  at = Date.now() + ms;
  timer = setTimeout(async () => {
    timer = 0;
    if (document.hidden) return; // they stay due, and are fetched when somebody looks
    const now = [...due];
    due.clear();
    await renew(now);
  }, ms);
}

/** @param {HTMLElement[]} elements @param {number} [tries] */
async function renew(elements, tries = 0) {
  const page = await fresh();
  for (const element of elements) {
    const copy = page?.getElementById(element.id);
    if (!page || !copy) {
      // The server is away or busy: again later, and later each time. What is shown stays.
      if (tries < 6) setTimeout(() => renew([element], tries + 1), Math.min(LONGEST, 2000 * 2 ** tries) * (0.5 + Math.random()));
      continue;
    }
    if (element.dataset.reload !== undefined && newer(page)) return location.reload();
    looked.set(element, Date.now());
    swap(element, copy);
    // With several processes, one may answer that has not noticed yet.
    if (behind(element) && tries < 4) setTimeout(() => renew([element], tries + 1), BEHIND);
  }
}

async function fresh() {
  try {
    const answer = await fetch(location.pathname + location.search, {headers: {accept: 'text/html'}});
    return answer.ok && !answer.redirected ? new DOMParser().parseFromString(await answer.text(), 'text/html') : null;
  } catch {
    return null;
  }
}

/** Does the fresh page come with other styles or scripts? @param {Document} page */
function newer(page) {
  /** @param {Document} one */
  const parts = one => [...one.querySelectorAll('head link[rel="stylesheet"], head script[src]')].map(part => part.getAttribute('href') ?? part.getAttribute('src')).join();
  return parts(page) !== parts(document);
}

/** @param {HTMLElement} element @param {HTMLElement} copy */
function swap(element, copy) {
  const focused = element.contains(document.activeElement) ? document.activeElement : null;
  const before = element.dataset.version, told = words.get(element);
  words.set(element, plain(copy));
  const changed = morph(element, copy);
  if (focused && document.activeElement !== focused) {
    const target = /** @type {HTMLElement | null} */ (focused.isConnected ? focused : again(element, focused));
    target?.focus({preventScroll: true});
  }
  if (!changed) return;
  element.dispatchEvent(new CustomEvent('renewed', {bubbles: true}));
  // Only what is new in words is worth interrupting somebody for; a clock that went on is not.
  if (element.dataset.says && before !== element.dataset.version && told !== words.get(element)) say(element.dataset.says);
}

/** @param {HTMLElement} element */
const plain = element => (element.textContent ?? '').replace(/\s+/g, ' ');

/** @param {string} words */
function say(words) {
  let status = document.getElementById('live-status');
  if (!status) {
    status = Object.assign(document.createElement('p'), {id: 'live-status', className: 'vh'});
    status.setAttribute('role', 'status');
    document.body.append(status);
  }
  status.textContent = '';
  const heard = status;
  setTimeout(() => { heard.textContent = words; }, 100);
}
