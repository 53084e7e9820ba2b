// GET /api/health: what this console shows, how much of it, and how the kernel's side is.

import { isoTime } from '../../base/index.ts';
import { Health } from '../contract.ts';
import { route } from '../route.ts';

const started = performance.now();

export const health = route({
  method: 'get',
  path: '/health',
  summary: 'What this console shows',
  reply: Health,
  async run({ console, viewer, signal }): Promise<Health> {
    const { source, store, kernel, missed, reading } = console.facts();
    const { groups } = await console.store.aggregate({ by: [], limit: 1 }, signal);
    const all = groups[0];
    return {
      version: console.version,
      host: console.host,
      source,
      store: { ...store, events: all?.count ?? 0 },
      ...(all && { first: isoTime(all.first.sec, all.first.ms), last: isoTime(all.last.sec, all.last.ms) }),
      ...(reading && { reading }),
      ...(kernel && { kernel }),
      missed,
      unread: console.unread(),
      allowChanges: console.allowChanges,
      uptimeSeconds: Math.floor((performance.now() - started) / 1000),
      viewer: viewer.name,
    };
  },
});
