// A thread that does nothing: what holds it up are the machine and its other users. Asked by any message, it tells its turns.
import { parentPort } from 'node:worker_threads';
import { watchLoop } from './loop-turns.mjs';

const told = watchLoop();
parentPort.on('message', () => parentPort.postMessage(told));
