// @ts-check
/** A form that is sent once, however often its button is pressed. (The server would answer the same anyway.) @param {HTMLElement} form */
export default function once(form) {
  form.addEventListener('submit', event => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = 'yes';
    setTimeout(() => { delete form.dataset.sent; }, 8000);
  });
}
