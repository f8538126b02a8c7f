import { showCommand } from './anomaly/show.js';
import { trainCommand } from './anomaly/train.js';
import type { CommandDefinition } from './program.js';

export const anomalyCommand: CommandDefinition = (program, context) => {
  const anomaly = program.command('anomaly').description('What is unusual, and the model that says so.');
  showCommand(anomaly, context);
  trainCommand(anomaly, context);
};
