// The page: log-in when the server wants one, else the shell around the view of the address. A view that fails to draw shows
// its fault and leaves the rest usable.
import { Component, type ReactNode, Suspense, useCallback, useEffect, useLayoutEffect, useState } from 'react';
import { type Fault, whenLocked } from '../api/client.ts';
import { asFault } from '../api/reply.ts';
import { Page } from '../parts/page.tsx';
import { ErrorState, Loading } from '../parts/states.tsx';
import { views } from '../views/index.ts';
import { NotFound } from '../views/not-found.tsx';
import { LoginView, login, takeToken } from './login.tsx';
import { Held } from './outside.tsx';
import { match, useAddress } from './router.tsx';
import { Shell } from './shell.tsx';

type Gate =
  | { readonly at: 'opening' }
  | { readonly at: 'open' }
  | { readonly at: 'locked'; readonly fault: Fault | undefined; readonly ended: boolean };

/** The whole page. */
export function App() {
  const [gate, setGate] = useState<Gate>({ at: 'opening' });
  const [round, setRound] = useState(0);
  const lock = useCallback((ended: boolean, fault?: Fault) => setGate({ at: 'locked', fault, ended }), []);
  useEffect(() => {
    const enter = async (): Promise<void> => {
      const token = takeToken();
      if (token) {
        try {
          await login({ token });
        } catch (error) {
          setGate({ at: 'open' }); // there may be a session of before: the first refusal tells
          const fault = asFault(error);
          whenLocked(() => lock(false, fault));
          return;
        }
      }
      setGate({ at: 'open' });
    };
    whenLocked(lock);
    enter();
    const again = () => void (window.location.hash.includes('token=') && enter());
    window.addEventListener('hashchange', again);
    return () => window.removeEventListener('hashchange', again);
  }, [lock]);
  if (gate.at === 'opening') return <Loading what="Opening the console" />;
  if (gate.at === 'locked')
    return (
      <LoginView
        fault={gate.fault}
        ended={gate.ended}
        onDone={() => {
          whenLocked(lock);
          setRound((n) => n + 1);
          setGate({ at: 'open' });
        }}
      />
    );
  return (
    <Shell key={round}>
      <Shown />
    </Shell>
  );
}

/** The view of the address. */
function Shown() {
  const { path, held } = useAddress();
  for (const view of views) {
    const parameters = match(view.path, path);
    if (!parameters) continue;
    const View = view.component;
    return (
      <Barrier key={view.path}>
        <Suspense fallback={<Loading what={view.title} />}>
          <Opened title={view.title} path={path}>
            {held && !view.fillsIn ? (
              <Page title={view.title}>
                <Held focus={true} />
              </Page>
            ) : (
              <View parameters={parameters} />
            )}
          </Opened>
        </Suspense>
      </Barrier>
    );
  }
  return <NotFound />;
}

let first = true;

/** Names the page and, on a change of view, puts the focus on its heading: a screen reader then tells where it is. */
function Opened({
  title,
  path,
  children,
}: {
  readonly title: string;
  readonly path: string;
  readonly children: ReactNode;
}) {
  // Another path is another page, though the view may be the same
  // Before the view's own effects: it may know a better name
  useLayoutEffect(() => {
    document.title = `${title} · Auspex`;
  }, [title, path]);
  useEffect(() => {
    if (first) first = false;
    else document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
    document.querySelector('main')?.scrollTo(0, 0);
  }, [title, path]);
  return children;
}

/** Catches what a view throws while it draws. */
class Barrier extends Component<{ readonly children: ReactNode }, { readonly fault: Fault | undefined }> {
  override state: { readonly fault: Fault | undefined } = { fault: undefined };
  static getDerivedStateFromError(error: unknown) {
    return { fault: asFault(error) };
  }
  override render() {
    if (!this.state.fault) return this.props.children;
    // A part of the page that a newer server has no more comes with the whole page only
    return <ErrorState fault={this.state.fault} retry={() => window.location.reload()} />;
  }
}
