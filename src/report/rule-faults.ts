import type { RuleFault } from '../model/rule.js';
import { visible } from '../telemetry/visible.js';

/** A line for each fault, and below it, indented, the rule as it can be written instead. */
export function renderRuleFaults(faults: readonly RuleFault[]): string {
  return faults
    .map(({ place, message, rewrite }) => {
      const line = `${visible(place.file)}:${place.line}: ${visible(message)}\n`;
      if (rewrite === undefined) return line;
      const lines = rewrite.trimEnd().split('\n');
      return `${line}${lines.map((text) => `    ${visible(text)}\n`).join('')}`;
    })
    .join('');
}
