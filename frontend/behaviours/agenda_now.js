// @ts-check
const EVERY = 20_000, STEP = 5 * 60_000, FIRST_ROW = 2;

/** The line that shows where we are, moving by itself; what is on now; and a way there. @param {HTMLElement} tools */
export default function nowLine(tools) {
  const jump = /** @type {HTMLButtonElement | null} */ (tools.querySelector('.jump'));
  const show = () => {
    let place = null;
    for (const day of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('#days [data-first]'))) place = mark(day, Date.now()) ?? place;
    if (jump) jump.hidden = !place;
    return place;
  };
  jump?.addEventListener('click', () => {
    const place = show();
    const head = /** @type {HTMLElement | null | undefined} */ (place?.querySelector('h3'));
    if (!place || !head) return;
    const there = [...place.querySelectorAll('.session, .break')].find(card => card.checkVisibility()) ?? head;
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    there.scrollIntoView({block: 'center', behavior: calm ? 'instant' : 'smooth'});
    head.tabIndex = -1;
    head.focus({preventScroll: true});
  });
  document.addEventListener('renewed', show);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) show(); });
  setInterval(show, EVERY);
  show();
}

/** Draw the line on one day; gives the slot that is on, or comes next, when the day is under way. @param {HTMLElement} day @param {number} moment */
function mark(day, moment) {
  const first = Date.parse(day.dataset.first ?? ''), last = Date.parse(day.dataset.last ?? ''), runs = first <= moment && moment < last;
  const line = /** @type {HTMLElement | null} */ (day.querySelector('.now'));
  const time = line?.querySelector('time');
  if (line) {
    line.hidden = !runs;
    line.style.setProperty('--s', String(FIRST_ROW + Math.floor((moment - first) / STEP)));
    if (time) stamp(time, moment, day.dataset.first ?? '');
  }
  let current = null, next = null;
  for (const slot of /** @type {NodeListOf<HTMLElement>} */ (day.querySelectorAll('.slot'))) {
    const starts = Date.parse(slot.querySelector('time')?.dateTime ?? '');
    if (starts <= moment) current = slot;
    else next ??= slot;
    for (const card of slot.querySelectorAll('.session:not(.cancelled)')) onNow(card, moment);
    if (slot.dataset.now) delete slot.dataset.now;
  }
  if (!runs) return null;
  if (next) next.dataset.now = document.querySelector('.zone [value="mine"]:checked') ? own(moment) : hm(moment, day.dataset.first ?? '');
  return current ?? next;
}

/** @param {Element} card @param {number} moment */
function onNow(card, moment) {
  const [start, end] = /** @type {HTMLTimeElement[]} */ ([...card.querySelectorAll('time')]);
  const on = Boolean(start && end && Date.parse(start.dateTime) <= moment && moment < Date.parse(end.dateTime)), said = card.querySelector('.live');
  if (on === Boolean(said)) return;
  if (said) {
    if (said.nextSibling?.nodeType === Node.TEXT_NODE) said.nextSibling.remove();
    said.remove();
  } else {
    const word = Object.assign(document.createElement('span'), {className: 'live', textContent: 'On now'});
    start.parentElement?.prepend(word, ' · ');
  }
}

/** @param {HTMLTimeElement} time @param {number} moment @param {string} like */
function stamp(time, moment, like) {
  const local = new Date(moment + shift(like));
  time.dateTime = local.toISOString().slice(0, 16) + (like.match(/[+-]\d\d:\d\d$/)?.[0] ?? 'Z');
  if (time.dataset.was === undefined) time.textContent = hm(moment, like);
  else {
    time.dataset.was = hm(moment, like);
    time.textContent = own(moment);
  }
}

/** The reader's own clock. @param {number} moment */
const own = moment => new Date(moment).toLocaleTimeString('en-GB', {hour: '2-digit', minute: '2-digit'});

/** The wall clock where the event is, by the offset that its times are written with. @param {number} moment @param {string} like */
const hm = (moment, like) => new Date(moment + shift(like)).toISOString().slice(11, 16);

/** @param {string} like */
function shift(like) {
  const [, sign, hours, minutes] = like.match(/([+-])(\d\d):(\d\d)$/) ?? ['', '+', '0', '0'];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
