import type { SourceCard } from '../kit/api-types.js';

export interface FirstStep {
  readonly who: string;
  readonly how: string;
  readonly text: string;
}

const DEFAULT_PORT = '5140';

/** The three lines that bring the first events: for this machine's address and the ports that are listened on. */
export function firstSteps(
  host: string,
  sources: readonly Pick<SourceCard, 'type' | 'reads'>[],
): FirstStep[] {
  const isHere = /^(localhost|127\.|\[?::1)/.test(host);
  const here = isHere ? '127.0.0.1' : host;
  const tcp = portOf(sources, 'syslog-tcp');
  const udp = portOf(sources, 'syslog-udp');
  // Of a configuration that has neither: what the default one listens on.
  const [transport, port] = udp === null && tcp !== null ? ['tcp', tcp] : ['udp', udp ?? DEFAULT_PORT];
  const isTcp = tcp !== null || udp === null;
  return [
    {
      who: 'A Linux machine with rsyslog',
      how: isHere
        ? 'On this machine; on others, with its address in the place of 127.0.0.1.'
        : 'On each machine.',
      text: `echo '*.* ${isTcp ? '@@' : '@'}${here}:${isTcp ? (tcp ?? DEFAULT_PORT) : udp}' | sudo tee /etc/rsyslog.d/90-vedette.conf && sudo systemctl restart rsyslog`,
    },
    {
      who: 'A network device',
      how: 'Firewall, switch, access point: its remote syslog. As Cisco IOS writes it:',
      text: `logging host ${isHere ? 'ADDRESS-OF-THIS-MACHINE' : host} transport ${transport} port ${port}`,
    },
    { who: 'A log file', how: 'Read from the start, then followed.', text: 'vedette tail /var/log/auth.log' },
  ];
}

function portOf(sources: readonly Pick<SourceCard, 'type' | 'reads'>[], type: string): string | null {
  const reads = sources.find((source) => source.type === type)?.reads ?? '';
  return /:(\d+)(?:\/\w+)?$/.exec(reads)?.[1] ?? null;
}
