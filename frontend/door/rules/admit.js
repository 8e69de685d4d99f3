// @ts-check
/**
 * Who may come in: the same decision as the server's checkin/rules/admit.py. Both are held to tests/checkin/admission_cases.json.
 * Pure: no DOM, no clock, no storage. Times are milliseconds.
 *
 * @typedef {{state: string, ticket_type: string, presence?: 'never' | 'in' | 'out', entered?: number | null, days?: string[] | null, add_ons?: string[], booked?: boolean, passed_on?: boolean}} Known
 *   `presence` on this list, `entered`: when they last came in; `days`: the event's days it is good for, null: all;
 *   `booked`: has a place in the list's session; `passed_on`: cancelled because somebody else comes, with a ticket of their own.
 * @typedef {{key: string, text: string, kind: 'yes_no' | 'line', must_be_yes?: boolean}} Ask
 * @typedef {{types?: string[] | null, opens?: number | null, closes?: number | null, admit_unpaid?: boolean, pay_at_door?: boolean, add_ons?: string[] | null, booked_only?: boolean, reentry?: 'free' | 'daily' | 'never', capacity?: number | null, inside?: number, asks?: Ask[], zone?: string, name?: string}} Door
 *   `types` null lets all ticket types in, `add_ons` null needs none.
 * @typedef {{direction?: 'in' | 'out', forced?: boolean, admitted?: boolean, answers?: Record<string, unknown>}} How
 *   `forced`: a person at the door took it on themselves; `admitted`: a tablet let them in while it could not ask.
 * @typedef {'welcome' | 'already_in' | 'welcome_back' | 'left' | 'wrong_list' | 'not_yet' | 'over' | 'unpaid' | 'cancelled' | 'needs_answer' | 'unknown' | 'conflict'} Verdict
 * @typedef {{verdict: Verdict, because: string}} Said  A verdict, and the reason where it may have several (see words.js).
 */

/** A day ends at four in the morning: the evening party belongs to the day it began on. */
const DAY_TURNS = 4 * 3600 * 1000;

/** @type {Map<string, Intl.DateTimeFormat>} */ const formats = new Map();

/** The event's day of a moment, as 2027-05-14. @param {number} moment @param {string} zone @returns {string} */
export function dayOf(moment, zone) {
  let format = formats.get(zone);
  if (!format) formats.set(zone, format = new Intl.DateTimeFormat('sv-SE', {timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit'}));
  return format.format(moment - DAY_TURNS);
}

/** @param {Verdict} verdict @param {string} [because] @returns {Said} */
const said = (verdict, because = '') => ({verdict, because});

/**
 * The answer to one scan. `forced` overrules all but an unknown or cancelled ticket; what happened offline is not held to what could not
 * be known there: how full it was.
 * @param {Known | null} ticket @param {Door} door @param {number} moment @param {How} [how]
 * @returns {Said}
 */
export function verdict(ticket, door, moment, how = {}) {
  if (!ticket) return said('unknown');
  if (ticket.state === 'cancelled') return said('cancelled', ticket.passed_on ? 'passed_on' : '');
  const reentry = door.reentry ?? 'free';
  if (how.direction === 'out') return said('left', reentry === 'free' ? '' : reentry);
  if (!how.forced) {
    const refusal = whom(ticket, door) ?? when(ticket, door, moment) ?? money(ticket, door) ?? again(ticket, door, moment, how)
      ?? (how.admitted ? null : room(door) ?? asked(ticket, door, how));
    if (refusal) return refusal;
  }
  return said((ticket.presence ?? 'never') === 'never' ? 'welcome' : 'welcome_back', ticket.state === 'unpaid' ? 'unpaid' : '');
}

/** @param {Known} ticket @param {Door} door @returns {Said | null} */
function whom(ticket, door) {
  if (door.types && !door.types.includes(ticket.ticket_type)) return said('wrong_list', 'type');
  if (door.add_ons && !door.add_ons.some(one => ticket.add_ons?.includes(one))) return said('wrong_list', 'add_on');
  if (door.booked_only && !ticket.booked) return said('wrong_list', 'place');
  return null;
}

/** @param {Known} ticket @param {Door} door @param {number} moment @returns {Said | null} */
function when(ticket, door, moment) {
  if (ticket.days) {
    const today = dayOf(moment, door.zone ?? 'UTC');
    if (!ticket.days.includes(today)) return said(ticket.days.some(day => day > today) ? 'not_yet' : 'over', 'day');
  }
  if (door.opens && moment < door.opens) return said('not_yet');
  if (door.closes && moment >= door.closes) return said('over');
  return null;
}

/** @param {Known} ticket @param {Door} door @returns {Said | null} */
function money(ticket, door) {
  if (ticket.state === 'pending') return said('unpaid', 'pending');
  if (ticket.state === 'valid' || (ticket.state === 'unpaid' && door.admit_unpaid)) return null;
  return said('unpaid', door.pay_at_door ? 'here' : '');
}

/** Somebody who was in before. A new day begins afresh, unless nobody comes in twice.
 *  @param {Known} ticket @param {Door} door @param {number} moment @param {How} how @returns {Said | null} */
function again(ticket, door, moment, how) {
  const reentry = door.reentry ?? 'free', zone = door.zone ?? 'UTC';
  if ((ticket.presence ?? 'never') === 'never') return null;
  if (reentry !== 'never' && ticket.entered && dayOf(ticket.entered, zone) < dayOf(moment, zone)) return null;
  if (ticket.presence === 'out' && reentry === 'free') return null;
  if (how.admitted) return said('conflict');
  return said('already_in', ticket.presence === 'out' ? reentry : '');
}

/** @param {Door} door @returns {Said | null} */
const room = door => (door.capacity != null && (door.inside ?? 0) >= door.capacity ? said('not_yet', 'full') : null);

/** What must be asked before somebody comes in for the first time. @param {Known} ticket @param {Door} door @param {How} how @returns {Said | null} */
function asked(ticket, door, how) {
  if ((ticket.presence ?? 'never') !== 'never') return null;
  for (const ask of door.asks ?? []) {
    const given = how.answers?.[ask.key];
    if (given === undefined || given === null || given === '') return said('needs_answer', ask.key);
    if (ask.must_be_yes && given !== true) return said('needs_answer', `no:${ask.key}`);
  }
  return null;
}
