// @ts-check
/** A list whose items can be dragged into another order, which is then saved. Buttons in each item do the same. @param {HTMLElement} list */
export default function sort(list) {
  /** @type {HTMLElement | null} */ let lifted = null;
  const items = () => /** @type {HTMLElement[]} */ ([...list.children]);
  const before = items().map(item => item.dataset.id).join();
  for (const item of items()) {
    item.draggable = true;
    item.addEventListener('dragstart', event => {
      lifted = item;
      item.classList.add('lifted');
      event.dataTransfer?.setData('text/plain', item.dataset.id ?? '');
    });
    item.addEventListener('dragover', event => {
      if (!lifted || lifted === item) return;
      event.preventDefault();
      const box = item.getBoundingClientRect();
      item[event.clientY > box.top + box.height / 2 ? 'after' : 'before'](lifted);
    });
    item.addEventListener('dragend', () => {
      lifted?.classList.remove('lifted');
      lifted = null;
      const order = items().map(one => one.dataset.id).join();
      if (order !== before) send(list.dataset.field ?? 'order', order);
    });
  }
  list.addEventListener('drop', event => event.preventDefault());
}

/** @param {string} name @param {string} value */
function send(name, value) {
  const form = document.createElement('form'), input = document.createElement('input');
  form.method = 'post';
  Object.assign(input, {type: 'hidden', name, value});
  form.append(input);
  document.body.append(form);
  form.submit();
}
