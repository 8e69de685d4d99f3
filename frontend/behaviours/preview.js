// @ts-check
import {renewed} from './refresh.js';

/** A form whose choice is shown at once in the element that `data-target` names. Its button for that is not needed then. @param {HTMLElement} form */
export default function preview(form) {
  form.querySelector('button[formmethod="get"]:not([data-check])')?.remove();
  form.addEventListener('change', async event => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const shown = document.getElementById(form.dataset.target ?? '');
    if (input.type !== 'radio' || !shown) return;
    const address = `${location.pathname}?${new URLSearchParams({[input.name]: input.value})}`;
    if (await renewed(shown, address)) history.replaceState(null, '', address);
  });
}
