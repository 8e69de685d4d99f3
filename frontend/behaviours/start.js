// @ts-check
// Attaches small behaviours to elements that ask for them: <div data-behaviour="focus">. Every page works without this file.

/** @type {Record<string, () => Promise<{default: (element: HTMLElement) => void}>>} */
const BEHAVIOURS = {
  agenda: () => import('./agenda.js'),
  crop: () => import('./crop.js'),
  draft: () => import('./draft.js'),
  upload: () => import('./upload.js'),
  answers: () => import('./answers.js'),
  asked: () => import('./asked.js'),
  copy: () => import('./copy.js'),
  mirror: () => import('./mirror.js'),
  counter: () => import('./counter.js'),
  forget: () => import('./forget.js'),
  keep: () => import('./keep.js'),
  'kept-time': () => import('./kept_time.js'),
  once: () => import('./once.js'),
  confirm: () => import('./confirm.js'),
  editor: () => import('./editor.js'),
  live: () => import('./live.js'),
  marks: () => import('./marks.js'),
  print: () => import('./print.js'),
  places: () => import('./places.js'),
  preview: () => import('./preview.js'),
  printout: () => import('./printout.js'),
  refresh: () => import('./refresh.js'),
  shown: () => import('./shown.js'),
  sort: () => import('./sort.js'),
  stars: () => import('./stars.js'),
  tickall: () => import('./tickall.js'),
  screen: () => import('./screen.js'),
  timer: () => import('./timer.js'),
  tap: () => import('./tap.js'),
  total: () => import('./total.js'),
  zone: () => import('./zone.js'),
};

/** A summary of errors, or a word that all went well, gets the focus so that it is heard. */
for (const element of document.querySelectorAll('[data-behaviour~="focus"]')) {
  /** @type {HTMLElement} */ (element).focus();
}

/** @type {WeakSet<Element>} */ const attached = new WeakSet();

/** @param {ParentNode} root */
function attach(root) {
  for (const element of root.querySelectorAll('[data-behaviour]')) {
    if (attached.has(element)) continue;
    attached.add(element);
    for (const name of (element.getAttribute('data-behaviour') ?? '').split(' ')) {
      BEHAVIOURS[name]?.().then(module => module.default(/** @type {HTMLElement} */ (element)));
    }
  }
}

attach(document);
/** A part of the page was fetched anew (live.js): what is new in it gets its behaviours too. */
document.addEventListener('renewed', event => attach(/** @type {Element} */ (event.target)));
