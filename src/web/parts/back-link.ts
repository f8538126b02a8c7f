import { goBackTo, listAddress } from '../kit/arrival.js';
import { html } from '../kit/html.js';
import { Icon } from './icon.js';

/** To the list that something is in, as one left it. */
export function BackLink({ screen, name }: { readonly screen: string; readonly name: string }) {
  return html`<a class="back" href=${listAddress(screen)} onClick=${() => goBackTo(screen)}><${Icon} name="back" /> ${name}</a>`;
}
