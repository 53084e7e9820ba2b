// What stands around every view: navigation, the source that is shown, zone and theme, the keys. Links keep the time range,
// so that going from a spike to sessions to the process tree stays in its minute.
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Health } from '../../src/web/contract.ts';
import { post } from '../api/client.ts';
import { keepKey } from '../api/key.ts';
import { useSilent } from '../api/line.ts';
import { type Reply, useReply } from '../api/reply.ts';
import { useClosing } from '../parts/range.tsx';
import { count, size } from '../parts/table.tsx';
import { Text, visible } from '../parts/text.tsx';
import { offsetName, Time } from '../parts/time.tsx';
import { views } from '../views/index.ts';
import { KeyHelp, useGoKeys } from './keys.tsx';
import { hrefOf, Link, match, useAddress } from './router.tsx';
import { type Settings, useSetting } from './settings.ts';

const SOURCES: Readonly<Record<Health['source']['kind'], string>> = {
  'live-unicast': 'Live',
  'live-multicast': 'Live, beside a daemon',
  log: 'Log file',
  sample: 'Sample trail',
};

/** Ms between two looks at the server; while it does not answer, what is shown waits for the next. */
const PACE = 30_000;
const PACE_SILENT = 3000;

/** The shell. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const health = useReply<Health>('/api/health');
  const [help, setHelp] = useState(false);
  useGoKeys(() => setHelp(true));
  const reload = health.reload;
  const silent = useSilent();
  useEffect(() => {
    const pace = silent ? PACE_SILENT : PACE;
    const timer = setInterval(() => document.visibilityState === 'visible' && reload(), pace);
    return () => clearInterval(timer);
  }, [reload, silent]);
  return (
    <div className="shell">
      <button type="button" className="skip" onClick={skip}>
        Skip to the content
      </button>
      <header className="bar-top">
        <Link className="brand" to="/" aria-label="Auspex, to the overview">
          <img src="/auspex.svg" alt="" width="22" height="22" />
          <span>Auspex</span>
        </Link>
        <Source health={health} />
        <span className="grow" />
        <ZoneSwitch />
        <Menu health={health.data} onHelp={() => setHelp(true)} />
      </header>
      <Navigation />
      <main id="main">{children}</main>
      {help ? <KeyHelp onClose={() => setHelp(false)} /> : null}
    </div>
  );
}

/** Puts the focus on the view's heading. */
function skip(): void {
  document.querySelector<HTMLElement>('main h1')?.focus();
}

function Navigation() {
  const { path, query } = useAddress();
  const range = { since: query.get('since') ?? undefined, until: query.get('until') ?? undefined };
  const top = `/${path.split('/')[1] ?? ''}`;
  const nav = useRef<HTMLElement>(null);
  // On a phone the strip scrolls: the view that is shown stays in sight.
  useEffect(() => {
    nav.current
      ?.querySelector(`a[href^="${top}"][aria-current]`)
      ?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [top]);
  return (
    <nav aria-label="Views" ref={nav}>
      <ul>
        {views
          .filter((v) => v.key)
          .map((v) => (
            <li key={v.path}>
              <Link to={hrefOf(v.path, range)} aria-current={match(v.path, top) ? 'page' : undefined}>
                {v.title}
              </Link>
            </li>
          ))}
      </ul>
    </nav>
  );
}

/** Which trail is shown, on which machine, and how big it is. */
function Source({ health }: { readonly health: Reply<Health> }) {
  const box = useRef<HTMLDetailsElement>(null);
  useClosing(box);
  const silent = useSilent();
  const h = health.data;
  if (silent)
    return (
      <span className="silent" role="status">
        <span className="dot bad" aria-hidden="true" />
        The server does not answer
      </span>
    );
  if (!h) return null;
  const live = h.source.kind.startsWith('live');
  return (
    <details className="popup source" ref={box}>
      <summary>
        <span className="sr">Source: </span>
        <span className={`dot ${live ? 'live' : h.source.kind}`} aria-hidden="true" />
        <span className="source-name">{SOURCES[h.source.kind]}</span>
        <span className="dim source-host">
          <Text value={h.host} />
        </span>
      </summary>
      <div className="popup-body">
        <p>
          <Text value={h.source.text} />
        </p>
        <dl>
          <dt>Events</dt>
          <dd>
            {count(h.store.events)}, {size(h.store.bytes)}
          </dd>
          <dt>First</dt>
          <dd>{h.first ? <Time value={h.first} /> : 'none'}</dd>
          <dt>Last</dt>
          <dd>{h.last ? <Time value={h.last} /> : 'none'}</dd>
          <dt>Missed</dt>
          <dd>{count(h.missed)}</dd>
          {h.kernel ? (
            <>
              <dt>Kernel</dt>
              <dd>
                backlog {count(h.kernel.backlog)} of {count(h.kernel.backlogLimit)}, lost {count(h.kernel.lost)}
              </dd>
            </>
          ) : null}
          <dt>Version</dt>
          <dd>{visible(h.version)}</dd>
        </dl>
      </div>
    </details>
  );
}

function ZoneSwitch() {
  const [zone, setZone] = useSetting('zone');
  const local = offsetName(new Date());
  return (
    <fieldset className="switch">
      <legend className="sr">Times in</legend>
      {(['local', 'utc'] as const).map((value) => (
        <label key={value}>
          <input type="radio" name="zone" checked={zone === value} onChange={() => setZone(value)} />
          <span>{value === 'utc' ? 'UTC' : `Local`}</span>
          {value === 'local' ? <span className="sr">, {local}</span> : null}
        </label>
      ))}
    </fieldset>
  );
}

const THEMES: readonly (readonly [Settings['theme'], string])[] = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];

function Menu({ health, onHelp }: { readonly health: Health | undefined; readonly onHelp: () => void }) {
  const box = useRef<HTMLDetailsElement>(null);
  const [theme, setTheme] = useSetting('theme');
  useClosing(box);
  const leave = async () => {
    await post('/api/logout').catch(() => {});
    keepKey(undefined);
    window.location.assign('/');
  };
  return (
    <details className="popup right" ref={box}>
      <summary className="button quiet" aria-label="Menu">
        <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
          <path d="M2 4h12M2 8h12M2 12h12" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" />
        </svg>
      </summary>
      <div className="popup-body">
        <fieldset className="stack">
          <legend>Colours</legend>
          {THEMES.map(([value, title]) => (
            <label key={value} className="choice">
              <input type="radio" name="theme" checked={theme === value} onChange={() => setTheme(value)} /> {title}
            </label>
          ))}
        </fieldset>
        <ul className="choices">
          <li>
            <button type="button" onClick={onHelp}>
              Keys <kbd>?</kbd>
            </button>
          </li>
          <li>
            <button type="button" onClick={leave}>
              Sign out{health ? ` ${visible(health.viewer)}` : ''}
            </button>
          </li>
        </ul>
      </div>
    </details>
  );
}
