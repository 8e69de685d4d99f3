// @ts-check
const AFTER = 350;

/** A form whose outcome is shown as it is typed, in the element that `data-target` names: the server draws, nothing is kept. @param {HTMLElement} element */
export default function draft(element) {
  const form = /** @type {HTMLFormElement} */ (element);
  form.querySelector('[data-preview]')?.remove();
  let timer = 0, latest = 0;

  async function show() {
    const mine = ++latest, body = new FormData(form);
    body.set('do', 'preview');
    try {
      const answer = await fetch(location.href, {method: 'POST', body: new URLSearchParams(/** @type {any} */ (body))});
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      if (mine !== latest) return;
      for (const id of [form.dataset.target ?? '', 'wrong']) {
        const fresh = page.getElementById(id), shown = document.getElementById(id);
        // What is wrong is shown, not jumped to: somebody is typing.
        fresh?.querySelector('[data-behaviour~="focus"]')?.removeAttribute('data-behaviour');
        if (fresh && shown) shown.replaceWith(fresh);
      }
    } catch { /* offline: the last preview stays */ }
  }

  form.addEventListener('input', event => {
    if (/** @type {HTMLElement} */ (event.target).id.startsWith('add')) return;
    clearTimeout(timer);
    timer = setTimeout(show, AFTER);
  });
}
