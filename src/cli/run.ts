import { resolve } from 'node:path';
import { Option } from 'commander';
import { type LoadedConfig, loadConfig } from '../config/load.js';
import { LOG_LEVELS } from '../config/schema.js';
import { Daemon } from '../daemon.js';
import { createLogger } from '../telemetry/log.js';
import { CliError, EXIT } from './io.js';
import type { CliContext, CommandDefinition } from './program.js';
import { tellReady } from './ready.js';

interface RunOptions {
  readonly config?: string;
  readonly events?: string;
  readonly alerts?: string;
  readonly dataDir?: string;
  readonly logLevel?: string;
}

export const runCommand: CommandDefinition = (program, context) => {
  program
    .command('run')
    .description('Watch: receive, detect and alert until stopped.')
    .option('-c, --config <file>', 'configuration file')
    .addOption(new Option('--events <->', 'normalized events as JSON lines on stdout').choices(['-']))
    .addOption(new Option('--alerts <->', 'alert lines as JSON on stdout').choices(['-']))
    .option('--data-dir <dir>', 'where the log and state are kept')
    .addOption(
      new Option('--log-level <level>', 'least level of messages on stderr').choices([...LOG_LEVELS]),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  vedette run -c /etc/vedette/config.yaml\n  vedette run --alerts - | jq -r .rule.name\n',
    )
    .action(
      context.action((options: RunOptions) => {
        const flags: Record<string, unknown> = {};
        if (options.dataDir !== undefined) flags.data_dir = resolve(context.io.cwd, options.dataDir);
        if (options.logLevel !== undefined) flags['log.level'] = options.logLevel;
        const load = (): LoadedConfig =>
          loadConfig({ file: options.config, cwd: context.io.cwd, env: context.io.env, flags });
        return runDaemon(context, load, { events: options.events === '-', alerts: options.alerts === '-' });
      }),
    );
};

/** Starts the daemon with signals wired; resolves with its exit code. Shared by `run` and `tail`. */
export async function runDaemon(
  context: CliContext,
  load: () => LoadedConfig,
  stdout: { events: boolean; alerts: boolean },
): Promise<number> {
  const { config, file } = load();
  if (config.sources.length === 0) {
    throw new CliError(
      `${file ?? 'The configuration'} names no sources. Add for example:\n\n  sources:\n    - { type: syslog-udp, listen: 0.0.0.0:5140 }\n`,
      EXIT.config,
    );
  }
  const pretty = process.stderr.isTTY === true;
  const log = createLogger({ level: config.log.level, pretty, colour: pretty && !context.io.env.NO_COLOR });
  if (file !== null) log.debug({ file }, 'Configuration read.');
  const daemon = new Daemon({
    config,
    reloadConfig: () => load().config,
    log,
    pretty,
    terminal: { colour: context.io.colour, width: context.io.width },
    version: context.version,
    eventsToStdout: stdout.events,
    alertsToStdout: stdout.alerts,
    // Loaded only when it is served.
    serveApi: async (view) => (await import('../api/server.js')).serveApi(view),
    onWatching: () => tellReady(context.io.env, log),
  });
  const release = wireSignals(daemon);
  try {
    return await daemon.run();
  } finally {
    release();
  }
}

/** A terminal, npm and `timeout` each pass on the same Ctrl-C: what comes so soon after the first is no second wish. */
const ECHO_MS = 1000;

/** TERM and INT stop once, the second time at once; HUP reloads. */
function wireSignals(daemon: Daemon): () => void {
  let stoppingSince: number | null = null;
  const stop = (): void => {
    if (stoppingSince === null) {
      stoppingSince = Date.now();
      daemon.stop();
    } else if (Date.now() - stoppingSince > ECHO_MS) process.kill(process.pid, 'SIGKILL');
  };
  const reload = (): void => void daemon.reload();
  process.on('SIGTERM', stop).on('SIGINT', stop).on('SIGHUP', reload);
  return () => {
    process.off('SIGTERM', stop).off('SIGINT', stop).off('SIGHUP', reload);
  };
}
