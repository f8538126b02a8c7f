import { describe, expect, it } from 'vitest';
import { jsonTcp } from '../../src/sources/json-tcp.js';
import { SOURCES } from '../../src/sources/registry.js';
import { syslogTcp } from '../../src/sources/syslog-tcp.js';
import { type SourcePromise, sourceContract } from '../contracts/source-contract.js';
import {
  fileHarness,
  httpHarness,
  journaldHarness,
  natsHarness,
  stdinHarness,
  tcpHarness,
  tlsHarness,
  udpHarness,
} from '../helpers/source-harnesses.js';

/** Every type in the registry is listed here, or this does not compile. */
const PROMISES: Record<keyof typeof SOURCES, SourcePromise> = {
  'syslog-udp': { transport: 'udp', whenFull: 'drops', afterStop: 'forgets', setUp: udpHarness },
  'syslog-tcp': {
    transport: 'tcp',
    whenFull: 'waits',
    afterStop: 'forgets',
    setUp: () => tcpHarness(syslogTcp),
  },
  'syslog-tls': { transport: 'tls', whenFull: 'waits', afterStop: 'forgets', setUp: tlsHarness },
  'json-tcp': {
    transport: 'tcp',
    whenFull: 'waits',
    afterStop: 'forgets',
    setUp: () => tcpHarness(jsonTcp),
  },
  http: { transport: 'http', whenFull: 'waits', afterStop: 'forgets', setUp: httpHarness },
  stdin: { transport: 'stdin', whenFull: 'waits', afterStop: 'forgets', setUp: stdinHarness },
  file: { transport: 'file', whenFull: 'waits', afterStop: 'resumes', setUp: fileHarness },
  journald: { transport: 'journald', whenFull: 'waits', afterStop: 'resumes', setUp: journaldHarness },
  nats: {
    transport: 'nats',
    whenFull: 'waits',
    afterStop: 'resumes',
    setUp: natsHarness,
    tools: ['nats-server'],
  },
};

for (const [type, promise] of Object.entries(PROMISES)) sourceContract(type, promise);

describe('the registry of sources', () => {
  it('lists each type under its own name, with a summary', () => {
    for (const [name, source] of Object.entries(SOURCES)) {
      expect(source.type).toBe(name);
      expect(source.summary).toMatch(/\.$/);
    }
  });
});
