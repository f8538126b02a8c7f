import type { Command } from 'commander';
import { renderAlert } from '../report/alert-text.js';
import { renderTable } from '../report/table.js';
import { EXIT } from './io.js';
import type { CommandDefinition } from './program.js';
import {
  filterOf,
  type ListOptions,
  onlyOne,
  refuseWords,
  type StoredOptions,
  withListOptions,
  withState,
} from './stored.js';

export const alertsCommand: CommandDefinition = (program, context) => {
  const { io } = context;
  const alerts = program.command('alerts').description('Look at stored alerts.');

  withListOptions(
    alerts.command('list', { isDefault: true }).description('Newest alerts, one a line.'),
    'alerts',
  ).action(
    context.action((options: ListOptions, command: Command) => {
      refuseWords(command);
      const found = withState(context, options, (state) => state.listAlerts(filterOf(options)));
      if (options.json) for (const alert of found) io.out(`${JSON.stringify(alert)}\n`);
      else if (found.length === 0) io.out('No alerts.\n');
      else {
        const rows = found.map((alert) => [
          alert.alert.id.slice(0, 8),
          alert.alert.last_seen.slice(0, 19).replace('T', ' '),
          alert.severity,
          alert.alert.status,
          String(alert.alert.count),
          alert.entity,
          alert.rule.name,
        ]);
        io.out(
          renderTable([['ID', 'LAST SEEN (UTC)', 'SEVERITY', 'STATUS', 'COUNT', 'ENTITY', 'RULE'], ...rows], {
            width: io.width,
          }),
        );
      }
      return EXIT.done;
    }),
  );

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
