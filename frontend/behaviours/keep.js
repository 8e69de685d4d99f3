// @ts-check
/**
 * Keeps what is being typed on this device, so that a lost connection or a closed tab loses nothing. It comes back only while the page still
 * holds what it held when the typing began: once it was sent, or changed elsewhere, what was kept is dropped.
 * @param {HTMLElement} element
 */
export default function keep(element) {
  const form = /** @type {HTMLFormElement} */ (element), key = `kept ${form.dataset.kept ?? location.pathname}`;
  const before = written(form);
  const kept = read(key);
  if (kept && kept.before === before && kept.now !== before) {
    put(form, kept.now);
    form.prepend(note(() => { put(form, before); localStorage.removeItem(key); }));
  } else if (kept) localStorage.removeItem(key);
  let timer = 0;
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      try { localStorage.setItem(key, JSON.stringify({before, now: written(form)})); } catch { /* full or forbidden: nothing is kept */ }
    }, 300);
  });
}

/** @param {HTMLFormElement} form */
const written = form => JSON.stringify([...new FormData(form)].filter(([name, value]) => name !== 'do' && typeof value === 'string'));

/** @param {string} key @returns {{before: string, now: string} | null} */
function read(key) {
  try { return JSON.parse(localStorage.getItem(key) ?? 'null'); } catch { return null; }
}

/** @param {HTMLFormElement} form @param {string} text */
function put(form, text) {
  /** @type {Map<string, string[]>} */ const values = new Map();
  for (const [name, value] of JSON.parse(text)) values.set(name, [...values.get(name) ?? [], value]);
  for (const input of form.elements) {
    if (input instanceof HTMLInputElement && ['radio', 'checkbox'].includes(input.type)) input.checked = values.get(input.name)?.includes(input.value) ?? false;
    else if (input instanceof HTMLTextAreaElement || input instanceof HTMLSelectElement || (input instanceof HTMLInputElement && input.type !== 'hidden')) input.value = values.get(input.name)?.[0] ?? '';
  }
  form.dispatchEvent(new Event('kept'));
}

/** @param {() => void} forget */
function note(forget) {
  const line = document.createElement('p'), button = document.createElement('button');
  line.className = 'kept';
  line.setAttribute('role', 'status');
  line.append('What you had typed here is back.', button);
  Object.assign(button, {type: 'button', className: 'link', textContent: 'Drop it'});
  button.addEventListener('click', () => { forget(); line.remove(); });
  return line;
}
