// @ts-check
import {again, morph} from './morph.js';

/**
 * A form of one button, sent without leaving the place one is at: the answer's copy of the live part around it is put in. Whatever
 * goes wrong, the form is sent as forms are. @param {HTMLElement} element
 */
export default function tap(element) {
  const form = /** @type {HTMLFormElement} */ (element);
  let sending = false;
  form.addEventListener('submit', async event => {
    const around = form.closest('[data-behaviour~="live"]');
    const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
    if (!around || !button) return;
    event.preventDefault();
    if (sending) return;
    sending = true;
    const body = new URLSearchParams(/** @type {any} */ (new FormData(form, button)));
    const page = await answer(form.action || location.href, body);
    const copy = page?.getElementById(around.id);
    if (!copy) {
      form.append(Object.assign(document.createElement('input'), {type: 'hidden', name: button.name, value: button.value}));
      return form.submit();
    }
    const focused = document.activeElement;
    morph(around, copy);
    if (focused && !focused.isConnected) /** @type {HTMLElement | null} */ (again(around, focused) ?? document.getElementById('main'))?.focus({preventScroll: true});
    around.dispatchEvent(new CustomEvent('renewed', {bubbles: true}));
    sending = false;
  });
}

/** The page that is shown after the form was sent; null when it was refused. @param {string} address @param {URLSearchParams} body */
async function answer(address, body) {
  try {
    const sent = await fetch(address, {method: 'POST', body, headers: {accept: 'text/html'}});
    return sent.ok && sent.redirected ? new DOMParser().parseFromString(await sent.text(), 'text/html') : null;
  } catch {
    return null;
  }
}
