// @ts-check
// What this device keeps of an event: shown at once and without a network, brought to the server as soon as there is one.

/**
 * @typedef {{sessions: string[], pending: Record<string, boolean>, going: string[]}} Kept
 */

/** @type {Set<() => void>} */ const watchers = new Set();

/** @param {string} event */
const key = event => `favourites:${event}`;

/** What is known here; null when this device never kept anything of the event. @param {string} event @returns {Kept | null} */
export function read(event) {
  try {
    const stored = JSON.parse(localStorage.getItem(key(event)) ?? 'null');
    return stored && Array.isArray(stored.sessions) ? {pending: {}, going: [], ...stored} : null;
  } catch {
    return null;
  }
}

/** @param {string} event @param {Kept} kept */
function write(event, kept) {
  try { localStorage.setItem(key(event), JSON.stringify(kept)); } catch { /* a private window without storage: the server knows */ }
  for (const tell of watchers) tell();
}

/** Is the session kept? What was just pressed counts before what the server last said. @param {Kept | null} kept @param {string} code */
export const has = (kept, code) => kept?.pending[code] ?? kept?.sessions.includes(code) ?? false;

/** Every session kept. @param {Kept | null} kept */
export const all = kept => new Set([...(kept?.sessions ?? []), ...Object.keys(kept?.pending ?? {})].filter(code => has(kept, code)));

/** Call `tell` whenever something is kept or dropped, here or in another tab. @param {() => void} tell */
export function watch(tell) {
  watchers.add(tell);
  addEventListener('storage', tell);
}

/** Keep or drop a session: here at once, then on the server. @param {string} event @param {string} code @param {boolean} on */
export async function set(event, code, on) {
  const kept = read(event) ?? {sessions: [], pending: {}, going: []};
  kept.pending[code] = on;
  write(event, kept);
  return send(event);
}

/** Bring what is pending to the server, one after the other; what cannot be sent stays pending. @param {string} event */
export async function send(event) {
  for (const [code, on] of Object.entries(read(event)?.pending ?? {})) {
    const body = new URLSearchParams({session: code, on: String(on)});
    try {
      const answer = await fetch(`/${event}/favourites`, {method: 'POST', body, keepalive: true, headers: {accept: 'application/json'}});
      if (answer.ok) settle(event, await answer.json(), code, on);
      else if (answer.status !== 429 && answer.status < 500) settle(event, null, code, on); // it is not there any more
      else return false;
    } catch {
      return false;
    }
  }
  return true;
}

/** @param {string} event @param {{sessions: string[], going: string[]} | null} said @param {string} code @param {boolean} on */
function settle(event, said, code, on) {
  const kept = read(event);
  if (!kept) return;
  if (kept.pending[code] === on) delete kept.pending[code];
  write(event, {...kept, ...(said ? {sessions: said.sessions, going: said.going} : {})});
}

/** Ask the server what is kept. @param {string} event */
export async function look(event) {
  if (!(await send(event))) return;
  try {
    const answer = await fetch(`/${event}/favourites.json`);
    if (!answer.ok) return;
    const {sessions, going} = await answer.json();
    write(event, {sessions, going, pending: read(event)?.pending ?? {}});
  } catch { /* offline: what is known here stays */ }
}
