// @ts-check
/** The camera: frames are decoded with zxing; each code read is told as a `code` event, the same one at most every three seconds. */

import {html, icon, one} from './dom.js';

const EVERY = 70, AGAIN = 3000, SIDE = 640;

export class Camera extends HTMLElement {
  connectedCallback() {
    this.className = 'view';
    this.replaceChildren(
      html('<video playsinline muted hidden></video>'),
      html(`<button type="button" class="btn open">${icon('camera')}Use the camera</button>`),
      html(`<button type="button" class="btn torch" aria-label="Light" aria-pressed="false" hidden>${icon('torch')}</button>`),
      html('<label class="which" hidden><span class="vh">Camera</span><select></select></label>'),
      html('<p></p>'),
    );
    /** @type {Map<string, number>} */ this.lately = new Map();
    one(this, '.open').addEventListener('click', () => this.open());
    one(this, '.torch').addEventListener('click', () => this.#torch());
    one(this, 'select').addEventListener('change', event => this.open(/** @type {HTMLSelectElement} */ (event.target).value));
    this.#openIfAllowed();
  }

  disconnectedCallback() { this.#stop(); }

  /** Where permission was given before, the camera starts by itself. */
  async #openIfAllowed() {
    const permission = await navigator.permissions?.query({name: /** @type {PermissionName} */ ('camera')}).catch(() => null);
    if (permission?.state === 'granted') await this.open();
  }

  /** @param {string} [id] one particular camera */
  async open(id) {
    this.#stop();
    const video = /** @type {HTMLVideoElement} */ (one(this, 'video'));
    try {
      const which = id ? {deviceId: {exact: id}} : {facingMode: 'environment'};
      this.stream = await navigator.mediaDevices.getUserMedia({video: {...which, width: {ideal: 1280}, height: {ideal: 720}}, audio: false});
    } catch {
      return this.#say('The camera cannot be used. Allow it in the browser, or use a hand scanner.');
    }
    video.srcObject = this.stream;
    video.hidden = false;
    one(this, '.open').hidden = true;
    await video.play();
    this.#say('Hold the ticket in the frame');
    this.#offerTorch();
    await this.#offerCameras();
    await this.#decode(video, this.stream);
  }

  #stop() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = undefined;
  }

  /** @param {string} words */
  #say(words) { one(this, 'p').textContent = words; }

  #offerTorch() {
    const able = /** @type {any} */ (this.stream?.getVideoTracks()[0].getCapabilities?.() ?? {}).torch;
    one(this, '.torch').hidden = !able;
  }

  async #torch() {
    const button = one(this, '.torch'), on = button.getAttribute('aria-pressed') !== 'true';
    await this.stream?.getVideoTracks()[0].applyConstraints(/** @type {any} */ ({advanced: [{torch: on}]}));
    button.setAttribute('aria-pressed', String(on));
  }

  async #offerCameras() {
    const cameras = (await navigator.mediaDevices.enumerateDevices()).filter(device => device.kind === 'videoinput');
    const select = /** @type {HTMLSelectElement} */ (one(this, 'select')), current = this.stream?.getVideoTracks()[0].getSettings().deviceId;
    select.replaceChildren(...cameras.map((camera, index) => new Option(camera.label || `Camera ${index + 1}`, camera.deviceId, false, camera.deviceId === current)));
    one(this, '.which').hidden = cameras.length < 2;
  }

  /** @param {HTMLVideoElement} video @param {MediaStream} stream */
  async #decode(video, stream) {
    const {prepareZXingModule, readBarcodes} = await import('zxing-wasm/reader');
    prepareZXingModule({overrides: {locateFile: (/** @type {string} */ path, /** @type {string} */ prefix) => (path.endsWith('.wasm') ? document.body.dataset.wasm ?? '' : prefix + path)}});
    const canvas = document.createElement('canvas');
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', {willReadFrequently: true}));
    while (this.stream === stream) {
      const side = Math.min(video.videoWidth, video.videoHeight);
      if (side && !document.hidden) {
        canvas.width = canvas.height = Math.min(side, SIDE);
        pen.drawImage(video, (video.videoWidth - side) / 2, (video.videoHeight - side) / 2, side, side, 0, 0, canvas.width, canvas.height);
        const found = await readBarcodes(pen.getImageData(0, 0, canvas.width, canvas.height), {formats: ['QRCode'], tryHarder: true, maxNumberOfSymbols: 1});
        if (found[0]?.text) this.#tell(found[0].text);
      }
      await new Promise(resolve => setTimeout(resolve, EVERY));
    }
  }

  /** @param {string} text */
  #tell(text) {
    const now = performance.now(), before = this.lately?.get(text) ?? -AGAIN;
    this.lately?.set(text, now);
    if (now - before >= AGAIN) this.dispatchEvent(new CustomEvent('code', {detail: text, bubbles: true}));
  }
}
customElements.define('door-camera', Camera);
