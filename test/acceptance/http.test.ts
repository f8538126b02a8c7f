import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { certificates } from '../helpers/certificates.js';
import { describeWithTools } from '../helpers/describe-with-tools.js';
import { httpAsk } from '../helpers/http-ask.js';
import { sshdLine, TestDaemon, temporaryFolder, until } from '../helpers/run-daemon.js';
import { type RunningSender, startRsyslogWith, startSyslogNgWith } from '../helpers/senders.js';
import { storedLines } from '../helpers/stored-lines.js';

const run = promisify(execFile);
const TOKEN = 'f3b1c7a9d2e84c6fb0a1';
const LINES = 3000;
const ATTACK = 10;

async function start(
  settings = '',
  folder = temporaryFolder(),
): Promise<{ daemon: TestDaemon; port: number; folder: ReturnType<typeof temporaryFolder> }> {
  writeFileSync(join(folder.path, 'tokens'), `${TOKEN}\n`);
  const daemon = new TestDaemon(
    folder.path,
    `data_dir: ./data
sources:
  - { type: http, name: in, listen: "127.0.0.1:0", token_file: tokens${settings} }
sinks:
  - { type: ndjson, dir: ./alerts }
`,
  );
  onTestFinished(async () => {
    await daemon.kill();
    folder.remove();
  });
  const [port] = await daemon.ports();
  return { daemon, port: port!, folder };
}

/** What an sshd says, each unique, with an attack in the middle. */
function messages(): string[] {
  const quiet = Array.from(
    { length: LINES - ATTACK },
    (_, i) => `Received disconnect from 192.0.2.${i % 200} port ${10_000 + i}:11: disconnected by user`,
  );
  const guesses = Array.from(
    { length: ATTACK },
    (_, i) => `Failed password for root from 203.0.113.7 port ${40_000 + i} ssh2`,
  );
  quiet.splice(quiet.length / 2, 0, ...guesses);
  return quiet;
}

const alerts = (daemon: TestDaemon): (string | null)[] =>
  daemon.alertLines().map(({ rule, entity }) => `${rule.name}: ${entity}`);

function rsyslog(port: number): Promise<RunningSender> {
  return startRsyslogWith(
    (folder) => `
global(workDirectory="${join(folder, 'work')}" localHostname="web-01")
module(load="imfile" mode="polling" pollingInterval="1")
module(load="omelasticsearch")
template(name="record" type="list" option.jsonf="on") {
  property(outname="@timestamp" name="timereported" dateFormat="rfc3339" format="jsonf")
  property(outname="host" name="hostname" format="jsonf")
  property(outname="program" name="programname" format="jsonf")
  property(outname="message" name="msg" format="jsonf")
}
input(type="imfile" file="${join(folder, 'input.log')}" tag="sshd" severity="info" facility="auth" ruleset="forward")
ruleset(name="forward" queue.type="LinkedList" queue.size="100000" queue.dequeueBatchSize="500") {
  action(type="omelasticsearch" server="127.0.0.1" serverport="${port}" searchIndex="logs" template="record" bulkmode="on"
         uid="vedette" pwd="${TOKEN}" action.resumeRetryCount="-1" action.resumeInterval="1")
}
`,
  );
}

/** Its own module for Splunk and for plain JSON are this driver with other bodies. */
function syslogNg(port: number, url: string, authorization: string, body: string): Promise<RunningSender> {
  return startSyslogNgWith(
    (folder) => `@version: 3.38
options { keep-hostname(yes); stats-freq(0); };
source s { file("${join(folder, 'input.log')}" follow-freq(0.1) flags(no-parse) program-override("sshd") host-override("web-02")
  log-iw-size(10000) log-fetch-limit(1000)); };
destination d { http(url("http://127.0.0.1:${port}${url}") method("POST") headers("Authorization: ${authorization}")
  batch-lines(200) batch-timeout(100) time-reopen(1) body('${body}')); };
log { source(s); destination(d); flags(flow-control); };
`,
  );
}

