// The page: log-in when the server wants one, else the shell around the view of the address. A view that fails to draw shows
// its fault and leaves the rest usable.
import { Component, type ReactNode, Suspense, useCallback, useEffect, useState } from 'react';
import { type Fault, whenLocked } from '../api/client.ts';
import { asFault } from '../api/reply.ts';
import { Page } from '../parts/page.tsx';
import { EmptyState, ErrorState, Loading } from '../parts/states.tsx';
import { views } from '../views/index.ts';
import { LoginView, login, takeToken } from './login.tsx';
import { Link, match, useAddress } from './router.tsx';
import { Shell } from './shell.tsx';

type Gate = { readonly at: 'opening' } | { readonly at: 'open' } | { readonly at: 'locked'; readonly fault?: Fault };

/** The whole page. */
export function App() {
  const [gate, setGate] = useState<Gate>({ at: 'opening' });
  const [round, setRound] = useState(0);
  const lock = useCallback((fault?: Fault) => setGate(fault ? { at: 'locked', fault } : { at: 'locked' }), []);
  useEffect(() => {
    const enter = async (): Promise<void> => {
      const token = takeToken();
      if (token) {
        try {
          await login({ token });
        } catch (error) {
          setGate({ at: 'open' }); // there may be a session of before: the first refusal tells
          const fault = asFault(error);
          whenLocked(() => lock(fault));
          return;
        }
      }
      setGate({ at: 'open' });
    };
    whenLocked(() => lock());
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
        onDone={() => {
          whenLocked(() => lock());
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
  const { path } = useAddress();
  for (const view of views) {
    const parameters = match(view.path, path);
    if (!parameters) continue;
    const View = view.component;
    return (
      <Barrier key={view.path}>
        <Suspense fallback={<Loading what={view.title} />}>
          <Opened title={view.title} path={path}>
            <View parameters={parameters} />
          </Opened>
        </Suspense>
      </Barrier>
    );
  }
  return (
    <Page title="There is no such page">
      <EmptyState title="Nothing has this address">
        <Link to="/">Go to the overview</Link>
      </EmptyState>
    </Page>
  );
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
  useEffect(() => {
    document.title = `${title} · Auspex`;
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
    return <ErrorState fault={this.state.fault} retry={() => this.setState({ fault: undefined })} />;
  }
}
