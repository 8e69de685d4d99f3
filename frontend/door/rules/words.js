// @ts-check
/**
 * How each verdict looks and sounds (colour kind, icon, word), and the sentence that says what to do, as the server's
 * checkin/rules/messages.py says it: both are held to tests/checkin/door_messages.json.
 */

/** @typedef {{kind: 'ok' | 'dup' | 'no' | 'wait', icon: string, word: string, forceable?: boolean}} Look `forceable`: a person at the door may overrule it. */

/** @type {Record<string, Look>} */
export const LOOKS = {
  welcome: {kind: 'ok', icon: 'ok', word: 'Welcome'},
  welcome_back: {kind: 'ok', icon: 'ok', word: 'Welcome back'},
  left: {kind: 'ok', icon: 'exit', word: 'Goodbye'},
  already_in: {kind: 'dup', icon: 'twice', word: 'Already inside', forceable: true},
  not_yet: {kind: 'dup', icon: 'clock', word: 'Not yet', forceable: true},
  needs_answer: {kind: 'dup', icon: 'warn', word: 'Ask first', forceable: true},
  conflict: {kind: 'dup', icon: 'twice', word: 'In twice'},
  wrong_list: {kind: 'no', icon: 'no', word: 'Wrong door', forceable: true},
  over: {kind: 'no', icon: 'no', word: 'Closed', forceable: true},
  unpaid: {kind: 'no', icon: 'no', word: 'Not paid', forceable: true},
  cancelled: {kind: 'no', icon: 'no', word: 'Cancelled'},
  unknown: {kind: 'no', icon: 'no', word: 'Not a ticket'},
  waiting: {kind: 'wait', icon: 'off', word: 'No connection'},
};

/** What can be undone from the tablet. */
export const UNDOABLE = ['welcome', 'welcome_back', 'left'];

const HELP_DESK = 'Please send them to the help desk.';

/** @type {Record<string, string>} */
const SENTENCES = {
  'welcome': 'Let them in.',
  'welcome/unpaid': `Let them in. Not paid yet. ${HELP_DESK}`,
  'welcome_back': 'Was here before. Let them in.',
  'welcome_back/unpaid': `Was here before. Let them in. Not paid yet. ${HELP_DESK}`,
  'left': 'Has left. Welcome back any time.',
  'left/daily': 'Has left. Can come in again tomorrow.',
  'left/never': 'Has left. This door lets nobody in twice.',
  'already_in': 'Scanned before. Ask for a photo ID.',
  'already_in/first': 'Scanned at {first}. Ask for a photo ID.',
  'already_in/daily': `Was in today already: this door is once a day. ${HELP_DESK}`,
  'already_in/never': `Was in already: this door lets nobody in twice. ${HELP_DESK}`,
  'wrong_list/type': 'This ticket is not for {list}. Show them where to go.',
  'wrong_list/add_on': `This ticket does not include {list}. ${HELP_DESK}`,
  'wrong_list/place': 'They have no place in {list}. Ask them to wait for a free seat.',
  'not_yet': 'The door is not open yet. It opens at {opens}.',
  'not_yet/day': `This ticket is for {days}. ${HELP_DESK}`,
  'not_yet/full': 'Full: {inside} of {capacity} are inside. Let the next one in when somebody leaves.',
  'over': 'The door has closed. Ask at the help desk.',
  'over/day': `This ticket was for {days}. ${HELP_DESK}`,
  'unpaid': `Not paid yet. ${HELP_DESK}`,
  'unpaid/here': 'Not paid yet. Take the money here, then let them in.',
  'unpaid/pending': `The organiser has not approved this ticket yet. ${HELP_DESK}`,
  'cancelled': `This ticket was cancelled. ${HELP_DESK}`,
  'cancelled/passed_on': `This ticket was passed on to somebody else, who has a new one. ${HELP_DESK}`,
  'needs_answer': 'Ask: {ask}',
  'needs_answer/no': `The answer was no: {ask} ${HELP_DESK}`,
  'unknown': 'This is not a ticket of this event. Search for the name, or ask at the help desk.',
  'conflict': 'Let in twice while tablets were offline: also at {first}. Look for both people, and tell the organiser.',
};

/**
 * What to do about a verdict. `at` is the moment of this scan, `first` where and when the ticket was let in on this list.
 * @param {import('./admit.js').Said} said @param {import('./admit.js').Known | null} ticket @param {import('./admit.js').Door} door
 * @param {number} at @param {{at: number, device: string} | null} [first]
 * @returns {string}
 */
export function message({verdict, because}, ticket, door, at, first = null) {
  if (verdict === 'needs_answer') return asking(because, door);
  const reason = verdict === 'already_in' && !because && first ? 'first' : because;
  const sentence = SENTENCES[`${verdict}/${reason}`] ?? SENTENCES[verdict];
  const zone = door.zone ?? 'UTC';
  return fill(sentence, {
    list: door.name ?? '',
    first: first ? `${part(first.at, zone, {hour: '2-digit', minute: '2-digit', hourCycle: 'h23'})}${first.device ? ` at ${first.device}` : ''}, ${ago(at - first.at)}` : 'another door',
    opens: door.opens ? `${part(door.opens, zone, {hour: '2-digit', minute: '2-digit', hourCycle: 'h23'})} on ${part(door.opens, zone, {day: 'numeric', month: 'long'})}` : '',
    days: [...ticket?.days ?? []].sort().map(day => part(Date.parse(day), 'UTC', {weekday: 'long', day: 'numeric', month: 'long'}).replace(',', '')).join(' and ') || 'no day',
    inside: String(door.inside ?? 0),
    capacity: String(door.capacity ?? ''),
  });
}

/** @param {string} because @param {import('./admit.js').Door} door */
function asking(because, door) {
  const no = because.startsWith('no:'), key = no ? because.slice(3) : because;
  return fill(SENTENCES[no ? 'needs_answer/no' : 'needs_answer'], {ask: door.asks?.find(ask => ask.key === key)?.text ?? ''});
}

/** @param {string} sentence @param {Record<string, string>} words */
const fill = (sentence, words) => sentence.replace(/\{(\w+)\}/g, (_, name) => words[name] ?? '');

/** @param {number} moment @param {string} timeZone @param {Intl.DateTimeFormatOptions} how */
const part = (moment, timeZone, how) => new Intl.DateTimeFormat('en-GB', {timeZone, ...how}).format(moment);

/** @param {number} passed */
function ago(passed) {
  const minutes = Math.max(0, Math.floor(passed / 60000));
  if (minutes < 1) return 'just now';
  return minutes < 120 ? `${minutes} minute${minutes > 1 ? 's' : ''} ago` : `${Math.floor(minutes / 60)} hours ago`;
}