describeWithTools('events over HTTP', ['rsyslogd', 'syslog-ng', 'curl'], () => {
  it.each([
    ['rsyslog, as to Elasticsearch', rsyslog],
    [
      'syslog-ng, as to Splunk',
      (port: number) =>
        syslogNg(
          port,
          '/services/collector/event',
          `Splunk ${TOKEN}`,
          '$(format-json event="<$PRI>$DATE $HOST $MSGHDR$MSG" host="$HOST")',
        ),
    ],
    [
      'syslog-ng, in JSON',
      (port: number) =>
        syslogNg(port, '/logs', `Bearer ${TOKEN}`, '$(format-json --scope rfc5424 --scope nv-pairs)'),
    ],
  ])('come from %s, each once, and are what they are', async (_who, startSender) => {
    const { daemon, port, folder } = await start();
    const sender = await startSender(port);
    onTestFinished(() => sender.stop());
    const sent = messages();
    await sender.log(sent);
    await until(async () => ((await daemon.stats()).detection.records >= LINES ? true : null), 'the records');
    await until(
      () => alerts(daemon).find((alert) => alert === 'SSH Brute Force: 203.0.113.7') ?? null,
      'the alert',
    );
    await daemon.stored(LINES);
    const stored = storedLines(folder.path, 'in');
    expect(stored).toHaveLength(LINES);
    for (const [i, line] of stored.entries()) expect(line).toContain(sent[i]);
    expect((await daemon.stats()).sources.in).toMatchObject({ type: 'http', records: LINES, counts: {} });
  });

  it('come by curl, packed and over TLS', async () => {
    const { ca, serverCert, serverKey } = await certificates();
    const { daemon, port, folder } = await start(`, cert: ${serverCert}, key: ${serverKey}`);
    const file = join(folder.path, 'auth.log');
    writeFileSync(
      file,
      messages()
        .map((message) => sshdLine(message))
        .join('\n'),
    );
    await run('gzip', [file]);
    const { stdout } = await run('curl', [
      ...['--silent', '--show-error', '--cacert', ca, '--connect-to', `localhost:${port}:127.0.0.1:${port}`],
      ...[
        '--data-binary',
        `@${file}.gz`,
        '-H',
        'Content-Encoding: gzip',
        '-H',
        `Authorization: Bearer ${TOKEN}`,
      ],
      `https://localhost:${port}/`,
    ]);
    expect(JSON.parse(stdout)).toEqual({ accepted: LINES });
    // What is answered is stored.
    await daemon.kill();
    expect(storedLines(folder.path, 'in')).toHaveLength(LINES);
  });

  it('lose nothing that was answered by a kill, and everything comes with a sender that tries again', async () => {
    let { daemon, port, folder } = await start();
    const answered = new Set<string>();
    const all = Array.from({ length: 200 }, (_, i) => sshdLine(`Server listening on port ${i}`));
    let next = 0;
    let kills = 0;
    const send = async (): Promise<void> => {
      for (let line = all[next++]; line !== undefined; line = all[next++]) {
        for (;;) {
          const headers = { authorization: `Bearer ${TOKEN}` };
          const answer = await httpAsk(port, 'POST', '/', line, { headers }).catch(() => null);
          if (answer?.status === 200) break;
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        answered.add(line);
      }
    };
    const sending = Promise.all(Array.from({ length: 8 }, send));
    while (kills < 2) {
      const wanted = 50 * (kills + 1);
      await until(() => (answered.size >= wanted ? true : null), 'answers');
      await daemon.kill();
      kills++;
      const before = storedLines(folder.path, 'in');
      for (const line of answered) expect(before).toContain(line);
      ({ daemon, port } = await start('', folder));
    }
    await sending;
    expect(await daemon.stop()).toBe(0);
    const stored = storedLines(folder.path, 'in');
    expect(new Set(stored)).toEqual(new Set(all));
    // Those in flight at a kill may have been stored without an answer.
    expect(stored.length).toBeLessThanOrEqual(all.length + 8 * kills);
  });
});
