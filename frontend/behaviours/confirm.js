// @ts-check
/** Asks before a form is sent that takes something away. @param {HTMLElement} form */
export default function ask(form) {
  form.addEventListener('submit', event => {
    if (!confirm(form.dataset.question ?? 'Are you sure?')) event.preventDefault();
  });
}
