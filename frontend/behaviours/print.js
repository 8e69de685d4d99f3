// @ts-check
/** A button that opens the print dialogue. @param {HTMLElement} button */
export default function print(button) {
  button.addEventListener('click', () => window.print());
}
