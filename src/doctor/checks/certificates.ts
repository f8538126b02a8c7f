import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Config } from '../../config/schema.js';
import { formatDuration } from '../../model/units.js';
import { faultOfTlsFiles, servedTls, type TlsFiles } from '../../sources/tls-files.js';
import { type Check, type Finding, hint, problem } from '../check.js';

/** Time enough to renew one by hand. */
const SOON_MS = 14 * 86_400_000;
const PEM_BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** One file that the configuration names. */
interface Named {
  readonly path: string;
  readonly owner: string;
  /** Who is turned away once it is out of date. */
  readonly whom: string;
}

export const certificates: Check = {
  title: 'Certificates',
  run({ config, now }) {
    const well: string[] = [];
    const findings: Finding[] = [];
    findings.push(...unusable(config));
    for (const named of namedIn(config)) {
      for (const certificate of certificatesIn(named.path)) {
        const found = lookAt(named, certificate, now);
        if (typeof found === 'string') well.push(found);
        else findings.push(found);
      }
    }
    return { well, findings };
  },
};

/** Files that no handshake can use. What cannot be read is told with the permissions. */
function unusable({ sources, api }: Config): Finding[] {
  const owners: [string, TlsFiles | undefined][] = [
    ['api.tls', api.enabled ? api.tls : undefined],
    ...sources.map((source): [string, TlsFiles | undefined] => [source.name!, servedTls(source)]),
  ];
  return owners.flatMap(([owner, files]) => {
    const fault = files === undefined ? null : faultOfTlsFiles(files);
    if (fault === null || fault.isUnreadable) return [];
    return [
      problem(
        `${owner}: ${fault.message}.`,
        'Put files in their place that belong together, then send the daemon SIGHUP.',
      ),
    ];
  });
}

function namedIn({ sources, api }: Config): Named[] {
  const { tls } = api;
  const own = tls === undefined ? [] : [{ path: tls.cert, owner: 'api.tls', whom: 'browsers' }];
  const ofSources = sources.flatMap((source): Named[] => {
    const files = servedTls(source);
    if (files === undefined) return [];
    const named = { owner: source.name!, whom: 'senders' };
    const paths = [files.cert, files.client_ca].filter((path) => path !== undefined);
    return paths.map((path) => ({ ...named, path }));
  });
  return [...own, ...ofSources];
}

function lookAt({ path, owner, whom }: Named, certificate: X509Certificate, now: number): string | Finding {
  const name = /^CN=(.+)$/m.exec(certificate.subject)?.[1] ?? certificate.subject;
  const what = `${name} in ${path} of ${owner}`;
  const [from, until] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  const renew = 'Put a new one in its place, then send the daemon SIGHUP.';
  if (until <= now) return problem(`${what} expired on ${dayOf(until)}: ${whom} are turned away.`, renew);
  if (from > now)
    return problem(`${what} is valid only from ${dayOf(from)}.`, 'Look at the clock of this machine.');
  if (until - now < SOON_MS)
    return hint(`${what} expires on ${dayOf(until)}, in ${formatDuration(until - now)}.`, renew);
  return `${what} is valid until ${dayOf(until)}`;
}

/** Of a file; none when it cannot be read, which others tell. */
function certificatesIn(path: string): X509Certificate[] {
  try {
    return (readFileSync(path, 'utf8').match(PEM_BLOCK) ?? []).map((pem) => new X509Certificate(pem));
  } catch {
    return [];
  }
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
