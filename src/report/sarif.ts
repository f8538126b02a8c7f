import type { Finding, Severity } from '../model/finding.js';

/** What a code means, for the viewer's list of rules. */
export interface SarifCode {
  readonly severity: Severity;
  readonly summary: string;
}

/** SARIF's words for ours. */
const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };

/**
 * Findings as a SARIF 2.1.0 log (OASIS), as code hosts take them. Paths that are not absolute stand relative to the
 * root of the checkout, which the viewer knows.
 */
export function renderSarif(
  findings: readonly Finding[],
  codes: Readonly<Record<string, SarifCode>>,
  version: string,
): string {
  const used = [...new Set(findings.map(({ code }) => code))].sort();
  return JSON.stringify({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'vedette',
            version,
            rules: used.map((code) => ({
              id: code,
              ...(codes[code] === undefined
                ? {}
                : {
                    shortDescription: { text: codes[code].summary },
                    defaultConfiguration: { level: LEVELS[codes[code].severity] },
                  }),
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: findings.map(({ code, severity, place, message, fix }) => ({
          ruleId: code,
          ruleIndex: used.indexOf(code),
          level: LEVELS[severity],
          message: { text: fix === null ? message : `${message} ${fix}` },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: uriOf(place.file) },
                region: { startLine: place.line },
              },
            },
          ],
        })),
      },
    ],
  });
}

/** Percent-encoded, a file URI when absolute. */
function uriOf(file: string): string {
  const path = file.split('/').map(encodeURIComponent).join('/');
  return file.startsWith('/') ? `file://${path}` : path;
}
