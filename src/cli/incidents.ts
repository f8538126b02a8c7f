import type { IncidentChange } from '../model/incident.js';
import { renderIncident } from '../report/incident-text.js';
import { incidentBundle, stixBundle } from '../sinks/stix/bundle.js';
import { EXIT } from './io.js';
import type { CommandDefinition } from './program.js';
import { addList, onlyOne, type StoredOptions, withDataDir, withStored } from './stored.js';
import { addTriage, renderWorkflow } from './triage.js';

export const incidentsCommand: CommandDefinition = (program, context) => {
  const { io } = context;
  const incidents = program
    .command('incidents')
    .description(
      'Look at incidents, alerts of one attacker, host or user as one story, and say what they were.',
    );

  addList(incidents, context, {
    what: 'incidents',
    description: 'Incidents that nobody has closed, the highest risk first, one a line.',
    list: (cases, filter) => cases.incidents(filter, 'risk').items,
    idOf: ({ incident }) => incident.id,
    heading: ['ID', 'RISK', 'LAST SEEN (UTC)', 'SEVERITY', 'STATUS', 'ALERTS', 'STAGES', 'WHAT'],
    row: ({ incident, severity, stages, labels }, said) => [
      incident.id.slice(0, 8),
      String(incident.risk),
      incident.last_seen.slice(0, 19).replace('T', ' '),
      severity,
      said ?? incident.status,
      String(incident.alerts),
      String(stages.length),
      labels?.demo ? `${incident.title} (demo)` : incident.title,
    ],
  });

  withDataDir(incidents.command('show'))
    .description('One incident: its stages, its alerts in their order, and what people said of it.')
    .argument('<id>', 'incident id or its beginning')
    .option('--json', 'the incident line as JSON, with what people said')
    .option('--stix', 'with its alerts as one STIX 2.1 bundle')
    .action(
      context.action((id: string, options: StoredOptions & { readonly stix?: boolean }) => {
        const { incident, workflow, alerts } = withStored(context, options, ({ cases, desk }) => {
          const incident = onlyOne(cases.find('incidents', id) as IncidentChange[], 'incident', id);
          const alerts = cases.alertsOf(incident);
          return { incident, alerts, workflow: desk.workflow.of(incident.incident.id) };
        });
        const style = { colour: io.colour, width: io.width };
        if (options.stix)
          io.out(
            `${JSON.stringify(
              incidentBundle(
                incident,
                alerts.map((alert) => stixBundle(alert)),
              ),
              null,
              2,
            )}\n`,
          );
        else if (options.json) io.out(`${JSON.stringify({ ...incident, workflow })}\n`);
        else io.out(`${renderIncident(incident, style)}${renderWorkflow(workflow, style)}`);
        return EXIT.done;
      }),
    );

  addTriage<IncidentChange>(incidents, context, {
    kind: 'incident',
    nameOf: ({ incident }) => incident.title,
  });
};
