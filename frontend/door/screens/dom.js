// @ts-check
/** Small tools for the screens: markup without strangers' text in it, an icon, a button, a word for screen readers. */

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

/** The same, for a field. @param {ParentNode} parent @param {string} selector @returns {HTMLInputElement} */
export const field = (parent, selector) => /** @type {HTMLInputElement} */ (parent.querySelector(selector));

/** @param {string} words @param {string} kind classes @param {() => void} act @param {string} [picture] */
export function button(words, kind, act, picture) {
  const made = html(`<button type="button" class="btn ${kind}">${picture ? icon(picture) : ''}<span></span></button>`);
  one(made, 'span').textContent = words;
  made.addEventListener('click', act);
  return made;
}

/** An element with a text from outside. @param {string} markup @param {string} words */
export function text(markup, words) {
  const made = html(markup);
  made.textContent = words;
  return made;
}

/** Said aloud by a screen reader, once; in the open dialog if there is one, for what is behind it is silent. @param {string} words */
export function say(words) {
  const place = one(document, '#say');
  place.textContent = '';
  requestAnimationFrame(() => { place.textContent = words; });
}

/** @param {number} moment @param {boolean} [seconds] */
export const clock = (moment, seconds = false) => new Date(moment).toLocaleTimeString('en-GB', {hour: '2-digit', minute: '2-digit', ...(seconds ? {second: '2-digit'} : {})});
