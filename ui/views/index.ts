// The views of the console: one line each. The first three path parts of the navigation stand in this order; a view without
// `nav` is reached from others. Each is a chunk of its own, fetched when it is first opened.
import { type ComponentType, lazy } from 'react';
import { patiently } from '../api/patient.ts';

/** What a view is given: the parameters of its path. */
export interface ViewProps {
  readonly parameters: Readonly<Record<string, string>>;
}

export interface View {
  readonly path: string;
  readonly title: string;
  /** Its letter after `g` (go to). Only views with one stand in the navigation. */
  readonly key?: string;
  /** It fills in itself what an address from outside asks for, and waits (app/outside.tsx). */
  readonly fillsIn?: true;
  readonly component: ComponentType<ViewProps>;
}

const part = (load: () => Promise<{ default: ComponentType<ViewProps> }>) => lazy(() => patiently(load));

export const views: readonly View[] = [
  { path: '/', title: 'Overview', key: 'o', component: part(() => import('./overview.tsx')) },
  { path: '/events', title: 'Events', key: 'e', fillsIn: true, component: part(() => import('./events.tsx')) },
  { path: '/events/:seq', title: 'Event', component: part(() => import('./event.tsx')) },
  { path: '/processes', title: 'Processes', key: 'p', component: part(() => import('./processes.tsx')) },
  { path: '/answers', title: 'Answers', key: 'a', component: part(() => import('./answers.tsx')) },
  { path: '/answers/:question', title: 'Answers', component: part(() => import('./answers.tsx')) },
  { path: '/sessions', title: 'Sessions', key: 's', component: part(() => import('./sessions.tsx')) },
  { path: '/sessions/:session', title: 'Session', component: part(() => import('./sessions.tsx')) },
  { path: '/reports', title: 'Reports', key: 'r', component: part(() => import('./reports.tsx')) },
  { path: '/reports/:name', title: 'Report', component: part(() => import('./reports.tsx')) },
  { path: '/rules', title: 'Rules', key: 'u', component: part(() => import('./rules.tsx')) },
  { path: '/rules/:part', title: 'Rules', component: part(() => import('./rules.tsx')) },
];
