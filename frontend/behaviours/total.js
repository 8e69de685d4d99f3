// @ts-check
/** @typedef {{name: string, price: number, rate: number}} Line */
/** Shows what the order costs while things are chosen (where there is room for it), and of what can be added only what goes with each ticket. The server counts again.
 * @param {HTMLElement} form */
export default function total(form) {
  const lines = /** @type {HTMLElement | null} */ (form.querySelector('[data-lines]'));
  for (const note of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll('.extras .only'))) note.hidden = true;
  const show = () => {
    const types = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll('input[name$="-ticket_type"]:checked')]);
    for (const person of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll('fieldset[id^="person-"]'))) fit(person);
    lines?.replaceChildren(...drawn(types.length ? chosen(form) : [], lines?.dataset.vat !== undefined));
  };
  form.addEventListener('change', show);
  form.addEventListener('input', event => { if (event.target instanceof HTMLInputElement && event.target.inputMode === 'decimal') show(); });
  show();
}

/** Hides and switches off what does not go with the chosen ticket. @param {HTMLElement} person */
function fit(person) {
  const type = /** @type {HTMLInputElement | HTMLSelectElement | null} */ (person.querySelector(':is(input:checked, select)[name$="-ticket_type"]'));
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (person.querySelectorAll('[data-types]:not(.asked)'))) {
    part.hidden = !(part.dataset.types ?? '').split(' ').includes(type?.value ?? '');
    for (const input of part.querySelectorAll('input')) {
      if (input.disabled && !input.dataset.off) input.dataset.always = 'yes';  // sold out: stays off
      if (input.dataset.always) continue;
      input.disabled = part.hidden;
      input.dataset.off = part.hidden ? 'yes' : '';
    }
  }
  const extras = /** @type {HTMLElement | null} */ (person.querySelector('.extras'));
  if (extras) extras.hidden = !extras.querySelector('.offer:not([hidden])');
  const own = /** @type {HTMLElement | null} */ (person.querySelector('.own-amount'));
  if (own) own.hidden = type?.dataset.open === undefined;
}

/** @param {HTMLElement} form @returns {Line[]} */
function chosen(form) {
  const ticked = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll('input[data-price]:checked:enabled, input.amount:enabled')]);
  return ticked.map(input => {
    const own = input.dataset.open ? /** @type {HTMLInputElement | null} */ (document.getElementById(input.dataset.open)) : input;
    const least = Number(input.dataset.price ?? 0), typed = input.dataset.open || input.matches('.amount') ? pence(own?.value ?? '') : 0;
    return {name: input.dataset.name ?? '', price: Math.max(least, typed), rate: Number(input.dataset.rate ?? 0), asked: input.matches('.amount')};
  }).filter(line => line.price || !line.asked);
}

/** @param {Line[]} chosen @param {boolean} vat */
function drawn(chosen, vat) {
  /** @type {Map<string, {name: string, count: number, price: number}>} */ const counted = new Map();
  /** @type {Map<number, number>} */ const rates = new Map();
  for (const {name, price, rate} of chosen) {
    const key = `${name}|${price}`, line = counted.get(key) ?? {name, count: 0, price};
    counted.set(key, {...line, count: line.count + 1});
    rates.set(rate, (rates.get(rate) ?? 0) + price);
  }
  const rows = [...counted.values()].map(({name, count, price}) => row(count > 1 ? `${count} × ${name}` : name, money(count * price)));
  rows.push(row('Total', chosen.length ? money(chosen.reduce((sum, line) => sum + line.price, 0)) : 'Choose a ticket', 'total'));
  const tax = [...rates].reduce((sum, [rate, gross]) => sum + Math.round(gross * rate / (100 + rate)), 0);
  if (vat && tax) rows.push(row('VAT in it', money(tax)));
  return rows;
}

/** An amount as it is being typed; what cannot be read is nothing yet. @param {string} text */
function pence(text) {
  const value = text.replace(/[\s£€$]/g, '');
  return /^(\d+|\d{1,3}(,\d{3})+)(\.\d{1,2})?$/.test(value) ? Math.round(Number(value.replaceAll(',', '')) * 100) : 0;
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
