// A thread of reporting.ts: does its work, says what came of it, and goes on if it is told to.

import { parentPort, workerData } from 'node:worker_threads';
import type { HelperOutput } from './reporting.ts';
import { type HelperInput, HelperWork } from './reporting-helper.ts';

const say = (output: HelperOutput): void => parentPort!.postMessage(output);

const work = new HelperWork(workerData as HelperInput);
say({ kind: 'begun', state: work.begin() });
say({ kind: 'done', part: work.finish() });
parentPort!.once('message', () => say({ kind: 'done', part: work.goOn() }));
