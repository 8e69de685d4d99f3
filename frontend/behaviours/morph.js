// @ts-check
/** What a person or a script changed since the page was made, and what a fresh copy therefore has no say in. */
const OWN = new Set(['hidden', 'open', 'aria-pressed', 'aria-current', 'aria-expanded', 'aria-busy', 'data-sent', 'inert', 'tabindex']);

/**
 * Make `old` look like `fresh`, touching only what differs, so that focus, scroll, open details, what was typed and attached
 * behaviours stay. Says whether anything was different. `fresh` is used up.
 * @param {Element} old @param {Element} fresh
 * @returns {boolean}
 */
export function morph(old, fresh) {
  if (old.isEqualNode(fresh)) return false;
  const changed = attributes(old, fresh);
  return children(old, fresh) || changed;
}

/** Which thing an element stands for: two with different names never become each other. @param {Node | null} node */
function name(node) {
  if (!(node instanceof Element)) return '';
  const own = node.id || node.getAttribute('data-key');
  if (own) return own;
  return node.matches('li, tr, article') ? node.querySelector('a[href]')?.getAttribute('href') ?? '' : '';
}

/** @param {Element} old @param {Element} fresh */
function attributes(old, fresh) {
  let changed = false;
  for (const {name, value} of [...fresh.attributes]) {
    if (OWN.has(name) || old.getAttribute(name) === value) continue;
    old.setAttribute(name, value);
    changed = true;
  }
  for (const {name} of [...old.attributes]) {
    if (OWN.has(name) || fresh.hasAttribute(name)) continue;
    old.removeAttribute(name);
    changed = true;
  }
  return changed;
}

/** @param {Element} old @param {Element} fresh @returns {boolean} */
function children(old, fresh) {
  let changed = false;
  /** @type {Map<string, Element>} */ const named = new Map();
  for (const child of old.children) {
    const key = name(child);
    if (key && !named.has(key)) named.set(key, child);
  }
  let next = old.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    const key = name(wanted);
    /** @type {Node | null} */ let have = key ? named.get(key) ?? null : alike(next, wanted);
    named.delete(key);
    if (have && have.nodeName !== wanted.nodeName) have = null;
    if (have && have === next) next = next.nextSibling;
    else {
      old.insertBefore(have ?? wanted, next);
      changed = true;
    }
    if (have instanceof Element) changed = morph(have, /** @type {Element} */ (wanted)) || changed;
    else if (have && have.nodeValue !== wanted.nodeValue) {
      have.nodeValue = wanted.nodeValue;
      changed = true;
    }
  }
  while (next) {
    const left = next;
    next = next.nextSibling;
    left.remove();
    changed = true;
  }
  return changed;
}

/** The first node from `next` on that may become `wanted`: of the same kind, and nothing with a name. @param {Node | null} next @param {Node} wanted */
function alike(next, wanted) {
  for (let node = next; node; node = node.nextSibling) {
    if (node.nodeName === wanted.nodeName && !name(node)) return node;
  }
  return null;
}

/** The same link or field after a change, for when the focused one is gone. @param {Element} root @param {Element} was */
export function again(root, was) {
  if (was.id) return document.getElementById(was.id);
  const href = was.getAttribute('href');
  return href ? root.querySelector(`a[href="${CSS.escape(href)}"]`) : null;
}
