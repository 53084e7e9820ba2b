// A thread of reporting.ts: does its work, says what came of it, and goes on if it is told to.

import { parentPort } from 'node:worker_threads';
import { insideThread, nextMessage } from '../host/index.ts';
import type { HelperOutput } from './reporting.ts';
import { type HelperInput, HelperWork } from './reporting-helper.ts';

const { input, stopping } = insideThread<HelperInput>();
/** What was cut short is not told. */
const say = (output: HelperOutput): void => {
  if (!stopping()) parentPort!.postMessage(output);
};

const work = new HelperWork(input, stopping);
say({ kind: 'begun', state: work.begin() });
say({ kind: 'done', part: work.finish() });
if ((await nextMessage<'go on'>()) === 'go on') say({ kind: 'done', part: work.goOn() });
