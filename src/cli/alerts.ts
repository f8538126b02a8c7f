import type { AlertChange } from '../model/alert.js';
import { renderAlert } from '../report/alert-text.js';
import { stixBundle } from '../sinks/stix/bundle.js';
import { EXIT } from './io.js';
import type { CommandDefinition } from './program.js';
import { addList, onlyOne, type StoredOptions, withDataDir, withStored } from './stored.js';
import { addTriage, renderWorkflow } from './triage.js';

export const alertsCommand: CommandDefinition = (program, context) => {
  const { io } = context;
  const alerts = program.command('alerts').description('Look at stored alerts, and say what they were.');

  addList(alerts, context, {
    what: 'alerts',
    description: 'Newest alerts that nobody has closed, one a line.',
    options: (command) => command.option('--silenced', 'also those that a silence hides'),
    list: (cases, filter) => cases.newestAlerts(filter),
    idOf: ({ alert }) => alert.id,
    heading: ['ID', 'LAST SEEN (UTC)', 'SEVERITY', 'STATUS', 'COUNT', 'ENTITY', 'RULE'],
    row: ({ alert, severity, entity, rule, silenced, labels }, said) => [
      alert.id.slice(0, 8),
      alert.last_seen.slice(0, 19).replace('T', ' '),
      severity,
      said ?? (silenced === undefined ? alert.status : 'silenced'),
      String(alert.count),
      entity,
      labels?.demo ? `${rule.name} (demo)` : rule.name,
    ],
  });

  withDataDir(alerts.command('show'))
    .description('One alert with its evidence, and what people said of it.')
    .argument('<id>', 'alert id or its beginning')
    .option('--json', 'the alert line as JSON, with what people said')
    .option('--stix', 'as a STIX 2.1 bundle')
    .action(
      context.action((id: string, options: StoredOptions & { readonly stix?: boolean }) => {
        const { alert, workflow } = withStored(context, options, ({ cases, desk }) => {
          const alert = onlyOne(cases.find('alerts', id) as AlertChange[], 'alert', id);
          return { alert, workflow: desk.workflow.of(alert.alert.id) };
        });
        const style = { colour: io.colour, width: io.width };
        if (options.stix) io.out(`${JSON.stringify(stixBundle(alert), null, 2)}\n`);
        else if (options.json) io.out(`${JSON.stringify({ ...alert, workflow })}\n`);
        else io.out(`${renderAlert(alert, style)}${renderWorkflow(workflow, style)}`);
        return EXIT.done;
      }),
    );

  addTriage<AlertChange>(alerts, context, { kind: 'alert', nameOf: ({ rule }) => rule.name });
};
