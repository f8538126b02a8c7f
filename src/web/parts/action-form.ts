import { useState } from 'preact/hooks';
import { ApiError } from '../kit/api.js';
import { type Children, html } from '../kit/html.js';

interface ActionFormProps {
  /** Of the button. */
  readonly action: string;
  readonly onSubmit: (fields: FormData) => Promise<unknown>;
  readonly children: Children;
  readonly disabled?: boolean;
}

/** A form that changes something: what went wrong is said under it, and it cannot be sent twice at once. */
export function ActionForm({ action, onSubmit, children, disabled = false }: ActionFormProps) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem('');
    try {
      await onSubmit(new FormData(event.target as HTMLFormElement));
    } catch (error) {
      setProblem(error instanceof ApiError ? error.message : String(error));
    }
    setBusy(false);
  };
  return html`<form class="action-form" onSubmit=${submit}>
    ${children}
    ${problem !== '' && html`<p class="problem" role="alert">${problem}</p>`}
    <button class="main" disabled=${isBusy || disabled}>${action}</button>
  </form>`;
}
