import { resolveHost } from '../sources/address.js';
import { type Finding, problem } from './check.js';
import { bindFault, ownerOf, type Transport } from './ports.js';

/** Below it Linux lets only those listen who may (net.ipv4.ip_unprivileged_port_start). */
const PRIVILEGED = 1024;

interface Wish {
  /** Who wants to listen. */
  readonly name: string;
  readonly transport: Transport;
  readonly host: string;
  readonly port: number;
}

/** Without a daemon: why one could not listen there; null = it could. It is tried and undone. */
export async function listenFault({ name, transport, host: wanted, port }: Wish): Promise<Finding | null> {
  const place = `${wanted}:${port}/${transport}`;
  let host: string;
  try {
    host = await resolveHost(wanted);
  } catch (error) {
    return problem(`${name}: ${(error as Error).message}.`, 'Name an address of this machine, or 0.0.0.0.');
  }
  const code = await bindFault(transport, host, port);
  if (code === null) return null;
  const owner = ownerOf(transport, port);
  if (code === 'EADDRINUSE')
    return problem(
      `${place}, which ${name} wants, is taken${owner === null ? '' : ` by ${owner}`}.`,
      'Stop the other program, or change listen.',
    );
  if (code === 'EACCES' && port < PRIVILEGED)
    return problem(
      `${name} may not listen on ${place}: ports below ${PRIVILEGED} need a capability.`,
      'Give it CAP_NET_BIND_SERVICE (scripts/vedette.service does), or choose a port from 1024 on.',
    );
  return problem(`${name} cannot listen on ${place} (${code}).`, 'Change listen; 0.0.0.0 is every address.');
}
