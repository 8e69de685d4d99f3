// @ts-check
/** How each verdict looks and sounds: colour kind, icon, word. `forceable`: a person at the door may overrule it. */

/** @typedef {{kind: 'ok' | 'dup' | 'no' | 'wait', icon: string, word: string, forceable?: boolean}} Look */

/** @type {Record<string, Look>} */
export const LOOKS = {
  welcome: {kind: 'ok', icon: 'ok', word: 'Welcome'},
  welcome_back: {kind: 'ok', icon: 'ok', word: 'Welcome back'},
  left: {kind: 'ok', icon: 'exit', word: 'Goodbye'},
  already_in: {kind: 'dup', icon: 'twice', word: 'Already inside', forceable: true},
  not_yet: {kind: 'dup', icon: 'clock', word: 'Not yet', forceable: true},
  needs_answer: {kind: 'dup', icon: 'warn', word: 'Ask first'},
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
