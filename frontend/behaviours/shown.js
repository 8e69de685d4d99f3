// @ts-check
/**
 * Shows what is being typed as it will look: the form is sent with `do=preview` and the element that `data-target` names is put in place
 * of the one here. Without a script a button does the same. @param {HTMLElement} element
 */
export default function shown(element) {
  const form = /** @type {HTMLFormElement} */ (element), target = form.dataset.target ?? '';
  for (const button of form.querySelectorAll('[data-without-script]')) button.remove();
  let timer = 0, asked = 0;
  const show = async () => {
    const number = ++asked, body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === 'string') body.append(name, value);
    body.set('do', 'preview');
    try {
      const answer = await fetch(location.pathname, {method: 'POST', body});
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById(target);
      if (answer.ok && fresh && number === asked) document.getElementById(target)?.replaceWith(fresh);
    } catch { /* offline: the old one stays */ }
  };
  form.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(show, 400); });
}
