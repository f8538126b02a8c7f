import type { RuleFault } from '../model/rule.js';
import { visible } from '../telemetry/visible.js';

/** A line for each fault, and below it, indented, the rule as it can be written instead. */
export function renderRuleFaults(faults: readonly RuleFault[]): string {
  return faults
    .map(({ place, code, message, rewrite }) => {
      // What cannot be read has no lines.
      const where = code === 'rule.file' ? place.file : `${place.file}:${place.line}`;
      const line = `${visible(where)}: ${visible(message)}\n`;
      if (rewrite === undefined) return line;
      const lines = rewrite.trimEnd().split('\n');
      return `${line}${lines.map((text) => `    ${visible(text)}\n`).join('')}`;
    })
    .join('');
}
