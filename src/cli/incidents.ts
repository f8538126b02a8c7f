import { renderIncident } from '../report/incident-text.js';
import { EXIT } from './io.js';
import type { CommandDefinition } from './program.js';
import { addList, onlyOne, type StoredOptions, withState } from './stored.js';

export const incidentsCommand: CommandDefinition = (program, context) => {
  const { io } = context;
  const incidents = program
    .command('incidents')
    .description('Look at incidents: alerts of one attacker, host or user as one story.');

  addList(incidents, context, {
    what: 'incidents',
    description: 'Highest risk first, one a line.',
    list: (state, filter) => state.listIncidents(filter),
    heading: ['ID', 'RISK', 'LAST SEEN (UTC)', 'SEVERITY', 'STATUS', 'ALERTS', 'STAGES', 'WHAT'],
    row: ({ incident, severity, stages, labels }) => [
      incident.id.slice(0, 8),
      String(incident.risk),
      incident.last_seen.slice(0, 19).replace('T', ' '),
      severity,
      incident.status,
      String(incident.alerts),
      String(stages.length),
      labels?.demo ? `${incident.title} (demo)` : incident.title,
    ],
  });

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
