import { useEffect, useRef } from 'preact/hooks';
import { type Children, html } from '../kit/html.js';
import { Icon } from './icon.js';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: Children;
}

/** Over everything else while it is rendered; Esc and the cross close it. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    element.current!.showModal();
    // Where one goes on, not the cross.
    element.current!.querySelector<HTMLElement>('form input, form textarea')?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return html`<dialog ref=${element} onClose=${onClose} aria-label=${title}>
    <header class="dialog-head">
      <h2>${title}</h2>
      <button type="button" class="plain" onClick=${() => element.current!.close()} title="Dismiss (Esc)">
        <${Icon} name="close" /><span class="unseen">Dismiss</span>
      </button>
    </header>
    ${children}
  </dialog>`;
}
