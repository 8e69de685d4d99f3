// @ts-check
// Sends a file in pieces (tus 1.0), so that a lost connection or a closed window costs one piece, not all of it.

const PIECE = 4 * 1024 * 1024, TUS = {'tus-resumable': '1.0.0'};
const WAITS = [1, 2, 5, 10, 20, 30];

/** A word for the person: never tried again. */
class Refusal extends Error {}

/** What the server says against it. @param {Response} answer */
async function sentence(answer) {
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  return page.querySelector('main .lead')?.textContent?.trim() || 'This did not work. Please try again later.';
}

/** Is this answer worth another try? 409 and 423: somebody else wrote; look where we are. @param {number} status */
export const passing = status => status === 409 || status === 423 || status === 429 || (status >= 500 && status !== 507);

/** The key under which this browser remembers a file that is on its way. @param {string} to @param {{name: string, size: number, lastModified: number}} file */
export const remembered = (to, file) => `upload:${to}:${file.name}:${file.size}:${file.lastModified}`;

/** @param {HTMLElement} element */
export default function upload(element) {
  const form = /** @type {HTMLFormElement} */ (element), to = form.dataset.files ?? '';
  const input = /** @type {HTMLInputElement} */ (form.querySelector('input[type="file"]'));
  const box = /** @type {HTMLElement} */ (form.querySelector('.sending'));
  const bar = /** @type {HTMLProgressElement} */ (box.querySelector('progress'));
  const status = /** @type {HTMLElement} */ (box.querySelector('[role="status"]'));
  const button = /** @type {HTMLButtonElement} */ (form.querySelector('button'));
  const limit = form.querySelector('[data-limit]');
  if (limit) limit.textContent = 'Up to 200 MB. If the connection breaks, it goes on by itself; after a reload, choose the same file again.';
  let told = '';

  /** @param {string} words */
  const say = words => { if (words !== told) status.textContent = told = words; };
  /** @param {number} seconds */
  const pause = seconds => new Promise(done => {
    const timer = setTimeout(done, seconds * 1000);
    addEventListener('online', () => { clearTimeout(timer); done(undefined); }, {once: true});
  });

  /** Where the file is sent to, and how much is there. @param {File} file */
  async function place(file) {
    const key = remembered(to, file), known = localStorage.getItem(key);
    if (known) {
      const answer = await fetch(known, {method: 'HEAD', headers: TUS});
      if (answer.ok && Number(answer.headers.get('upload-length')) === file.size) return {address: known, offset: Number(answer.headers.get('upload-offset'))};
      if (passing(answer.status)) throw new Error(String(answer.status));
      localStorage.removeItem(key);
    }
    const name = btoa(String.fromCharCode(...new TextEncoder().encode(file.name)));
    const answer = await fetch(to, {method: 'POST', headers: {...TUS, 'upload-length': String(file.size), 'upload-metadata': `filename ${name}`}});
    if (passing(answer.status) && answer.status !== 409) throw new Error(String(answer.status));
    if (answer.status !== 201) throw new Refusal(await sentence(answer));
    const address = answer.headers.get('location') ?? '';
    localStorage.setItem(key, address);
    return {address, offset: 0};
  }

  /** @param {File} file @param {() => void} worked */
  async function send(file, worked) {
    let {address, offset} = await place(file);
    while (offset < file.size) {
      bar.value = 100 * offset / file.size;
      say(`${Math.floor(bar.value / 10) * 10} % of ${file.name} is there.`);
      const headers = {...TUS, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream'};
      const answer = await fetch(address, {method: 'PATCH', headers, body: file.slice(offset, offset + PIECE)});
      if (passing(answer.status)) throw new Error(String(answer.status));
      if (!answer.ok) { localStorage.removeItem(remembered(to, file)); throw new Refusal(await sentence(answer)); }
      offset = Number(answer.headers.get('upload-offset'));
      worked();
    }
    localStorage.removeItem(remembered(to, file));
  }

  form.addEventListener('submit', async event => {
    const file = input.files?.[0];
    if (!file) return;
    event.preventDefault();
    box.hidden = false; button.disabled = input.disabled = true;
    /** @param {BeforeUnloadEvent} leaving */
    const stay = leaving => leaving.preventDefault();
    addEventListener('beforeunload', stay);
    for (let tries = 0; ;) {
      try {
        await send(file, () => { tries = 0; });
        bar.value = 100;
        say(`${file.name} is there.`);
        removeEventListener('beforeunload', stay);
        location.assign(`${location.pathname}?done=slides#slides`);
        return;
      } catch (problem) {
        if (problem instanceof Refusal) { say(problem.message); break; }
        say(navigator.onLine ? 'The connection is shaky. Trying again; what is there stays.' : 'You are offline. It goes on when you are back.');
        await pause(WAITS[Math.min(tries++, WAITS.length - 1)]);
      }
    }
    removeEventListener('beforeunload', stay);
    button.disabled = input.disabled = false;
  });
}
