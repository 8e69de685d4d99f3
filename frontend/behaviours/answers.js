// @ts-check
/** @typedef {{question: string, is: string}} Row */
/** Shows of one person's questions only those asked for the chosen ticket and answers. Without a script each says when it is asked. @param {HTMLElement} element */
export default function answers(element) {
  const prefix = element.dataset.prefix ?? '', form = element.closest('form');
  const person = element.closest('fieldset') ?? element;
  const parts = /** @type {HTMLElement[]} */ ([...element.querySelectorAll('.asked')]);
  for (const note of /** @type {NodeListOf<HTMLElement>} */ (element.querySelectorAll('.only'))) note.hidden = true;

  /** @param {string} code */
  const answered = code => {
    const fields = /** @type {(HTMLInputElement | HTMLSelectElement)[]} */ ([...element.querySelectorAll(`[name="${prefix}q_${code}"]`)]);
    const said = fields.filter(field => !(field instanceof HTMLInputElement && field.type === 'checkbox' && !field.checked)).map(field => field.value);
    // A sensitive answer is not shown again: whether it is the one that counts is for the server to say.
    if (!said.some(Boolean) && fields.some(field => field.closest('[data-kept]'))) return null;
    return said.map(value => ({true: 'yes', false: 'no'}[value] ?? value));
  };

  const show = () => {
    const radio = /** @type {HTMLInputElement | null} */ (person.querySelector('input[type="radio"][name$="-ticket_type"]:checked'));
    const gone = new Set();
    for (const part of parts) {
      const types = (part.dataset.types ?? '').split(' ').filter(Boolean);
      const wanted = /** @type {Record<string, Row[]>} */ (JSON.parse(part.dataset.if || '{}'));
      const is = (/** @type {Row} */ row) => !gone.has(row.question) && (answered(row.question)?.includes(row.is) ?? true);
      const other = prefix !== '' && types.length > 0 && !types.includes(radio?.value ?? '');
      part.hidden = other || (wanted.all ?? []).some(row => !is(row)) || (wanted.any !== undefined && !wanted.any.some(is));
      if (part.hidden) gone.add(part.dataset.code);
    }
  };
  form?.addEventListener('change', show);
  show();
}
