import type { SourceConfig } from '../../config/schema.js';
import { isLoopback } from '../../model/settings.js';
import { type Check, type Finding, hint, problem } from '../check.js';
import type { DaemonFigures } from '../figures.js';
import { listenFault } from '../listen-fault.js';
import { answers, ownerOf, type Transport } from '../ports.js';

type Listening = Extract<SourceConfig, { listen: unknown }>;

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
        ? `${figures.last_error ?? 'The log of the daemon says why'}; it is tried again and again.`
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
  const { host, port } = source.listen;
  const fault = await listenFault({ name: source.name!, transport: transportOf(source), host, port });
  return fault ?? `${host}:${port}/${transportOf(source)} is free for ${source.name}`;
}

function transportOf({ type }: Listening): Transport {
  return type === 'syslog-udp' ? 'udp' : 'tcp';
}
