import type { Condition, FieldItem, RuleFault } from '../../model/rule.js';
import { parseCondition } from '../read/condition.js';
import { kindOf } from '../read/structure.js';
import { parseYaml, type YamlMap, type YamlNode } from '../read/yaml.js';
import { quoted, RuleError, suggest } from '../rule-error.js';
import { FIELD_CONDITIONS, ITEM_CONDITIONS, RULE_CONDITIONS } from './conditions.js';
import type { Pipeline, Step, Subject, Vars } from './pipeline.js';
import { Problems, Settings } from './settings.js';
import {
  REFUSED_TRANSFORMATIONS,
  RULE_TRANSFORMATIONS,
  TRANSFORMATIONS,
} from './transformations/registry.js';

export interface ReadPipelines {
  /** In the order in which they apply: by priority, then as given. */
  readonly pipelines: readonly Pipeline[];
  /** All that is wrong with any of them. */
  readonly faults: readonly RuleFault[];
}

/** Pipelines of files: `path` as shown to people, `text` YAML in the shape that pySigma defined. */
export function readPipelines(
  files: readonly { readonly path: string; readonly text: string }[],
): ReadPipelines {
  const pipelines: Pipeline[] = [];
  const read = files.map(({ path, text }) => {
    const problems = new Problems(path);
    const documents = parseYaml(text);
    if (documents.length === 0) problems.add(1, 'The file is empty; a pipeline has "transformations".');
    for (const { line, root } of documents) {
      if (root instanceof RuleError) problems.add(root.line > 0 ? root.line : line, root.message);
      else if (root.kind !== 'map') problems.add(line, `A pipeline must be a map, not ${kindOf(root)}.`);
      else pipelines.push(readPipeline(root, path, problems));
    }
    return problems;
  });
  const ids = new Set(pipelines.flatMap(({ steps }) => steps.flatMap(({ id }) => id ?? [])));
  const faults = read.flatMap((problems) => {
    for (const { id, line } of problems.stepIds)
      if (!ids.has(id)) problems.add(line, `No step has the id ${quoted(id)}${suggest(id, ids)}.`);
    return problems.faults.map((fault, at) => (at === 0 ? fault : { ...fault, further: true }));
  });
  pipelines.sort((a, b) => a.priority - b.priority);
  return { pipelines, faults };
}

function readPipeline(root: YamlMap, file: string, problems: Problems): Pipeline {
  const settings = new Settings(root, 'A pipeline', problems);
  const name = settings.optionalText('name') ?? file;
  const priority = Number(settings.optionalText('priority') ?? 0);
  if (!Number.isFinite(priority)) settings.problem('priority', '"priority" must be a number.');
  const vars = readVars(settings);
  // What they shape is the text of queries: there are none here.
  for (const key of ['allowed_backends', 'postprocessing', 'finalizers']) settings.entry(key);
  const list = settings.require('transformations', 'a list of steps');
  settings.finish();
  if (list !== null && list.kind !== 'list')
    settings.problem('transformations', `"transformations" must be a list, not ${kindOf(list)}.`);
  const nodes = list?.kind === 'list' ? list.items : [];
  const steps = nodes.flatMap((node) => readStep(node, problems));
  return { name, place: { file, line: root.line }, priority, vars, steps };
}

function readVars(settings: Settings): Vars {
  if (settings.entry('vars') === undefined) return new Map();
  return new Map(
    [...settings.entries('vars')].map(([name, { value }]) => [name, settings.textsOf('vars', value)]),
  );
}

function readStep(node: YamlNode, problems: Problems): Step[] {
  if (node.kind !== 'map') {
    problems.add(node.line, `A step must be a map with a "type", not ${kindOf(node)}.`);
    return [];
  }
  const settings = new Settings(node, 'The step', problems);
  const id = settings.optionalText('id');
  const type = settings.text('type');
  const onRule = readTests(settings, 'rule', 'rule_conditions', RULE_CONDITIONS);
  const onItem = readTests(settings, 'detection_item', 'detection_item_conditions', ITEM_CONDITIONS);
  const onField = readTests(settings, 'field_name', 'field_name_conditions', FIELD_CONDITIONS);
  const read = Object.hasOwn(TRANSFORMATIONS, type) ? TRANSFORMATIONS[type]! : null;
  if (read === null) {
    if (type !== '') settings.problem('type', unknownType(type));
    return [];
  }
  const transformation = read(settings);
  if (Object.hasOwn(RULE_TRANSFORMATIONS, type)) {
    for (const key of ['detection_item_conditions', 'field_name_conditions'])
      if (settings.entry(key) !== undefined)
        settings.problem(
          key,
          `${quoted(type)} is about whole rules: it takes "rule_conditions", no "${key}".`,
        );
  }
  settings.finish();
  return [
    {
      id,
      transformation,
      onRule: onRule((test, subject: Subject) => test(subject)),
      onItem: onItem((test, item: FieldItem, subject: Subject) => test(item, subject)),
      onField: onField((test, field: string | null, subject: Subject) => test(field, subject)),
    },
  ];
}

