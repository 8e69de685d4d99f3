// @ts-check
/** Small tools for the screens: markup without strangers' text in it, an icon, a word for screen readers. */

/** Markup of our own; texts from outside are set with textContent afterwards. @param {string} markup @returns {HTMLElement} */
export function html(markup) {
  const template = document.createElement('template');
  template.innerHTML = markup.trim();
  return /** @type {HTMLElement} */ (template.content.firstElementChild);
}

/** @param {string} name @returns {string} */
export const icon = name => `<svg class="icon" aria-hidden="true"><use href="${document.body.dataset.sprite}#${name}"/></svg>`;

/** @template {HTMLElement} T @param {ParentNode} parent @param {string} selector @returns {T} */
export const one = (parent, selector) => /** @type {T} */ (parent.querySelector(selector));

/** Said aloud by a screen reader, once. @param {string} words */
export function say(words) {
  const place = one(document, '#say');
  place.textContent = '';
  requestAnimationFrame(() => { place.textContent = words; });
}
