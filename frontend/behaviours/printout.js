// @ts-check
/** A page that is there to be printed: the dialogue opens once its picture is there, and the window closes after it. @param {HTMLElement} body */
export default async function printout(body) {
  await body.querySelector('img')?.decode().catch(() => {});
  addEventListener('afterprint', () => { if (window.opener) window.close(); });
  window.print();
}
