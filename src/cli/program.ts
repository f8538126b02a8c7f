import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { ConfigError, faultText } from '../config/errors.js';
import { NoAnswer, NotForThisUser } from '../daemon/control-socket.js';
import { DataDirLocked, DataDirUnusable } from '../daemon/lock.js';
import { DaemonFailure } from '../daemon.js';
import { faultLine, outsideFault } from '../telemetry/outside-fault.js';
import { CliError, type CliIo, EXIT, OutputClosed, processIo } from './io.js';

/** Adds a subcommand; its action returns the exit code through `done`. */
export type CommandDefinition = (program: Command, context: CliContext) => void;

export interface CliContext {
  readonly io: CliIo;
  readonly version: string;
  /** Wraps an action: its result is the exit code. */
  readonly action: <A extends unknown[]>(
    run: (...args: A) => Promise<number> | number,
  ) => (...args: A) => Promise<void>;
}

/** Loaded when they are asked for: a daemon need not hold the rule author's tools in memory. */
const COMMANDS: ReadonlyMap<string, () => Promise<CommandDefinition>> = new Map([
  ['run', async () => (await import('./run.js')).runCommand],
  ['tail', async () => (await import('./tail.js')).tailCommand],
  ['scan', async () => (await import('./scan.js')).scanCommand],
  ['replay', async () => (await import('./replay.js')).replayCommand],
  ['parse-line', async () => (await import('./parse-line.js')).parseLineCommand],
  ['stats', async () => (await import('./stats.js')).statsCommand],
  ['token', async () => (await import('./token.js')).tokenCommand],
  ['query', async () => (await import('./query.js')).queryCommand],
  ['log', async () => (await import('./log.js')).logCommand],
  ['alerts', async () => (await import('./alerts.js')).alertsCommand],
  ['incidents', async () => (await import('./incidents.js')).incidentsCommand],
  ['silences', async () => (await import('./silences.js')).silencesCommand],
  ['report', async () => (await import('./report.js')).reportCommand],
  ['anomaly', async () => (await import('./anomaly.js')).anomalyCommand],
  ['convert', async () => (await import('./convert.js')).convertCommand],
  ['rules', async () => (await import('./rules.js')).rulesCommand],
  ['doctor', async () => (await import('./doctor.js')).doctorCommand],
  ['config', async () => (await import('./config.js')).configCommand],
]);

const EXAMPLES = `
Examples:
  vedette run                                    watch what config.yaml says
  vedette run --alerts - | jq .rule.name         alerts as JSON lines to a pipe
  vedette tail /var/log/auth.log                 follow a file and print alerts
  vedette scan /var/log                          what the logs of this machine say
  vedette parse-line '<34>Oct 11 22:14:15 web sshd[9]: Failed password for root from 203.0.113.7 port 22 ssh2'
  vedette incidents                              what needs you, highest risk first
  vedette query 'source.ip:203.0.113.0/24 and "Failed"' --last 6h
  vedette alerts list --status open
  vedette incidents close 3f2a --verdict benign --reason 'our own scanner'
  vedette doctor                                 what does not work, and what to do about it
  vedette config check -c /etc/vedette/config.yaml
`;

/** Runs one command line. Resolves with the exit code; never throws, never exits. */
export async function runCli(argv: readonly string[], io: CliIo = processIo()): Promise<number> {
  let exitCode: number = EXIT.done;
  const context: CliContext = {
    io,
    version: packageVersion(),
    action:
      (run) =>
      async (...args) => {
        exitCode = await run(...args);
      },
  };
  try {
    const program = await commandTree(context, argv[0]);
    await program.parseAsync([...argv], { from: 'user' });
    await io.finish();
    return exitCode;
  } catch (error) {
    if (error instanceof OutputClosed) return exitCode;
    if (error instanceof CommanderError && error.code === 'commander.missingArgument' && isGreedy(argv))
      io.err('An option such as -r takes all that follows it: put it behind the other arguments.\n');
    return report(error, io);
  }
}

/** Has an option of several values: the commands of `rules` name theirs so. */
function isGreedy([command, ...others]: readonly string[]): boolean {
  return command === 'rules' && others.some((word) => /^(?:-[rp]|--(?:rules|pipeline))$/.test(word));
}

/** The command of that name, or, when there is none, all: for help, suggestions, and what describes them. */
export async function commandTree(context: CliContext, name?: string): Promise<Command> {
  const program = new Command('vedette')
    .description('A streaming SIEM in one process: syslog and files in, few explained alerts out.')
    .version(context.version, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .addHelpText('after', EXAMPLES)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeOut: context.io.out, writeErr: context.io.err });
  const wanted = name === undefined ? undefined : COMMANDS.get(name);
  for (const load of wanted === undefined ? COMMANDS.values() : [wanted]) (await load())(program, context);
  return program;
}

function report(error: unknown, io: CliIo): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof ConfigError) {
    io.err(
      `The configuration has ${error.faults.length === 1 ? 'a fault' : `${error.faults.length} faults`}:\n`,
    );
    for (const fault of error.faults) io.err(`  ${faultText(fault)}\n`);
    return EXIT.config;
  }
  if (error instanceof NotForThisUser || error instanceof NoAnswer) {
    io.err(`${error.message}\n`);
    return EXIT.io;
  }
  if (error instanceof DataDirLocked || error instanceof DataDirUnusable) {
    io.err(`${error.message}\n`);
    return error instanceof DataDirLocked ? EXIT.config : EXIT.io;
  }
  if (error instanceof CliError || error instanceof DaemonFailure) {
    io.err(`${error.message}\n`);
    return error.exitCode;
  }
  if (outsideFault(error) !== null) {
    io.err(`${faultLine(error as Error)}\n`);
    return EXIT.io;
  }
  const { code, message, stack } = error as NodeJS.ErrnoException;
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) {
    io.err(`${message}\n`);
    return EXIT.io;
  }
  io.err(`Internal error; please report it.\n${stack ?? String(error)}\n`);
  return EXIT.internal;
}

function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
