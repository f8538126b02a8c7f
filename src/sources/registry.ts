import { file } from './file.js';
import { http } from './http.js';
import { journald } from './journald.js';
import { jsonTcp } from './json-tcp.js';
import { nats } from './nats.js';
import type { SourceType } from './source.js';
import { stdin } from './stdin.js';
import { syslogTcp } from './syslog-tcp.js';
import { syslogTls } from './syslog-tls.js';
import { syslogUdp } from './syslog-udp.js';

/** Every type of source, by the `type` of its config. A new one is its file and a line here. */
export const SOURCES = {
  'syslog-udp': syslogUdp,
  'syslog-tcp': syslogTcp,
  'syslog-tls': syslogTls,
  'json-tcp': jsonTcp,
  http,
  file,
  journald,
  stdin,
  nats,
} satisfies Record<string, SourceType>;
