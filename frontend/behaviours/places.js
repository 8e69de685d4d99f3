// @ts-check
import {renewed} from './refresh.js';

/** How many places are left, and signing up, for whoever looks: the page itself is the same for everybody. @param {HTMLElement} element */
export default function places(element) {
  const {from = ''} = element.dataset, {id} = element;
  const look = () => {
    const shown = document.getElementById(id);
    if (shown) renewed(shown, from).then(fresh => fresh?.removeAttribute('tabindex'));
  };
  look();
  document.addEventListener('renewed', look);
}
