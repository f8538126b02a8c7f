import type { Config } from '../../config/schema.js';
import { isLoopback } from '../../model/settings.js';
import { type Check, type Finding, hint, problem } from '../check.js';
import type { DaemonFigures } from '../figures.js';
import { listenFault } from '../listen-fault.js';
import { answers, ownerOf } from '../ports.js';

type ApiConfig = Config['api'];

/** As the other checks name sources. */
const NAME = 'the API';

export const api: Check = {
  title: 'API and page',
  async run({ config: { api: settings }, figures }) {
    if (!settings.enabled) return { well: ['off: api.enabled is false'], findings: [] };
    const found = figures === null ? await wouldServe(settings) : await serves(settings, figures);
    const risks = risksOf(settings);
    return typeof found === 'string'
      ? { well: [found], findings: risks }
      : { well: [], findings: [found, ...risks] };
  },
};

/** Of a running daemon. */
async function serves(
  { listen: { host, port } }: ApiConfig,
  { page, page_elsewhere: elsewhere }: DaemonFigures,
): Promise<string | Finding> {
  if (page === null) {
    const owner = ownerOf('tcp', port);
    return problem(
      `The API and the page are not served: the daemon does not listen on ${host}:${port}.`,
      owner === null
        ? 'The log of the daemon says why; it is tried again and again.'
        : `The port is taken by ${owner}: stop that, or change api.listen.`,
    );
  }
  const { hostname, port: served, protocol } = new URL(page);
  // Ports that are usual for a protocol are not in its addresses.
  const own = Number(served) || (protocol === 'https:' ? 443 : 80);
  if (!(await answers(hostname.replace(/^\[|\]$/g, ''), own)))
    return problem(
      `The page is on ${page}, but takes no connection from here.`,
      'A firewall of this machine may be in the way.',
    );
  const where = elsewhere ? `${page}, from other machines ${elsewhere}` : page;
  return `the page is on ${where}; vedette token login prints an address that logs a browser in`;
}

async function wouldServe({ listen: { host, port }, tls }: ApiConfig): Promise<string | Finding> {
  const fault = await listenFault({ name: NAME, transport: 'tcp', host, port });
  return fault ?? `${host}:${port}/tcp is free for the page, on ${tls === undefined ? 'http' : 'https'}`;
}

function risksOf({ listen: { host }, tls }: ApiConfig): Finding[] {
  if (tls !== undefined || isLoopback(host)) return [];
  return [
    hint(
      `The API is open to the network on ${host} without TLS: whoever sees the traffic can take over sessions and tokens.`,
      'Set api.tls (cert, key); behind a proxy that has TLS, listen on 127.0.0.1.',
    ),
  ];
}
