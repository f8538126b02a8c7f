import type { SourceConfig } from '../../config/schema.js';
import { formatDuration, numbered } from '../../model/units.js';
import type { Code } from '../../telemetry/codes.js';
import { type Check, type Finding, hint, problem } from '../check.js';
import type { SourceFigures } from '../figures.js';

const QUIET_MS = 3600_000;

/** Who was turned away, in words, and what to do. */
const REFUSALS: readonly (readonly [Code, (count: number) => string, string])[] = [
  [
    'source.denied',
    (count) => `${numbered(count, 'sender')} that allow does not name`,
    'Add them to allow if they are yours.',
  ],
  [
    'source.tls_refused',
    (count) => `${numbered(count, 'connection')} in the TLS handshake`,
    'The log of the daemon says whom and why: a certificate that client_ca does not know, one that has expired, or no TLS at all.',
  ],
  [
    'source.unauthorized',
    (count) => `${numbered(count, 'request')} without a valid token`,
    'The log of the daemon says whose. Give them a token of token_file if they are yours.',
  ],
  [
    'source.bad_request',
    (count) => `${numbered(count, 'request')} as unreadable`,
    'The log of the daemon says whose and why: a wrong path or form, a body beyond max_body, no HTTP at all.',
  ],
];

export const arriving: Check = {
  title: 'Arriving',
  run({ config, figures, now }) {
    if (figures === null) return { well: [], findings: [] };
    const well: string[] = [];
    const findings: Finding[] = [];
    const isHeard = Object.values(figures.sources).some(({ last_seen }) => last_seen !== null);
    for (const source of config.sources) {
      const name = source.name!;
      const seen = figures.sources[name];
      if (seen === undefined) continue;
      // Of those that listen Listening tells.
      if (!seen.up && !('listen' in source)) {
        findings.push(
          problem(
            `${name} (${seen.reads}) does not run: ${seen.last_error ?? 'the log of the daemon says why.'}`,
            'It is started again and again, at most a minute apart.',
          ),
        );
        continue;
      }
      for (const [code, whom, fix] of REFUSALS) {
        const count = seen.counts[code] ?? 0;
        if (count > 0) findings.push(hint(`${name} refused ${whom(count)}.`, fix));
      }
      if (seen.last_seen === null) findings.push(neverSeen(source, seen, isHeard));
      else {
        const ago = now - Date.parse(seen.last_seen);
        const rate = figures.rates.get(name) ?? 0;
        const figure = `${numbered(seen.records, 'record')}, ${rate < 10 ? rate.toFixed(1) : Math.round(rate)} a second now`;
        if (ago > QUIET_MS)
          findings.push(
            hint(
              `Nothing has come by ${name} for ${formatDuration(ago)} (${figure}).`,
              'Look at its senders, and at the network between.',
            ),
          );
        else well.push(`${name}: ${figure}, the last ${formatDuration(Math.max(0, ago))} ago`);
      }
    }
    return { well, findings };
  },
};

/** `isHeard`: something has come by others. Not all who have a source use it: of the first configuration most do not. */
function neverSeen(source: SourceConfig, { reads, up }: SourceFigures, isHeard: boolean): Finding {
  const what = `Nothing has come by ${source.name} (${reads}) since the start.`;
  if (!('listen' in source))
    return hint(
      what,
      source.type === 'file' ? 'New lines may yet come; see Permissions below.' : 'See below.',
    );
  const port = /:(\d+)\//.exec(reads)?.[1] ?? String(source.listen.port);
  const transport = source.type === 'syslog-udp' ? '--udp' : '--tcp';
  const test =
    source.type === 'syslog-udp' || source.type === 'syslog-tcp'
      ? ` Try: logger ${transport} --server 127.0.0.1 --port ${port} "hello from doctor"`
      : '';
  return (isHeard && up ? hint : problem)(
    what,
    up
      ? `Point senders at port ${port} of this machine, and let its firewall pass it.${test}`
      : 'It does not run: see Listening.',
  );
}
