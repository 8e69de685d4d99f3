// @ts-check
/**
 * Where somebody is, from all that this tablet has heard: the server's word, other tablets' scans, and its own that have not been sent.
 * Pure: moments are given, in milliseconds by the server's clock.
 *
 * @typedef {'never' | 'in' | 'out'} Where
 * @typedef {{state: Where, entered: number | null, device: string, first: {at: number, device: string} | null, heard?: number}} Presence
 *   `heard`: when a scan told this, by the tablet's clock; a roster asked for before that knows less.
 * @typedef {{id: string, verdict: string, at: number, device: string, back?: Presence}} Pending
 *   a scan of this tablet that the server has not answered; `back`: it was an undo, and this is how it was before.
 * @typedef {{presence: Presence, pending: Pending[], handed?: string[]}} Place  `handed`: what this tablet's people handed out
 */

/** @type {Presence} */
export const NEVER = {state: 'never', entered: null, device: '', first: null};

/** @param {string} verdict */
export const moves = verdict => verdict === 'welcome' || verdict === 'welcome_back' || verdict === 'left';

/** What is so now. @param {Place} place @returns {Presence} */
export const whereabouts = ({presence, pending}) => pending.reduce(after, presence);

/** @param {Presence} before @param {Pending} scan @returns {Presence} */
export function after(before, {verdict, at, device, back}) {
  if (back) return back;
  if (!moves(verdict)) return before;
  const first = before.first ?? (verdict === 'left' ? null : {at, device});
  return {state: verdict === 'left' ? 'out' : 'in', entered: at, device, first};
}

/**
 * The server answered one of our scans: what waited becomes what is known. Its verdict counts, not ours; a conflict means that somebody
 * else let them in, so they are inside.
 * @template {Place} T @param {T} place @param {string} id @param {string} verdict @param {{at: number, device: string} | null} first
 * @param {number} heard @returns {T}
 */
export function answered(place, id, verdict, first, heard) {
  const scan = place.pending.find(one => one.id === id);
  if (!scan) return place;
  const pending = place.pending.filter(one => one.id !== id), presence = after(place.presence, {...scan, verdict});
  if (verdict === 'conflict' || verdict === 'already_in') {
    const other = first ?? place.presence.first;
    return {...place, pending, presence: {state: 'in', entered: place.presence.entered ?? other?.at ?? scan.at, device: other?.device ?? '', first: other, heard}};
  }
  return {...place, pending, presence: presence === place.presence ? presence : {...presence, heard}};
}

/**
 * Another tablet's scan. Told twice it changes nothing; our own come back as well, and are left to their answers.
 * @template {Place} T @param {T} place @param {{id: string, verdict: string, at: number, device: string}} scan @param {number} heard @returns {T}
 */
export function told(place, scan, heard) {
  if (!moves(scan.verdict) || place.pending.some(one => one.id === scan.id) || (place.presence.entered ?? 0) >= scan.at) return place;
  return {...place, presence: {...after(place.presence, scan), heard}};
}

/**
 * The server's roster, asked for at `asked`: its word counts, but for scans heard of since then, and our own that still wait.
 * @template {Place} T @param {T} fresh @param {Place | undefined} before @param {number} asked @returns {T}
 */
export function refreshed(fresh, before, asked) {
  if (!before) return fresh;
  const newer = (before.presence.heard ?? 0) >= asked;
  return {...fresh, pending: before.pending, ...(before.handed ? {handed: before.handed} : {}), presence: newer ? before.presence : fresh.presence};
}
