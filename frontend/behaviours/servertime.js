// @ts-check
const AGAIN = 600_000, SLACK = 1500;
let offset = 0, asked = false;

/** Now, by the server's clock as far as it is known: displays are often set wrong. Milliseconds. */
export function serverNow() {
  if (!asked) {
    asked = true;
    ask();
    setInterval(ask, AGAIN);
  }
  return Date.now() + offset;
}

/** The Date of an answer has whole seconds, so less than that is no difference. */
async function ask() {
  try {
    const sent = Date.now();
    const answer = await fetch('/healthz', {cache: 'no-store'});
    const date = Date.parse(answer.headers.get('date') ?? '');
    const found = date + 500 - (sent + Date.now()) / 2;
    if (Number.isFinite(found)) offset = Math.abs(found) > SLACK ? found : 0;
  } catch {
    // No network: the last known difference stays.
  }
}

/** The hour and minute in the event's zone, as a clock on the wall shows it. @param {string} zone */
export function wallClock(zone) {
  const format = new Intl.DateTimeFormat('en-GB', {hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone});
  return () => format.format(serverNow());
}

/** A display stays lit while the page is shown, where the browser can. */
export function stayLit() {
  const lit = () => { if (!document.hidden) navigator.wakeLock?.request('screen').catch(() => {}); };
  document.addEventListener('visibilitychange', lit);
  lit();
}
