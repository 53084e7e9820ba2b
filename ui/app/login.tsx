// The log-in: takes the token of the printed address (`#token=…`, which no server and no log ever sees), or asks for it, or
// for a name and a password where the console has one.
import { type FormEvent, useState } from 'react';
import type { LoginReply } from '../../src/web/contract.ts';
import { type Fault, post } from '../api/client.ts';
import { keepKey } from '../api/key.ts';
import { asFault } from '../api/reply.ts';
import { FaultText } from '../parts/states.tsx';

/** The token of the page's fragment, which is taken out of the address at once. */
export function takeToken(): string | undefined {
  const fragment = new URLSearchParams(window.location.hash.slice(1));
  const token = fragment.get('token');
  if (!token) return undefined;
  window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search);
  return token;
}

/** Logs in with a token, or a name and a password. Throws Fault. */
export async function login(body: { token: string } | { name: string; password: string }): Promise<void> {
  keepKey((await post<LoginReply>('/api/login', body)).key);
}

interface LoginProps {
  /** Why a log-in that was tried already failed. */
  readonly fault: Fault | undefined;
  /** There was a log-in, which counts no more. */
  readonly ended: boolean;
  readonly onDone: () => void;
}

/** The page that asks. */
export function LoginView({ fault: first, ended, onDone }: LoginProps) {
  const [fault, setFault] = useState(first);
  const [busy, setBusy] = useState(false);
  const submit =
    (read: (form: FormData) => Parameters<typeof login>[0]) => async (event: FormEvent<HTMLFormElement>) => {
      event.preventDefault();
      setBusy(true);
      try {
        await login(read(new FormData(event.currentTarget)));
        onDone();
      } catch (error) {
        setFault(asFault(error));
      } finally {
        setBusy(false);
      }
    };
  const text = (form: FormData, name: string) => String(form.get(name) ?? '').trim();
  return (
    <main className="login">
      <img src="/auspex.svg" alt="" width="40" height="40" />
      <h1>Auspex</h1>
      <p className="dim">
        This console shows a machine's audit trail. Open the address that <code>auspex serve</code> printed, or paste
        its token.
      </p>
      {fault ? (
        <div className="state failed" role="alert">
          <FaultText fault={fault} />
        </div>
      ) : ended ? (
        <div className="state" role="status">
          <strong>You are signed in no more</strong>
          <div>It was long ago, or the server was started anew. Sign in again to go on where you were.</div>
        </div>
      ) : null}
      <form className="stack" onSubmit={submit((form) => ({ token: tokenOf(text(form, 'token')) }))}>
        <label>
          Token or address
          <input name="token" required autoComplete="off" spellCheck={false} ref={focus} />
        </label>
        <button type="submit" className="button primary" disabled={busy}>
          Sign in
        </button>
      </form>
      <details>
        <summary>With a name and a password</summary>
        <form
          className="stack"
          onSubmit={submit((form) => ({ name: text(form, 'name'), password: String(form.get('password')) }))}
        >
          <label>
            Name
            <input name="name" required autoComplete="username" />
          </label>
          <label>
            Password
            <input name="password" type="password" required autoComplete="current-password" />
          </label>
          <button type="submit" className="button" disabled={busy}>
            Sign in
          </button>
        </form>
      </details>
    </main>
  );
}

/** Who comes here has one thing to do. */
const focus = (input: HTMLInputElement | null) => input?.focus();

const tokenOf = (text: string): string => /[#?&]token=([^&]+)/.exec(text)?.[1] ?? text;
