// @ts-check
const EVERY = 2000, TIMES = 300;

/**
 * Put the same element from a fresh copy of a page in place of `element`; null when the page could not be had.
 * @param {HTMLElement} element @param {string} address
 * @returns {Promise<HTMLElement | null>}
 */
export async function renewed(element, address) {
  try {
    const answer = await fetch(address, {headers: {accept: 'text/html'}});
    if (!answer.ok || answer.redirected) return null;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.getElementById(element.id);
    if (!fresh) return null;
    const focused = element.contains(document.activeElement);
    element.replaceWith(fresh);
    if (focused) fresh.focus();
    return fresh;
  } catch {
    return null;
  }
}

/** A part of the page that looks again until nothing in it is waited for, and then says so. @param {HTMLElement} element */
export default function refresh(element) {
  const {status = '', ready = ''} = element.dataset;
  /** @param {HTMLElement} shown @param {number} left */
  const wait = (shown, left) => {
    if (!left) return;
    for (const link of shown.querySelectorAll('[data-without-script]')) link.remove();
    setTimeout(async () => {
      const fresh = document.hidden ? null : await renewed(shown, location.pathname + location.search);
      if (!fresh || fresh.dataset.behaviour?.includes('refresh')) return wait(fresh ?? shown, left - 1);
      const said = document.getElementById(status);
      if (said) said.textContent = ready;
    }, EVERY);
  };
  wait(element, TIMES);
}
