// @ts-check
/**
 * Who may come in: the same decision as the server's checkin/rules/admit.py. Both are held to tests/checkin/admission_cases.json.
 * Pure: no DOM, no clock, no storage. Times are milliseconds.
 *
 * @typedef {{state: string, ticket_type: string, presence?: 'never' | 'in' | 'out'}} Known
 * @typedef {{types?: string[] | null, opens?: number | null, closes?: number | null, admit_unpaid?: boolean}} Door
 * @typedef {'welcome' | 'already_in' | 'welcome_back' | 'left' | 'wrong_list' | 'not_yet' | 'over' | 'unpaid' | 'cancelled' | 'needs_answer' | 'unknown' | 'conflict'} Verdict
 */

/**
 * @param {Known | null} ticket @param {Door} door @param {number} moment
 * @param {{direction?: 'in' | 'out', forced?: boolean}} [how]
 * @returns {Verdict}
 */
export function verdict(ticket, door, moment, {direction = 'in', forced = false} = {}) {
  if (!ticket) return 'unknown';
  if (ticket.state === 'cancelled') return 'cancelled';
  if (direction === 'out') return 'left';
  const presence = ticket.presence ?? 'never';
  if (!forced) {
    if (door.types && !door.types.includes(ticket.ticket_type)) return 'wrong_list';
    if (door.opens && moment < door.opens) return 'not_yet';
    if (door.closes && moment >= door.closes) return 'over';
    if (ticket.state !== 'valid' && !(ticket.state === 'unpaid' && door.admit_unpaid)) return 'unpaid';
    if (presence === 'in') return 'already_in';
  }
  return presence === 'never' ? 'welcome' : 'welcome_back';
}
