import type { Command } from 'commander';
import { renderIncident } from '../report/incident-text.js';
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

export const incidentsCommand: CommandDefinition = (program, context) => {
  const { io } = context;
  const incidents = program
    .command('incidents')
    .description('Look at incidents: alerts of one attacker, host or user as one story.');

  withListOptions(
    incidents.command('list', { isDefault: true }).description('Highest risk first, one a line.'),
    'incidents',
  ).action(
    context.action((options: ListOptions, command: Command) => {
      refuseWords(command);
      const found = withState(context, options, (state) => state.listIncidents(filterOf(options)));
      if (options.json) for (const one of found) io.out(`${JSON.stringify(one)}\n`);
      else if (found.length === 0) io.out('No incidents.\n');
      else {
        const rows = found.map(({ incident, severity, stages }) => [
          incident.id.slice(0, 8),
          String(incident.risk),
          incident.last_seen.slice(0, 19).replace('T', ' '),
          severity,
          incident.status,
          String(incident.alerts),
          String(stages.length),
          incident.title,
        ]);
        const heading = ['ID', 'RISK', 'LAST SEEN (UTC)', 'SEVERITY', 'STATUS', 'ALERTS', 'STAGES', 'WHAT'];
        io.out(renderTable([heading, ...rows], { width: io.width }));
      }
      return EXIT.done;
    }),
  );

  incidents
    .command('show')
    .description('One incident: its stages and its alerts in their order.')
    .argument('<id>', 'incident id or its beginning')
    .option('-c, --config <file>', 'configuration file')
    .option('--data-dir <dir>', 'data_dir of the daemon')
    .option('--json', 'the incident line as JSON')
    .action(
      context.action((id: string, options: StoredOptions) => {
        const found = onlyOne(
          withState(context, options, (state) => state.findIncidents(id)),
          'incident',
          id,
        );
        const style = { colour: io.colour, width: io.width };
        io.out(options.json ? `${JSON.stringify(found)}\n` : renderIncident(found, style));
        return EXIT.done;
      }),
    );
};
