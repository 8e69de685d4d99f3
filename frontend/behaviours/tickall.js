// @ts-check
/** A box in the head of a table that ticks all of its rows. Without a script each row has its own. @param {HTMLElement} form */
export default function tickall(form) {
  const head = form.querySelector('thead th'), name = 'codes';
  if (!head) return;
  const all = Object.assign(document.createElement('input'), {type: 'checkbox', ariaLabel: 'All'});
  const boxes = () => /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll(`input[name="${name}"]:not(:disabled)`)]);
  all.addEventListener('change', () => { for (const box of boxes()) box.checked = all.checked; });
  form.addEventListener('change', event => {
    if (event.target === all) return;
    const ticked = boxes().filter(box => box.checked).length;
    all.checked = ticked > 0 && ticked === boxes().length;
    all.indeterminate = ticked > 0 && !all.checked;
  });
  head.replaceChildren(all);
}
