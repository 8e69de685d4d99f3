// @ts-check
import {look, read} from './kept.js';

/** A page of one's own: this device learns what is kept, so that stars show it on the other pages. @param {HTMLElement} element */
export default function mirror(element) {
  const event = element.dataset.event ?? '';
  if (element.dataset.known !== undefined || read(event)) look(event);
}
