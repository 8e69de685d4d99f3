// @ts-check
/** What was kept of a form (keep.js) has been sent: forget it. @param {HTMLElement} element */
export default function forget(element) {
  try { localStorage.removeItem(`kept ${element.dataset.kept}`); } catch { /* nothing was kept then */ }
}
