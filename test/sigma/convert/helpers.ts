import { readPipelineFiles } from '../../../src/config/rule-files.js';
import type { RuleFile } from '../../../src/protocol.js';
import { chooseRuleset } from '../../../src/ruleset.js';
import { convertRules } from '../../../src/sigma/convert/convert.js';
import { readOptions } from '../../../src/sigma/convert/options.js';
import { BACKENDS } from '../../../src/sigma/convert/registry.js';

export interface ConvertedText {
  readonly queries: readonly string[];
  /** Why rules, or pipelines, were refused. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  readonly render: (format: string) => string;
}

export interface ConvertHow {
  readonly options?: Readonly<Record<string, string | number | boolean>>;
  /** Names of packaged pipelines, or the text of others. */
  readonly pipelines?: readonly string[];
}

/** Rules of one text as `vedette convert` writes them for Loki. */
export function toLoki(text: string, { options = {}, pipelines = [] }: ConvertHow = {}): ConvertedText {
  const files: RuleFile[] = [{ path: 'rules.yml', text }];
  for (const pipeline of pipelines) {
    if (/^[\w-]+$/.test(pipeline)) files.push(...readPipelineFiles([pipeline], 'test'));
    else files.push({ path: 'pipeline.yml', text: pipeline, kind: 'pipeline' });
  }
  const { rules, silenced, faults } = chooseRuleset(files, { elsewhere: true });
  const backend = BACKENDS.loki!;
  const given = Object.entries(options).map(([name, value]) => `${name}=${value}`);
  const converter = backend.open(readOptions(backend.options, given));
  const result = convertRules(rules, converter, { placeholders: {}, silenced });
  return {
    queries: result.converted.flatMap(({ queries }) => queries),
    errors: [...faults, ...result.faults].map(({ message }) => message),
    warnings: result.converted.flatMap(({ warnings }) => warnings),
    render: (format) => converter.render(format, result.converted),
  };
}

/** A rule with this detection, in YAML's flow style. */
export function ruleOf(detection: string, more = ''): string {
  return `title: T\nlogsource: { category: c, product: p }\ndetection: ${detection}\n${more}`;
}
