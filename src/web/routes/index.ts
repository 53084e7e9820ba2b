// Every route of the API but log-in and the OpenAPI document. To add one, write it beside these and name it here.

import type { Route } from '../route.ts';
import { answerRoutes } from './answers.ts';
import { complete } from './complete.ts';
import { eventRoutes } from './events.ts';
import { facetRoutes } from './facets.ts';
import { health } from './health.ts';
import { live } from './live.ts';
import { overview } from './overview.ts';
import { processRoutes } from './processes.ts';
import { reportRoutes } from './reports.ts';
import { ruleRoutes } from './rules.ts';
import { ruleChanges } from './rules-change.ts';

export const routes: readonly Route[] = [
  health,
  ...eventRoutes,
  ...facetRoutes,
  complete,
  overview,
  live,
  ...answerRoutes,
  ...processRoutes,
  ...reportRoutes,
  ...ruleRoutes,
  ...ruleChanges,
];
