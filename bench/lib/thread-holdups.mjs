// Loaded into a daemon (`node --import`, and by that into its threads) that was started with an IPC channel: how long its main
// loop and the keeper's are held up, each ms anew, when each collects garbage, and when the keeper drops segments and takes snapshots.
// All of it is told on any message, times in ms since the epoch. Old segments are looked for every few seconds, not every minute, so that there is more to see.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import v8 from 'node:v8';
import { BroadcastChannel, isMainThread, workerData } from 'node:worker_threads';
import { now, watchLoop } from './loop-turns.mjs';

const RETAIN_MS = 60_000;
const RETAIN_OFTEN_MS = 8000;
const isKeeper =
  !isMainThread && workerData !== null && typeof workerData === 'object' && 'alertsToStdout' in workerData;

if (isMainThread) {
  const told = watchLoop();
  const channel = new BroadcastChannel('thread-holdups');
  channel.onmessage = ({ data }) => {
    if (data !== 'tell') process.send({ main: told, keeper: data });
  };
  channel.unref();
  process.on('message', () => channel.postMessage('tell'));
  process.channel.unref();
} else if (isKeeper) {
  const told = { ...watchLoop(), drops: [], snapshots: [] };
  noteDrops(told.drops);
  noteSnapshots(told.snapshots);
  retainOften();
  const channel = new BroadcastChannel('thread-holdups');
  channel.onmessage = ({ data }) => {
    if (data === 'tell') channel.postMessage(told);
  };
  channel.unref();
}

/** A segment on its way out: from the loss of its name until its file is gone. */
function noteDrops(drops) {
  const { renameSync } = fs;
  const { rm } = fs.promises;
  const since = new Map();
  fs.renameSync = (from, to) => {
    since.set(to, now());
    renameSync(from, to);
  };
  fs.promises.rm = async (path, options) => {
    await rm(path, options);
    if (since.has(path)) drops.push([since.get(path), now()]);
  };
  syncBuiltinESMExports();
}

/** Each part of each snapshot. */
function noteSnapshots(snapshots) {
  const { serialize } = v8;
  v8.serialize = (value) => {
    snapshots.push(now());
    return serialize(value);
  };
  syncBuiltinESMExports();
}

function retainOften() {
  const { setInterval: every } = globalThis;
  globalThis.setInterval = (work, ms) => every(work, ms === RETAIN_MS ? RETAIN_OFTEN_MS : ms);
}
