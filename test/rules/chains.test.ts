import { expect, it } from 'vitest';
import { describeShared, readJsonLines, sharedPath } from '../helpers/shared.js';
import { openedAlerts, START, type TimedLine } from './shipped-line.js';

interface ChainCase {
  readonly id: string;
  readonly kind: string;
  readonly input: { readonly events: readonly ChainEvent[] };
  readonly expect: { readonly fired: readonly string[] };
}

interface ChainEvent {
  /** Seconds of arrival. */
  readonly at: number;
  readonly event_time?: string;
  readonly sigma_matches?: readonly string[];
  readonly program?: string;
  readonly message: string;
  readonly source_ip: string | null;
}

/**
 * The other system's chains, and ours that see the same. Its login → sudo (chain-003) and three failures (chain-006) are
 * steps here, since everybody does that, and its whole intrusion needs a session.
 */
const CHAINS: ReadonlyMap<string, string> = new Map([
  ['chain-001', 'SSH Brute Force Followed by a Login'],
  ['chain-002', 'Port Scan Followed by SSH Brute Force'],
  ['chain-004', 'Port Scan Followed by a Web Admin Probe'],
]);

/** Cases whose steps name no address, which is what our chains group by. */
const WITHOUT_ADDRESS = new Set(['chain-host-key']);

describeShared('the other system’s chains, as log lines, by the shipped rules', () => {
  const cases = readJsonLines<ChainCase>(sharedPath('corpus', 'pipeline.jsonl')).filter(
    ({ id, kind }) => kind === 'chain' && !WITHOUT_ADDRESS.has(id),
  );

  it('has cases', () => expect(cases.length).toBeGreaterThan(15));

  it.each(cases)('$id', ({ id, input, expect: { fired } }) => {
    const opened = openedAlerts(input.events.flatMap((event) => stepLines(event, stands(id))));
    const chains = opened.filter((title) => [...CHAINS.values()].includes(title));
    expect(chains.sort()).toEqual(fired.flatMap((chain) => CHAINS.get(chain) ?? []).sort());
  });
});

/** One 'Failed password' stands for the completed step, except where a single failure is what the case is about. */
function stands(id: string): boolean {
  return id !== 'chain-006' && id !== 'chain-006-two' && id !== 'chain-single';
}

/** The lines that make up the step an event stands for; each ends when the event is. */
function stepLines(event: ChainEvent, completed: boolean): TimedLine[] {
  const { message, source_ip: ip, sigma_matches = [] } = event;
  const at = START + event.at * 1000;
  const stated = event.event_time === undefined ? at : Date.parse(event.event_time);
  const line = (text: string): TimedLine => ({
    at,
    line: `<38>1 ${new Date(stated).toISOString()} web-01 ${text}`,
  });
  if (sigma_matches[0]?.startsWith('Port Scan')) {
    return Array.from({ length: 16 }, (_, port) =>
      line(
        `kernel - - - [UFW BLOCK] IN=eth0 OUT= SRC=${ip} DST=198.51.100.10 LEN=44 PROTO=TCP SPT=41000 DPT=${port + 1}`,
      ),
    );
  }
  if (message.startsWith('Failed password')) {
    const guess = line(`sshd 2201 - - Failed password for root from ${ip} port 50100 ssh2`);
    return Array.from({ length: completed ? 8 : 1 }, () => guess);
  }
  if (message.startsWith('Accepted password')) {
    return [line(`sshd 2201 - - Accepted password for deploy from ${ip} port 50100 ssh2`)];
  }
  if (message.startsWith('GET ')) {
    return [line(`nginx - - - ${ip} - - [20/Nov/2026:10:00:00 +0000] "${message}" 404 0 "-" "-"`)];
  }
  if (sigma_matches.length > 0) {
    return [line('sudo - - - deploy : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/bash')];
  }
  return [line(`${event.program ?? 'app'} - - - ${message}`)];
}
