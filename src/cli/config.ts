import { resolve } from 'node:path';
import { z } from 'zod';
import { type LoadedConfig, loadConfig } from '../config/load.js';
import { readConfiguredRules } from '../config/rule-files.js';
import { type Config, configSchema } from '../config/schema.js';
import { refusedRules } from '../model/rule.js';
import { numbered } from '../model/units.js';
import { renderRuleFaults } from '../report/rule-faults.js';
import { buildRuleset } from '../ruleset.js';
import { faultOfTlsFiles, servedTls, type TlsFiles } from '../sources/tls-files.js';
import { visible } from '../telemetry/visible.js';
import { readTables } from './import/siemstress-file.js';
import { importHelpers } from './import/siemstress-helpers.js';
import { tellImported } from './import/tell.js';
import { EXIT } from './io.js';
import type { CommandDefinition } from './program.js';

export const configCommand: CommandDefinition = (program, context) => {
  const { io } = context;
  const config = program.command('config').description('Check and show the configuration.');

  config
    .command('check')
    .description(
      'Check the configuration, the rules and the certificates that it names; exit 78 on a fault, 1 when rules are refused.',
    )
    .option('-c, --config <file>', 'configuration file')
    .addHelpText(
      'after',
      '\nExamples:\n  vedette config check -c /etc/vedette/config.yaml && systemctl reload vedette\n',
    )
    .action(
      context.action((options: { config?: string }) => {
        const loaded = loadConfig({ file: options.config, cwd: io.cwd, env: io.env });
        const { rules } = loaded.config;
        const read = readConfiguredRules(rules);
        const built = buildRuleset(read.files, rules);
        const faults = [...read.faults, ...built.faults];
        io.err(renderRuleFaults(faults));
        for (const warning of built.warnings) io.err(`${visible(warning)}\n`);
        const unusable = unusableCertificates(loaded);
        for (const fault of unusable) io.err(`${visible(fault)}\n`);
        if (loaded.config.sources.length === 0)
          io.err('There are no sources: `vedette run` would not start.\n');
        io.out(
          `${loaded.file ?? 'Defaults'}: ${numbered(loaded.config.sources.length, 'source')}, ${numbered(loaded.config.sinks.length, 'sink')}, ` +
            `${numbered(built.ruleset.rules.length, 'rule')}, ${refusedRules(faults)} refused.\n`,
        );
        if (unusable.length > 0) return EXIT.config;
        return faults.length > 0 ? EXIT.findings : EXIT.done;
      }),
    );

  config
    .command('show')
    .description('The configuration in force, defaults filled in, as JSON; what may be a secret is left out.')
    .option('-c, --config <file>', 'configuration file')
    .action(
      context.action((options: { config?: string }) => {
        const loaded = loadConfig({ file: options.config, cwd: io.cwd, env: io.env });
        io.out(`${JSON.stringify(withoutSecrets(loaded.config), null, 2)}\n`);
        return EXIT.done;
      }),
    );

  config
    .command('schema')
    .description('JSON Schema of the configuration, for editors.')
    .action(
      context.action(() => {
        io.out(
          `${JSON.stringify(z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }), null, 2)}\n`,
        );
        return EXIT.done;
      }),
    );

  config
    .command('import')
    .description(
      'Helpers of siemstress (siemmanage --exporthelpers) as extractors; exit 1 when some have no counterpart.',
    )
    .argument('<file>', 'the exported JSON')
    .action(
      context.action((file: string) =>
        tellImported(importHelpers(readTables(resolve(io.cwd, file))), 'helper', io),
      ),
    );
};

/** What a start would stumble over and no schema sees: certificates that are missing, broken or not of their key. */
function unusableCertificates({ config: { sources, api }, placeOf }: LoadedConfig): string[] {
  const faultOf = (files: TlsFiles, path: readonly string[], owner: string): string[] => {
    const fault = faultOfTlsFiles(files);
    return fault === null ? [] : [`${placeOf([...path, fault.option])}: ${owner}: ${fault.message}.`];
  };
  return [
    ...sources.flatMap((source, index) => {
      const files = servedTls(source);
      return files === undefined
        ? []
        : faultOf(files, ['sources', `${index}`], `sources.${index} (${source.name})`);
    }),
    ...(api.enabled && api.tls !== undefined ? faultOf(api.tls, ['api', 'tls'], 'api.tls') : []),
  ];
}

/** It gets pasted where others read it, and the path of a webhook or a body of one's own often holds a key. */
function withoutSecrets(config: Config): unknown {
  const sinks = config.sinks.map((sink) => {
    if (sink.type !== 'webhook') return sink;
    const { origin } = new URL(sink.url);
    return { ...sink, url: `${origin}/…`, ...(sink.body !== undefined && { body: '…' }) };
  });
  return { ...config, sinks };
}
