/**
 * Lines per second of CPU time of each parser on one thread, the collection of its garbage included, beside a loop that
 * only reads every character code of the same lines in the same run. Needs `npm run build`. Usage: npm run bench --
 * parsers (BENCH_LINES, default 200000)
 */
import { ParsedRecord } from '../dist/model/record.js';
import { parseRecord } from '../dist/parsers/parse-record.js';

const LINES = Number(process.env.BENCH_LINES ?? 200_000);
const ROUNDS = 5;
const CLOCK = Date.parse('2026-11-20T16:00:00Z');
const HINTS = { format: 'auto', timezone: 'UTC' };

const two = (n) => String(n).padStart(2, '0');
const clockText = (i) => `${two(i % 24)}:${two(i % 60)}:${two((i * 7) % 60)}`;
const address = (i) => `203.0.${i % 256}.${(i * 13) % 256}`;

const GENERATORS = {
  'RFC 3164': (i) =>
    `<38>Nov 20 ${clockText(i)} web-${two(i % 40)} sshd[${1000 + (i % 30000)}]: Failed password for invalid user admin from ${address(i)} port ${1024 + (i % 60000)} ssh2`,
  'RFC 5424': (i) =>
    `<165>1 2026-11-20T${clockText(i)}.${String(i % 1000).padStart(3, '0')}Z web-${two(i % 40)}.example.com evntslog ${i % 30000} ID47 [exampleSDID@32473 iut="${i % 9}" eventSource="Application" eventID="${i % 5000}"] An application event log entry for user ${i % 700}`,
  CEF: (i) =>
    `CEF:0|Security|threatmanager|1.0|${100 + (i % 50)}|worm successfully stopped|10|src=${address(i)} dst=198.51.100.${i % 256} spt=${1024 + (i % 60000)} dpt=443 proto=TCP act=blocked suser=user${i % 900} request=https://x.example/${i % 300} cs1=Default Deny cs1Label=Policy msg=Detected a threat, no action needed cnt=${i % 9}`,
  LEEF: (i) =>
    `LEEF:1.0|Microsoft|MSExchange|4.0 SP1|15345|src=${address(i)}\tdst=172.50.123.1\tsev=5\tcat=anomaly\tsrcPort=${i % 65536}\tdstPort=21\tusrName=joe.black`,
  JSON: (i) =>
    `{"timestamp":"2026-11-20T${clockText(i)}Z","level":"info","host":"app-${i % 40}","service":"checkout","message":"request done","client":{"ip":"${address(i)}","port":${i % 65536}},"status":200,"bytes":${i % 100000},"path":"/api/v1/items/${i % 5000}","user_agent":"Mozilla/5.0 (X11; Linux x86_64)"}`,
  'JSON.parse alone': null,
  'access log': (i) =>
    `${address(i)} - - [20/Nov/2026:${clockText(i)} +0000] "GET /items/${i % 5000}?page=${i % 9} HTTP/1.1" 200 ${i % 100000} "https://www.example.com/" "Mozilla/5.0 (X11; Linux x86_64)"`,
  'key=value': (i) =>
    `<189>date=2026-11-20 time=${clockText(i)} devname="fw1" devid="FGT60F0000000000" tz="+0000" logid="0000000013" type="traffic" subtype="forward" level="notice" srcip=${address(i)} srcport=${i % 65536} dstip=198.51.100.9 dstport=443 action="accept" policyid=1`,
  plain: (i) => `worker ${i % 40} finished batch ${i} without complaint`,
};

const record = new ParsedRecord();
console.log(`node ${process.version}, ${LINES} lines, best of ${ROUNDS}`);
console.log('format             bytes   lines/s      ns   ratio to charCode loop');
for (const [name, generate] of Object.entries(GENERATORS)) {
  const lines = chunkedLines(generate ?? GENERATORS.JSON);
  const bytes = lines.reduce((sum, { text }) => sum + text.length, 0) / LINES;
  const floor = best(lines, readCodes);
  const rate = best(lines, generate === null ? ({ text }) => JSON.parse(text) : parse);
  const cells = [
    name.padEnd(18),
    bytes.toFixed(0).padStart(5),
    millions(rate),
    (1e9 / rate).toFixed(0).padStart(7),
  ];
  console.log(`${cells.join(' ')}   ${(rate / floor).toFixed(2)}`);
}
console.log(`peak RSS ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`);

/** Lines as a detector gets them: slices of decoded 64 KiB chunks, and where they stand in the bytes. */
function chunkedLines(generate) {
  const lines = [];
  let chunk = '';
  for (let i = 0; i < LINES; i++) {
    chunk += `${generate(i)}\n`;
    if (chunk.length < 65536 && i < LINES - 1) continue;
    const bytes = new Uint8Array(Buffer.from(chunk));
    const text = Buffer.from(bytes.buffer).toString('latin1');
    for (let at = 0; at < text.length; ) {
      const end = text.indexOf('\n', at);
      lines.push({ text: text.slice(at, end), bytes, at });
      at = end + 1;
    }
    chunk = '';
  }
  return lines;
}

function parse({ text, bytes, at }) {
  parseRecord(text, record, HINTS, CLOCK, bytes, at);
}

function readCodes({ text }) {
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum += text.charCodeAt(i);
  return sum;
}

function best(lines, work) {
  let rate = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.cpuUsage();
    // The results are used, so that no engine may leave the work out.
    for (const line of lines) if (work(line) === -1) throw new Error('unreachable');
    const { user, system } = process.cpuUsage(start);
    rate = Math.max(rate, (lines.length / (user + system)) * 1e6);
  }
  return rate;
}

function millions(rate) {
  return `${(rate / 1e6).toFixed(2)} M`.padStart(9);
}
