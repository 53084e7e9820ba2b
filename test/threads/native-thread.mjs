// A thread that loads a native module and calls it until it is told to end.
import { parentPort } from 'node:worker_threads';
import { insideThread } from '../../dist/host/index.js';

const { stopping } = insideThread();
parentPort.postMessage('begun');
const { nssUserName } = await import('../../dist/libc/index.js');
for (let uid = 100_000; !stopping(); uid++) nssUserName(uid);
