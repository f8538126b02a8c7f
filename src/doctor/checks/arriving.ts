import type { SourceConfig } from '../../config/schema.js';
import { formatDuration, numbered } from '../../model/units.js';
import { type Check, type Finding, hint, problem } from '../check.js';
import type { SourceFigures } from '../figures.js';

const QUIET_MS = 3600_000;

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
      const refused = seen.counts['source.denied'] ?? 0;
      if (refused > 0)
        findings.push(
          hint(
            `${name} refused ${numbered(refused, 'sender')} that allow does not name.`,
            'Add them to allow if they are yours.',
          ),
        );
      const failed = seen.counts['source.tls_refused'] ?? 0;
      if (failed > 0)
        findings.push(
          hint(
            `${name} refused ${numbered(failed, 'connection')} in the TLS handshake.`,
            'The log of the daemon says whom and why: a certificate that client_ca does not know, one that has expired, or no TLS at all.',
          ),
        );
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
