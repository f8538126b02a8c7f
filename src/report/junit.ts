import { visible } from '../telemetry/visible.js';

/** One thing that was tried. */
export interface TestCase {
  readonly name: string;
  /** What was expected and what came instead; null = it went well. */
  readonly failure: string | null;
}

/** What was tried of one file. */
export interface TestSuite {
  readonly name: string;
  readonly cases: readonly TestCase[];
}

/** Results as the XML that CI servers have agreed on, which goes by the name of JUnit. */
export function renderJunit(suites: readonly TestSuite[]): string {
  const all = suites.flatMap(({ cases }) => cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="vedette rules test" ${countsOf(all)}>`,
    ...suites.flatMap(({ name, cases }) => [
      `  <testsuite name="${escaped(name)}" ${countsOf(cases)}>`,
      ...cases.flatMap((one) => testCase(name, one)),
      '  </testsuite>',
    ]),
    '</testsuites>\n',
  ].join('\n');
}

function testCase(suite: string, { name, failure }: TestCase): string[] {
  const start = `    <testcase classname="${escaped(suite)}" name="${escaped(name)}"`;
  if (failure === null) return [`${start}/>`];
  return [`${start}>`, `      <failure message="${escaped(failure)}"/>`, '    </testcase>'];
}

function countsOf(cases: readonly TestCase[]): string {
  const failures = cases.filter(({ failure }) => failure !== null).length;
  return `tests="${cases.length}" failures="${failures}"`;
}

/** Lone surrogates and two that are no characters. */
const NOT_XML = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|[\ufffe\uffff]/g;

/** Control characters, which XML cannot hold at all, are made visible; lone surrogates become U+FFFD. */
function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return visible(text)
    .replace(NOT_XML, '\ufffd')
    .replace(/[&<>"]/g, (char) => entities[char]!);
}
