import fc from 'fast-check';
import { expect, it } from 'vitest';
import { normalized } from '../helpers/normalized.js';
import { describeShared, readJsonLines, sharedPath } from '../helpers/shared.js';

interface Row {
  readonly raw: string;
}

const HOSTILE_BYTES = 64 * 1024;
const BUDGET_MS = 50;

/** Openings that bring a text to each normalizer, so that what follows is its to scan. */
const OPENINGS = [
  '<166>Apr 29 2013 12:59:50 fw1 : %ASA-6-302013: Built outbound TCP connection 1 for ',
  '<166>%ASA-6-302014: Teardown TCP connection 1 for outside:192.0.2.1/1 to ',
  '<166>%ASA-4-106023: Deny tcp src ',
  '<166>%ASA-4-106100: access-list a denied tcp ',
  '<166>%ASA-6-113015: AAA user authentication Rejected : ',
  "<166>%ASA-5-111010: User 'a', running 'CLI' from IP 192.0.2.1, executed '",
  '<166>%ASA-5-304001: 192.0.2.1 Accessed URL ',
  '<166>%FTD-1-430003: ',
  '<190>1: Nov 18 02:41:39.326: %SEC-6-IPACCESSLOGP: list 1 denied udp ',
  '<190>1: Nov 18 02:41:39.326: %SEC_LOGIN-4-LOGIN_FAILED: Login failed ',
  '<189>date=2024-04-23 time=01:16:08 devname="fw1" devid="F" logid="1" type="event" ui="',
  '<14>Nov 18 16:09:08 PA 1,2026/11/18 16:09:07,1,TRAFFIC,end,1,2026/11/18 16:09:07,',
  '<14>Nov 18 16:09:08 PA 1,2026/11/18 16:09:07,1,SYSTEM,auth,0,2026/11/18 16:09:07,,auth-fail,a,0,0,g,m,"',
  '<14>1 2019-11-14T09:37:51Z S RT_FLOW - RT_FLOW_SESSION_DENY [junos@2636.1 source-address="',
  '<14>Nov 18 16:09:08 srx RT_FLOW: RT_FLOW_SESSION_DENY: session denied ',
  '<134>Nov  3 19:10:30 filterlog[1]: 146,,,1,igb1,match,block,in,4,',
  '<134>1 1377449842.514782056 MX84 flows src=',
  '<134>id=firewall sn=1 m=537 src=',
  'CEF:0|Cisco|ASA|9|id|Block|5|src=',
  'LEEF:1.0|Fortinet|FortiGate|6|1|src=',
  '2026-11-19T13:55:36.123456789Z stdout F ',
];

const FILLERS = [
  'a',
  ' ',
  ':',
  '/',
  '(',
  ',',
  '"',
  '""',
  "'",
  '->',
  ' to ',
  ' from ',
  '%',
  '=',
  ' : ',
  '0',
  'for ',
  '1:',
];

/** JSON names that make a record one of a JSON family's. */
const JSON_OPENINGS = [
  '{"EventID":4625,"Channel":"Security","IpAddress":"',
  '{"EventID":4657,"Channel":"Security","ObjectName":"',
  '{"EventID":4728,"Channel":"Security","MemberName":"',
  '{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Hashes":"',
  '{"EventID":1,"Channel":"',
  '{"event_type":"http","dest_ip":"1","http":{"url":"',
  '{"id.orig_h":"1","uri":"',
  '{"eventSource":"s","eventName":"n","userIdentity":{},"sourceIPAddress":"',
  '{"kind":"Event","apiVersion":"audit.k8s.io/v1","requestURI":"',
  '{"message":"',
];

function slowest(line: string): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5 && best > BUDGET_MS; i++) {
    const start = performance.now();
    normalized(line);
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

it('takes linear time on 64 KiB of whatever a scanner looks for', () => {
  const slow: string[] = [];
  const check = (line: string) => {
    if (slowest(line) > BUDGET_MS) slow.push(`${line.slice(0, 90)}…`);
  };
  for (const opening of OPENINGS) {
    for (const filler of FILLERS) check(opening + filler.repeat(HOSTILE_BYTES / filler.length));
  }
  for (const opening of JSON_OPENINGS) {
    for (const filler of ['a', ' ', ':', '/', '\\\\', ',', '=', '%', '.']) {
      check(
        `${opening}${filler.repeat(HOSTILE_BYTES / filler.length)}"${opening.includes(':{"u') ? '}' : ''}}`,
      );
    }
  }
  expect(slow).toEqual([]);
}, 300_000);

describeShared('normalizers: mutated lines', () => {
  const lines = readJsonLines<Row>(sharedPath('corpus', 'normalize.jsonl')).map((row) => row.raw);

  it('never throws, whatever is cut out of, put into or repeated in a line', () => {
    const mutation = fc.record({
      line: fc.constantFrom(...lines),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.nat(40),
      insert: fc.oneof(
        fc.string({ maxLength: 20 }),
        fc.constantFrom('null', '[]', '{}', '-1', '1e999', '"', '\\', '__proto__', '99999', '::', '\u0000'),
      ),
    });
    fc.assert(
      fc.property(mutation, ({ line, at, length, insert }) => {
        const start = Math.floor(at * line.length);
        normalized(line.slice(0, start) + insert + line.slice(start + length));
      }),
      { numRuns: 4000 },
    );
  });

  it('never throws when any JSON member has a value of another type', () => {
    const objects = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as object);
    const failing: string[] = [];
    for (const object of objects) {
      for (const path of pathsOf(object)) {
        for (const value of [null, true, 12, -1.5, '', '-', [], [null], {}, { a: [{}] }, '__proto__']) {
          const line = JSON.stringify(replaced(object, path, value));
          try {
            normalized(line);
          } catch (error) {
            failing.push(`${String(error)}: ${line.slice(0, 200)}`);
          }
        }
      }
    }
    expect(failing).toEqual([]);
  });
});

function pathsOf(value: object, path: readonly string[] = []): string[][] {
  return Object.entries(value).flatMap(([name, member]) => {
    const here = [...path, name];
    return typeof member === 'object' && member !== null ? [here, ...pathsOf(member, here)] : [here];
  });
}

function replaced(object: object, path: readonly string[], value: unknown): unknown {
  const copy = structuredClone(object) as Record<string, unknown>;
  let at = copy;
  for (const name of path.slice(0, -1)) at = at[name] as Record<string, unknown>;
  at[path.at(-1)!] = value;
  return copy;
}
