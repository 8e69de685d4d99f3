// @ts-check
/** Shows what the order costs while tickets are chosen. The server counts again. @param {HTMLElement} form */
export default function total(form) {
  const lines = form.querySelector('[data-lines]');
  if (!lines) return;
  const show = () => {
    /** @type {Map<string, {count: number, price: number}>} */ const chosen = new Map();
    let sum = 0;
    for (const input of /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll('input[data-price]:checked'))) {
      const price = Number(input.dataset.price), name = input.dataset.name ?? '';
      chosen.set(name, {count: (chosen.get(name)?.count ?? 0) + 1, price});
      sum += price;
    }
    lines.replaceChildren(...[...chosen].map(([name, {count, price}]) => row(count > 1 ? `${count} × ${name}` : name, money(count * price))), row('Total', chosen.size ? money(sum) : 'Choose a ticket', 'total'));
  };
  form.addEventListener('change', show);
  show();
}

/** @param {string} name @param {string} value @param {string} [kind] */
function row(name, value, kind = '') {
  const div = document.createElement('div'), dt = document.createElement('dt'), dd = document.createElement('dd');
  if (kind) div.className = kind;
  dt.textContent = name;
  dd.textContent = value;
  div.append(dt, dd);
  return div;
}

/** @param {number} pence */
function money(pence) {
  return pence === 0 ? 'Free' : new Intl.NumberFormat('en-GB', {style: 'currency', currency: document.documentElement.dataset.currency ?? 'GBP', minimumFractionDigits: pence % 100 ? 2 : 0}).format(pence / 100);
}
