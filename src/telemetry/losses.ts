import type { Code } from './codes.js';

export interface Loss {
  /** Records never reached detection: not merely cut, or forgotten later. */
  readonly records: boolean;
  /** What to do. */
  readonly fix: string;
}

/** The codes that mean something was lost: what a person is shown in red as soon as it is not zero. */
export const LOSSES: ReadonlyMap<string, Loss> = new Map<Code, Loss>([
  [
    'frame.truncated',
    { records: false, fix: 'Raise max_message of the source if such messages must be whole.' },
  ],
  [
    'frame.bad_octet_count',
    { records: true, fix: 'Set framing: auto for the source, or have the sender count octets.' },
  ],
  [
    'frame.tls_on_plain_port',
    { records: true, fix: 'Point the sender at the port of a syslog-tls source; the log names it.' },
  ],
  [
    'source.too_many_connections',
    {
      records: true,
      fix: 'Look for a sender that connects without end; raise max_connections if there are so many, or the limit of open files: the log says which.',
    },
  ],
  [
    'source.peer_share',
    {
      records: true,
      fix: 'One host sends more than all others: calm it, or raise peer_share if it is a relay.',
    },
  ],
  [
    'source.queue_full',
    {
      records: true,
      fix: 'Send over TCP, which can wait; or give more cores, or a larger queue.max_bytes for bursts.',
    },
  ],
  [
    'source.kernel_drops',
    { records: true, fix: 'Raise net.core.rmem_max, then receive_buffer of the source; or send over TCP.' },
  ],
  ['source.file_truncated', { records: true, fix: 'Rotate logs by create instead of copytruncate.' }],
  [
    'source.file_lost',
    { records: true, fix: 'Keep rotated files until they have been read (delaycompress).' },
  ],
  [
    'source.messages_gone',
    {
      records: true,
      fix: 'Let the stream keep messages for longer (max_age, max_bytes), or give vedette more cores.',
    },
  ],
  [
    'event.internal',
    { records: false, fix: 'A fault of Vedette: please report a line that parse-line shows with it.' },
  ],
  [
    'sigma.regex_budget',
    { records: false, fix: 'Look for lines made to be slow, or rules of yours with dear expressions.' },
  ],
  [
    'correlation.evicted',
    { records: false, fix: 'Raise correlation.max_groups; vedette rules counters names the rules.' },
  ],
  [
    'alerts.evicted',
    { records: false, fix: 'Too many alerts are open: look for a rule that fires on everything.' },
  ],
  [
    'incidents.evicted',
    { records: false, fix: 'Raise incidents.max_open, or look for a rule that fires on everything.' },
  ],
  ['session.evicted', { records: false, fix: 'Logins without end come in; look which host sends them.' }],
  [
    'log.write_failed',
    { records: false, fix: 'Free room on the disk of data_dir: events are detected but not stored.' },
  ],
  ['log.damaged', { records: false, fix: 'Run vedette log verify, and look at the disk.' }],
  [
    'state.write_failed',
    { records: false, fix: 'Free room on the disk of data_dir, and look at its permissions.' },
  ],
  [
    'sink.dead_letter',
    { records: false, fix: 'Look at the receiver; what could not be delivered is kept in state.db.' },
  ],
]);

/** Of counts by code: how many records never reached detection. */
export function lostRecords(counts: Readonly<Record<string, number>>): number {
  return Object.entries(counts).reduce(
    (sum, [code, count]) => (LOSSES.get(code)?.records === true ? sum + count : sum),
    0,
  );
}
