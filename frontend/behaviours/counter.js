// @ts-check
/** Says below a text how many characters it has, of how many; aloud only near the end. @param {HTMLElement} element */
export default function counter(element) {
  const area = /** @type {HTMLTextAreaElement} */ (element);
  const most = Number(area.dataset.most), least = Number(area.dataset.least ?? 0);
  const line = document.createElement('p'), seen = document.createElement('span'), aloud = document.createElement('span');
  line.className = 'counted';
  aloud.className = 'vh';
  aloud.setAttribute('aria-live', 'polite');
  line.append(seen, aloud);
  area.after(line);
  area.parentElement?.querySelector('[data-limit]')?.remove();
  let timer = 0;
  const show = () => {
    const count = [...area.value.replaceAll('\r\n', '\n').trim()].length, over = count > most;
    seen.textContent = least && count < least ? `${count} of at least ${least}` : `${count} of ${most}`;
    line.classList.toggle('over', over);
    clearTimeout(timer);
    timer = setTimeout(() => { aloud.textContent = count > most * 0.9 ? (over ? `${count - most} characters too many` : `${most - count} characters left`) : ''; }, 800);
  };
  area.addEventListener('input', show);
  area.form?.addEventListener('kept', show);
  show();
}
