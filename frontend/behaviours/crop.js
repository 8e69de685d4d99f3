// @ts-check
// Choose the part of a picture: drag or arrow keys move it, the slider, the wheel or + and - zoom. Three hidden fields say the square.

/** The square of `side` (1: the shorter edge) around a centre, as parts of width and height, never beyond the picture.
 * @param {number} width @param {number} height @param {number} side @param {number} cx @param {number} cy */
export function square(width, height, side, cx, cy) {
  const edge = side * Math.min(width, height), w = edge / width, h = edge / height;
  /** @param {number} value @param {number} most */
  const within = (value, most) => Math.min(Math.max(value, 0), most);
  return {x: within(cx - w / 2, 1 - w), y: within(cy - h / 2, 1 - h), w, h};
}

/** @param {HTMLElement} field */
export default function crop(field) {
  const input = /** @type {HTMLInputElement} */ (field.querySelector('input[type="file"]'));
  const tool = /** @type {HTMLElement} */ (field.querySelector('.crop'));
  const frame = /** @type {HTMLElement} */ (tool.querySelector('.frame'));
  const image = /** @type {HTMLImageElement} */ (tool.querySelector('img'));
  const zoom = /** @type {HTMLInputElement} */ (tool.querySelector('input[type="range"]'));
  const said = /** @type {HTMLElement} */ (tool.querySelector('.hint'));
  let cx = .5, cy = .35, address = '';

  /** @type {Record<string, HTMLInputElement>} */
  const hidden = {};
  for (const name of ['x', 'y', 'side']) hidden[name] = Object.assign(document.createElement('input'), {type: 'hidden', name, disabled: true});
  tool.append(...Object.values(hidden));

  const show = () => {
    const {naturalWidth: width, naturalHeight: height} = image;
    if (!width || !height) return;
    const side = 100 / Number(zoom.value), {x, y, w, h} = square(width, height, side, cx, cy);
    cx = x + w / 2; cy = y + h / 2;
    frame.style.setProperty('--wide', String(100 / w));
    frame.style.setProperty('--left', String(-100 * x / w));
    frame.style.setProperty('--top', String(-100 * y / h));
    hidden.x.value = x.toFixed(5); hidden.y.value = y.toFixed(5); hidden.side.value = side.toFixed(5);
    said.textContent = `Zoom ${zoom.value} %. The middle is ${Math.round(cx * 100)} % from the left and ${Math.round(cy * 100)} % from the top.`;
  };
  /** @param {number} dx @param {number} dy in parts of the frame */
  const move = (dx, dy) => {
    const {w, h} = square(image.naturalWidth, image.naturalHeight, 100 / Number(zoom.value), cx, cy);
    cx += dx * w; cy += dy * h;
    show();
  };
  /** @param {number} by */
  const closer = by => { zoom.value = String(Number(zoom.value) + by); show(); };

  const begin = () => {
    URL.revokeObjectURL(address);
    const file = input.files?.[0];
    tool.hidden = true;
    for (const one of Object.values(hidden)) one.disabled = true;
    if (!file) return;
    address = URL.createObjectURL(file);
    image.src = address;
  };
  input.addEventListener('change', begin);
  if (input.files?.length) begin(); // chosen before this script was there
  image.addEventListener('load', () => {
    cx = .5; cy = image.naturalHeight > image.naturalWidth ? .35 : .5; zoom.value = '100';
    tool.hidden = false;
    for (const one of Object.values(hidden)) one.disabled = false;
    show();
  });
  zoom.addEventListener('input', show);
  frame.addEventListener('wheel', event => { event.preventDefault(); closer(event.deltaY < 0 ? 10 : -10); }, {passive: false});
  frame.addEventListener('keydown', event => {
    const step = {ArrowLeft: [-.05, 0], ArrowRight: [.05, 0], ArrowUp: [0, -.05], ArrowDown: [0, .05]}[event.key];
    if (step) move(step[0], step[1]);
    else if (event.key === '+' || event.key === '=') closer(10);
    else if (event.key === '-') closer(-10);
    else return;
    event.preventDefault();
  });
  frame.addEventListener('pointerdown', event => frame.setPointerCapture(event.pointerId));
  frame.addEventListener('pointermove', event => {
    if (frame.hasPointerCapture(event.pointerId)) move(-event.movementX / frame.clientWidth, -event.movementY / frame.clientHeight);
  });
}
