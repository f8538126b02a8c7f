import { useState } from 'preact/hooks';
import { html } from '../kit/html.js';
import { Icon } from './icon.js';

export function CopyButton({ text }: { readonly text: string }) {
  const [isDone, setDone] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text).then(
      () => setDone(true),
      () => {},
    );
    setTimeout(() => setDone(false), 1500);
  };
  return html`<button type="button" class="plain" onClick=${copy} title="Copy">
    <${Icon} name=${isDone ? 'check' : 'copy'} /><span class="unseen">${isDone ? 'Copied' : 'Copy'}</span>
  </button>`;
}
