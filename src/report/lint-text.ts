import type { Finding, Severity } from '../model/finding.js';
import { visible } from '../telemetry/visible.js';
import type { TextStyle } from './terminal.js';
import { wrapToWidth } from './text-width.js';

const SGR: Readonly<Record<Severity, string>> = { error: '1;31', warning: '1;33', info: '1;36' };
const INDENT = '    ';
const NARROWEST = 40;

/** Findings as `file:line: severity: message [code]`, which editors can follow, each with what to do below it. */
export function renderFindings(findings: readonly Finding[], { colour, width }: TextStyle): string {
  const paint = (text: string, sgr: string): string => (colour ? `\x1b[${sgr}m${text}\x1b[0m` : text);
  return findings
    .map(({ place, severity, code, message, fix }) => {
      const head = `${visible(place.file)}:${place.line}: ${paint(severity, SGR[severity])}: ${visible(message)} [${code}]\n`;
      const lines = fix === null ? [] : fixLines(fix, Math.max(NARROWEST, width - INDENT.length));
      return head + lines.map((line) => `${INDENT}${line}\n`).join('');
    })
    .join('');
}

/** What follows the first line is a rule, which is not wrapped. */
function fixLines(fix: string, width: number): string[] {
  const [first, ...rest] = fix.split('\n').map(visible);
  return [...wrapToWidth(first!, width), ...rest];
}

/** `2 errors, 1 warning, 0 infos` */
export function countFindings(findings: readonly Finding[]): string {
  const count = (severity: Severity): string => {
    const number = findings.filter((finding) => finding.severity === severity).length;
    return `${number} ${severity}${number === 1 ? '' : 's'}`;
  };
  return `${count('error')}, ${count('warning')}, ${count('info')}`;
}
