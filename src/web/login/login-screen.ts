import { useEffect, useState } from 'preact/hooks';
import icon from '../icon.svg';
import { ApiError, send } from '../kit/api.js';
import type { Session } from '../kit/api-types.js';
import { html } from '../kit/html.js';
import { useTitle } from '../kit/title.js';
import { ActionForm } from '../parts/action-form.js';
import { tokenOf } from './login-token.js';

interface LoginScreenProps {
  /** From the address: tried at once. */
  readonly token: string | null;
  readonly onLogin: (session: Session) => void;
}

/** A token is tried once, however often this is drawn. */
const spent = new Set<string>();

export function LoginScreen({ token, onLogin }: LoginScreenProps) {
  useTitle('Log in');
  const [problem, setProblem] = useState('');
  const [isTrying, setTrying] = useState(token !== null && !spent.has(token));
  const logIn = async (given: string): Promise<void> => {
    onLogin(await send<Session>('POST', '/api/session', { token: tokenOf(given) }));
  };

  // A token is tried once.
  useEffect(() => {
    if (token === null || !isTrying) return;
    spent.add(token);
    logIn(token).catch((error: unknown) => {
      setProblem(error instanceof ApiError ? error.message : String(error));
      setTrying(false);
    });
  }, [token]);

  if (isTrying) return html`<div class="blank" aria-busy="true" />`;
  return html`<main class="login">
    <img src=${icon} alt="" width="40" height="40" />
    <h1>Vedette</h1>
    ${problem !== '' && html`<p class="problem" role="alert">That login did not work. ${problem}</p>`}
    <p>
      When it starts, Vedette prints an address that lets you in. For a new one, on the machine that it runs on:
    </p>
    <p><code class="command">vedette token login</code></p>
    <${ActionForm} action="Log in" onSubmit=${(fields: FormData) => logIn(String(fields.get('token')))}>
      <label class="field"><span>That address, or a token</span>
        <input name="token" type="password" autocomplete="current-password" required autofocus spellcheck=${false} />
      </label>
    <//>
  </main>`;
}
