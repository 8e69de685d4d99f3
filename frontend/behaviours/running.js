// @ts-check
/** @typedef {{own: boolean, begins: number, ends: number}} Timed */

const MINUTE = 60_000, OVER_TIME = 15 * MINUTE;

/**
 * What runs now and what comes next, as places in `lines`; -1 when nothing. The server decides the same (stage/render/running.py), and
 * tests/stage/running_cases.json judges both. @param {Timed[]} lines in order @param {number} at
 */
export function running(lines, at) {
  const on = lines.flatMap((line, n) => (line.begins <= at && at < line.ends ? [n] : []));
  const now = on.find(n => lines[n].own) ?? on[0] ?? -1;
  const until = now >= 0 ? lines[now].ends : at;
  const next = lines.findIndex((line, n) => n !== now && (line.begins > at || (line.own && on.includes(n))) && (line.own || line.ends > until));
  return {now, next};
}

/**
 * What a stage timer shows: for the session that runs, or has just ended while nothing else has begun.
 * @param {Timed[]} lines in order @param {number} at
 * @returns {{line: number, state: 'idle' | 'on' | 'soon' | 'last' | 'over', left: number}} `left` in milliseconds, below zero when over
 */
export function timer(lines, at) {
  const {now} = running(lines, at);
  let line = now;
  if (line < 0) {
    const ended = lines.flatMap((one, n) => (one.own && one.ends <= at ? [n] : []));
    line = ended.reduce((last, n) => (last < 0 || lines[n].ends >= lines[last].ends ? n : last), -1);
    if (line < 0 || at - lines[line].ends >= OVER_TIME) return {line: -1, state: 'idle', left: 0};
  }
  const left = lines[line].ends - at;
  return {line, state: left <= 0 ? 'over' : left <= MINUTE ? 'last' : left <= 5 * MINUTE ? 'soon' : 'on', left};
}

/** 5:00, 1:02:03; a minute is shown until it has gone. @param {number} ms */
export function clock(ms) {
  const seconds = ms > 0 ? Math.ceil(ms / 1000) : Math.floor(-ms / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return (parts[0] ? `${parts[0]}:${String(parts[1]).padStart(2, '0')}` : `${parts[1]}`) + `:${String(parts[2]).padStart(2, '0')}`;
}
