// @ts-check
/** Scores by keyboard: with the focus in a scale, typing a number chooses it and goes on to the next scale or to the words. @param {HTMLElement} form */
export default function marks(form) {
  const scales = [...form.querySelectorAll('.marks')];
  if (!scales.length) return;
  const hint = /** @type {HTMLElement | null} */ (form.querySelector('.keys'));
  if (hint) hint.hidden = false;
  form.addEventListener('keydown', event => {
    const scale = event.target instanceof Element ? event.target.closest('.marks') : null;
    if (!scale || event.ctrlKey || event.metaKey || event.altKey || !/^\d$/.test(event.key)) return;
    const chosen = /** @type {HTMLInputElement | null} */ (scale.querySelector(`input[value="${event.key}"]`));
    if (!chosen) return;
    event.preventDefault();
    chosen.checked = true;
    chosen.dispatchEvent(new Event('input', {bubbles: true}));
    const next = scales[scales.indexOf(scale) + 1];
    /** @type {HTMLElement | null} */ (next ? next.querySelector('input:checked') ?? next.querySelector('input') : form.querySelector('textarea'))?.focus();
  });
}
