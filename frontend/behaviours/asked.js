// @ts-check
/** Shows of a form's further questions only those for the type and track that are chosen. Without a script each says whom it is for. @param {HTMLElement} element */
export default function asked(element) {
  const form = /** @type {HTMLFormElement} */ (element);
  const show = () => {
    const data = new FormData(form), type = String(data.get('type') ?? ''), track = String(data.get('track') ?? '');
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll('.asked[data-types]'))) {
      const types = (part.dataset.types ?? '').split(' ').filter(Boolean), tracks = (part.dataset.tracks ?? '').split(' ').filter(Boolean);
      part.hidden = (types.length > 0 && !types.includes(type)) || (tracks.length > 0 && !tracks.includes(track));
    }
  };
  form.addEventListener('change', show);
  form.addEventListener('kept', show);
  show();
}
