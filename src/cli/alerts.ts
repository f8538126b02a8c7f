import { renderAlert } from '../report/alert-text.js';
import { EXIT } from './io.js';
import type { CommandDefinition } from './program.js';
import { addList, onlyOne, type StoredOptions, withState } from './stored.js';

export const alertsCommand: CommandDefinition = (program, context) => {
  const { io } = context;
  const alerts = program.command('alerts').description('Look at stored alerts.');

  addList(alerts, context, {
    what: 'alerts',
    description: 'Newest alerts, one a line.',
    options: (command) => command.option('--silenced', 'also those that a silence hides'),
    list: (state, filter) => state.listAlerts(filter),
    heading: ['ID', 'LAST SEEN (UTC)', 'SEVERITY', 'STATUS', 'COUNT', 'ENTITY', 'RULE'],
    row: ({ alert, severity, entity, rule, silenced, labels }) => [
      alert.id.slice(0, 8),
      alert.last_seen.slice(0, 19).replace('T', ' '),
      severity,
      silenced === undefined ? alert.status : 'silenced',
      String(alert.count),
      entity,
      labels?.demo ? `${rule.name} (demo)` : rule.name,
    ],
  });

  alerts
    .command('show')
    .description('One alert with its evidence.')
    .argument('<id>', 'alert id or its beginning')
    .option('-c, --config <file>', 'configuration file')
    .option('--data-dir <dir>', 'data_dir of the daemon')
    .option('--json', 'the alert line as JSON')
    .action(
      context.action((id: string, options: StoredOptions) => {
        const found = withState(context, options, (state) => state.findAlerts(id));
        const alert = onlyOne(found, 'alert', id);
        io.out(
          options.json
            ? `${JSON.stringify(alert)}\n`
            : renderAlert(alert, { colour: io.colour, width: io.width }),
        );
        return EXIT.done;
      }),
    );
};
