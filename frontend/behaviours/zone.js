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
  const at = new Date(time.dateTime);
  const text = (/** @type {Intl.DateTimeFormatOptions} */ how, timeZone = own) => new Intl.DateTimeFormat('en-GB', {timeZone, ...how}).format(at);
  const hm = text({hour: '2-digit', minute: '2-digit', hourCycle: 'h23'});
  const sameDay = text({day: 'numeric', month: 'short'}) === dayOf(time.dateTime);
  const day = time.dataset.day === 'long' ? `${text({weekday: 'long'})}, ${text({day: 'numeric', month: 'long'})}, ` : /\d [A-Z]/.test(was) ? `${text({weekday: 'short'})} ${text({day: 'numeric', month: 'short'})}, ` : '';
  time.textContent = day ? day + hm : sameDay ? hm : `${hm} ${text({weekday: 'short'})}`;
}

/** The day that the written moment names, in its own zone. @param {string} written */
const dayOf = written => new Intl.DateTimeFormat('en-GB', {timeZone: 'UTC', day: 'numeric', month: 'short'}).format(new Date(`${written.slice(0, 10)}T12:00:00Z`));

function recall() {
  try { return localStorage.getItem(CHOICE); } catch { return null; }
}

/** @param {string} value */
function keep(value) {
  try { localStorage.setItem(CHOICE, value); } catch { /* then it is asked again next time */ }
}