function unknownType(type: string): string {
  if (Object.hasOwn(REFUSED_TRANSFORMATIONS, type))
    return `The transformation ${quoted(type)} is not supported: ${REFUSED_TRANSFORMATIONS[type]}.`;
  return `There is no transformation ${quoted(type)}${suggest(type, Object.keys(TRANSFORMATIONS))}.`;
}

type Combined<T> = <A extends unknown[]>(holds: (test: T, ...args: A) => boolean) => (...args: A) => boolean;

/**
 * The conditions under `key`: a list, all or any of which must hold, or named ones and an expression over the names.
 * Without conditions everything is meant.
 */
function readTests<T>(
  settings: Settings,
  kind: 'rule' | 'detection_item' | 'field_name',
  key: string,
  types: Readonly<Record<string, (settings: Settings) => T>>,
): Combined<T> {
  const node = settings.entry(key)?.value;
  const any = settings.word(`${kind}_cond_op`, ['and', 'or']) === 'or';
  const negated = settings.flag(`${kind}_cond_not`);
  const expression = settings.optionalText(`${kind}_cond_expr`);
  const readOne = (one: YamlNode): T | null => readTest(one, settings.problems, types);
  if (node?.kind === 'map') {
    const tests = new Map([...node.entries].map(([name, { value }]) => [name, readOne(value)]));
    if (expression === null) {
      settings.problem(key, `Named conditions need "${kind}_cond_expr", such as "a and not b".`);
      return everything;
    }
    const line = settings.map.entries.get(`${kind}_cond_expr`)!.line;
    const parsed = settings.problems.attempt(line, null, () => parseCondition(expression, [...tests.keys()]));
    if (parsed === null) return everything;
    return (holds) =>
      (...args) =>
        truthOf(parsed, (name) => {
          const test = tests.get(name);
          return test !== undefined && test !== null && holds(test, ...args);
        }) !== negated;
  }
  if (expression !== null)
    settings.problem(`${kind}_cond_expr`, `"${kind}_cond_expr" needs ${key} with names: a map, not a list.`);
  if (node === undefined) return everything;
  if (node.kind !== 'list') {
    settings.problem(key, `"${key}" must be a list of conditions, not ${kindOf(node)}.`);
    return everything;
  }
  const tests = node.items.map(readOne).filter((test) => test !== null);
  if (tests.length === 0) return everything;
  return (holds) =>
    (...args) =>
      (any ? tests.some((test) => holds(test, ...args)) : tests.every((test) => holds(test, ...args))) !==
      negated;
}

const everything = () => (): boolean => true;

function readTest<T>(
  node: YamlNode,
  problems: Problems,
  types: Readonly<Record<string, (settings: Settings) => T>>,
): T | null {
  if (node.kind !== 'map') {
    problems.add(node.line, `A condition must be a map with a "type", not ${kindOf(node)}.`);
    return null;
  }
  const settings = new Settings(node, 'The condition', problems);
  const type = settings.text('type');
  if (!Object.hasOwn(types, type)) {
    if (type !== '')
      settings.problem(
        'type',
        `There is no condition ${quoted(type)} here${suggest(type, Object.keys(types))}.`,
      );
    return null;
  }
  const test = types[type]!(settings);
  settings.finish();
  return test;
}

function truthOf(condition: Condition, holds: (name: string) => boolean): boolean {
  switch (condition.kind) {
    case 'selection':
      return holds(condition.name);
    case 'not':
      return !truthOf(condition.of, holds);
    case 'and':
      return condition.of.every((part) => truthOf(part, holds));
    case 'or':
      return condition.of.some((part) => truthOf(part, holds));
    case 'at_least':
      return condition.of.filter((part) => truthOf(part, holds)).length >= condition.count;
  }
}
