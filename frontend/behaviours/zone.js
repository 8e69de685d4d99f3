// @ts-check
const CHOICE = 'zone';

/** Times in the event's zone or in the reader's own. Offered only where the two differ. @param {HTMLElement} control */
export default function zone(control) {
  const theirs = control.dataset.zone ?? 'UTC', own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const times = () => /** @type {NodeListOf<HTMLTimeElement>} */ (document.querySelectorAll('main time[datetime*="T"]'));
  const first = [...times()][0]?.dateTime;
  if (!first || !own || offset(first, theirs) === offset(first, own)) return;
  const said = control.querySelector('[role="status"]');
  const radios = /** @type {NodeListOf<HTMLInputElement>} */ (control.querySelectorAll('input[name="zone"]'));
  const show = () => {
    const mine = [...radios].some(radio => radio.checked && radio.value === 'mine');
    for (const time of times()) rewrite(time, mine ? own : '');
    for (const name of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-zone-name]'))) {
      name.textContent = mine ? `in your zone (${short(first, own)})` : name.dataset.zoneName ?? '';
    }
    if (said) said.textContent = mine ? `Times are yours: ${city(own)}.` : `Times are the event’s: ${city(theirs)}.`;
  };
  for (const radio of radios) {
    radio.checked = radio.value === (recall() ?? 'event');
    radio.addEventListener('change', () => { keep(radio.value); show(); });
  }
  document.addEventListener('renewed', show);
  control.hidden = false;
  show();
}

/** @param {string} moment @param {string} timeZone */
function offset(moment, timeZone) {
  return new Intl.DateTimeFormat('en-GB', {timeZone, dateStyle: 'short', timeStyle: 'short'}).format(new Date(moment));
}

/** "Europe/London" → "London". @param {string} name */
const city = name => name.split('/').pop()?.replaceAll('_', ' ') ?? name;

/** @param {string} moment @param {string} timeZone */
const short = (moment, timeZone) => new Intl.DateTimeFormat('en-GB', {timeZone, timeZoneName: 'short', hour: 'numeric'}).formatToParts(new Date(moment)).find(part => part.type === 'timeZoneName')?.value ?? timeZone;

/** Write one time in `own`, or as it came when `own` is empty. @param {HTMLTimeElement} time @param {string} own */
function rewrite(time, own) {
  if (!own && time.dataset.was === undefined) return;
  const was = time.dataset.was ??= time.textContent ?? '';
  if (!own) {
    time.textContent = was;
    delete time.dataset.was;
    return;
  }
  const parts = partsOf(time.dateTime, own);
  const hm = `${parts.hour}:${parts.minute}`, short = parts.weekday.slice(0, 3);
  const sameDay = `${parts.year}-${parts.month}-${parts.day}` === time.dateTime.slice(0, 10);
  const month = MONTHS[Number(parts.month) - 1], on = Number(parts.day);
  const day = time.dataset.day === 'long' ? `${parts.weekday}, ${on} ${month}, ` : /\d [A-Z]/.test(was) ? `${short} ${on} ${month.slice(0, 3)}, ` : '';
  time.textContent = day ? day + hm : sameDay ? hm : `${hm} ${short}`;
}

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
/** @type {Map<string, Intl.DateTimeFormat>} */ const formats = new Map();

/** The parts of a moment on a zone's clock. A format is dear to make, and a page has thousands of times. @param {string} moment @param {string} timeZone */
function partsOf(moment, timeZone) {
  let format = formats.get(timeZone);
  if (!format) formats.set(timeZone, format = new Intl.DateTimeFormat('en-GB', {timeZone, year: 'numeric', month: '2-digit', day: '2-digit', weekday: 'long', hour: '2-digit', minute: '2-digit', hourCycle: 'h23'}));
  return Object.fromEntries(format.formatToParts(new Date(moment)).map(part => [part.type, part.value]));
}

function recall() {
  try { return localStorage.getItem(CHOICE); } catch { return null; }
}

/** @param {string} value */
function keep(value) {
  try { localStorage.setItem(CHOICE, value); } catch { /* then it is asked again next time */ }
}
