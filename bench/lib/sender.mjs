// A sender in a process of its own: writes prepared blocks of lines to a TCP port as fast as they are taken, each
// block with the time of its sending in the stamps. argv: port, total lines, lane. Prints `sending` when it begins.
import { connect } from 'node:net';
import { JSON_LANES } from './lanes.mjs';
import { matchingLines, syslogLines } from './lines.mjs';

const [port, total, lane] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4]];
const DISTINCT = 50_000;
const SLICE = 256 * 1024;
/** Where `HH:MM:SS` stands in `<38>Nov 20 18:14:15 …`. */
const TIME_OF_DAY = 7;

/** Of the lines that the prototypes of the project's research were measured with, as many raised something. */
const CALM_HITS = 0.09;

const LANES = {
  syslog: () => syslogLines(DISTINCT),
  calm: () => syslogLines(DISTINCT, 1, CALM_HITS),
  matching: () => matchingLines(DISTINCT),
  windows: () => jsonLines('structured Windows'),
  'windows-few': () => jsonLines('structured Windows, few words'),
};

function jsonLines(lane) {
  return JSON_LANES[lane](DISTINCT).map(({ line }) => line);
}

const text = `${LANES[lane]().join('\n')}\n`;
const stamps = [];
for (let start = 0; text[start] === '<'; start = text.indexOf('\n', start) + 1)
  stamps.push(text.indexOf('>', start) + 1 + TIME_OF_DAY);
// Two blocks take turns: the one that the socket still holds must not change.
const blocks = [Buffer.from(text), Buffer.from(text)];

const socket = connect(port, '127.0.0.1');
socket.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
socket.resume();
await new Promise((resolve) => socket.once('connect', resolve));
console.log('sending');
for (let n = 0; n < total / DISTINCT; n++) {
  const block = blocks[n % 2];
  const time = new Date().toISOString().slice(11, 19);
  for (const at of stamps) block.latin1Write(time, at, 8);
  for (let at = 0; at < block.length; at += SLICE) {
    if (!socket.write(block.subarray(at, at + SLICE)))
      await new Promise((resolve) => socket.once('drain', resolve));
  }
}
socket.end();
