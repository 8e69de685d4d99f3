// @ts-check
/** The ticket code in what a scanner read, as the server's core/signing.py reads it: address or bare code, any case, O/I/L misreadings. */

const TAIL = /^(?:[\s\S]*\/T\/)?([0-9A-Za-z-]{16,20})\/?$/;
const CODE = /^[0-9A-HJKMNP-TV-Z]{16}$/;
/** @type {Record<string, string>} */ const MISREAD = {O: '0', I: '1', L: '1'};

/** @param {string} scanned @returns {string | null} */
export function readCode(scanned) {
  const found = TAIL.exec(scanned.replace(/\s/g, ''));
  if (!found) return null;
  const code = found[1].toUpperCase().replaceAll('-', '').replace(/[OIL]/g, letter => MISREAD[letter]);
  return CODE.test(code) ? code : null;
}

/** Did a hand scanner type a ticket's address into a field that is for words? @param {string} words */
export const scannedInto = words => /\/t\//i.test(words) && readCode(words) !== null;
