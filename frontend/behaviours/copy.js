// @ts-check
/** A button that copies the text in `data-text` and says so. @param {HTMLElement} button */
export default function copy(button) {
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(button.dataset.text ?? '');
    const before = button.textContent;
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = before; }, 2000);
  });
}
