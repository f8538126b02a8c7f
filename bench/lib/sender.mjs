// A sender in a process of its own: writes prepared blocks of lines to a TCP port as fast as they are taken.
// argv: port, total lines, lane. Prints nothing.
import { connect } from 'node:net';
import { matchingLines, syslogLines } from './lines.mjs';

const [port, total, lane] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4]];
const DISTINCT = 50_000;
const lines = lane === 'matching' ? matchingLines(DISTINCT) : syslogLines(DISTINCT);
const block = Buffer.from(`${lines.join('\n')}\n`);
const socket = connect(port, '127.0.0.1');
socket.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
let left = Math.ceil(total / DISTINCT);
const SLICE = 256 * 1024;
let at = 0;
const write = () => {
  while (left > 0) {
    const end = Math.min(at + SLICE, block.length);
    const more = socket.write(block.subarray(at, end));
    at = end;
    if (at === block.length) {
      at = 0;
      left--;
    }
    if (!more) {
      socket.once('drain', write);
      return;
    }
  }
  socket.end();
};
socket.on('connect', write);
socket.resume();
