import type { SourceConfig } from '../../config/schema.js';
import { isLoopback } from '../../model/settings.js';
import { resolveHost } from '../../sources/address.js';
import { type Check, type Finding, hint, problem } from '../check.js';
import type { DaemonFigures } from '../figures.js';
import { answers, bindFault, ownerOf, type Transport } from '../ports.js';

type Listening = Extract<SourceConfig, { listen: unknown }>;

/** Below it Linux lets only those listen who may (net.ipv4.ip_unprivileged_port_start). */
const PRIVILEGED = 1024;

export const listening: Check = {
  title: 'Listening',
  async run({ config, figures }) {
    const well: string[] = [];
    const findings: Finding[] = [];
    for (const source of config.sources) {
      if (!('listen' in source)) continue;
      const found = figures === null ? await freePort(source) : await openPort(source, figures);
      if (typeof found === 'string') well.push(found);
      else findings.push(found);
      if (isLoopback(source.listen.host))
        findings.push(
          hint(
            `${source.name} listens on ${source.listen.host}: only this machine can send to it.`,
            'Listen on 0.0.0.0 for other machines.',
          ),
        );
    }
    return { well, findings };
  },
};

/** Of a running daemon. */
async function openPort(source: Listening, { sources }: DaemonFigures): Promise<string | Finding> {
  const figures = sources[source.name!];
  const transport = transportOf(source);
  if (figures === undefined)
    return problem(
      `The running daemon has no source ${source.name}: it was started with another configuration.`,
      'Send it SIGHUP, or start it again.',
    );
  const [, host = source.listen.host, port = String(source.listen.port)] =
    /^\[?([^\]]*)\]?:(\d+)\//.exec(figures.reads) ?? [];
  if (!figures.up) {
    const owner = ownerOf(transport, Number(port));
    return problem(
      `${source.name} does not run: it could not listen on ${figures.reads}.`,
      owner === null
        ? 'The log of the daemon says why; it is tried again and again.'
        : `The port is taken by ${owner}: stop that, or change listen.`,
    );
  }
  if (transport === 'tcp' && !(await answers(host, Number(port))))
    return problem(
      `${source.name} listens on ${figures.reads}, but takes no connection from here.`,
      'A firewall of this machine may be in the way, or max_connections are open.',
    );
  return `${source.name} on ${figures.reads}`;
}

/** Without a daemon: whether one could listen. */
async function freePort(source: Listening): Promise<string | Finding> {
  const { port } = source.listen;
  const transport = transportOf(source);
  const place = `${source.listen.host}:${port}/${transport}`;
  let host: string;
  try {
    host = await resolveHost(source.listen.host);
  } catch (error) {
    return problem(
      `${source.name}: ${(error as Error).message}.`,
      'Name an address of this machine, or 0.0.0.0.',
    );
  }
  const code = await bindFault(transport, host, port);
  if (code === null) return `${place} is free for ${source.name}`;
  const owner = ownerOf(transport, port);
  if (code === 'EADDRINUSE')
    return problem(
      `${place}, which ${source.name} wants, is taken${owner === null ? '' : ` by ${owner}`}.`,
      'Stop the other program, or change listen.',
    );
  if (code === 'EACCES' && port < PRIVILEGED)
    return problem(
      `${source.name} may not listen on ${place}: ports below ${PRIVILEGED} need a capability.`,
      'Give it CAP_NET_BIND_SERVICE (scripts/vedette.service does), or choose a port from 1024 on.',
    );
  return problem(
    `${source.name} cannot listen on ${place} (${code}).`,
    'Change listen; 0.0.0.0 is every address.',
  );
}

function transportOf({ type }: Listening): Transport {
  return type === 'syslog-udp' ? 'udp' : 'tcp';
}
