import { emptyFields, type JsonObject } from '../../model/json.js';
import {
  LEVELS,
  type Level,
  RELATION_TYPES,
  type RelatedRule,
  type RuleMeta,
  type RuleReport,
} from '../../model/rule.js';
import { RuleError } from '../rule-error.js';
import { derivedRuleId } from './rule-id.js';
import { optionalText, optionalTexts, requireEntry, requireText } from './structure.js';
import { toJson, type YamlMap } from './yaml.js';

/** Keys of the three kinds of documents (Sigma 2.1.0); everything else is a custom attribute. */
export const KNOWN_KEYS: ReadonlySet<string> = new Set([
  ...[
    'title',
    'id',
    'name',
    'related',
    'taxonomy',
    'status',
    'description',
    'license',
    'author',
    'references',
  ],
  ...['date', 'modified', 'logsource', 'detection', 'fields', 'falsepositives', 'level', 'tags', 'scope'],
  ...['correlation', 'generate', 'filter'],
]);

/** A rule without a level, or with an unknown one, alerts in the middle. */
const DEFAULT_LEVEL: Level = 'medium';

/** What all kinds share. */
export type SharedMeta = Omit<RuleMeta, 'hash'>;

/** Bad metadata never refuses a rule, except a missing title. */
export function parseMeta(root: YamlMap, file: string, withReport = false): SharedMeta {
  const title = requireText(requireEntry(root, 'title', 'The rule'), 'The title');
  const level = levelOf(root);
  return {
    id: optionalText(root, 'id') ?? derivedRuleId(file, title),
    name: optionalText(root, 'name'),
    title,
    description: optionalText(root, 'description'),
    status: optionalText(root, 'status'),
    level: level ?? DEFAULT_LEVEL,
    tags: optionalTexts(root, 'tags'),
    falsepositives: optionalTexts(root, 'falsepositives'),
    related: relatedOf(root),
    place: { file, line: root.line },
    custom: customOf(root),
    ...(withReport && { report: reportOf(root) }),
  };
}

function levelOf(root: YamlMap): Level | null {
  const level = optionalText(root, 'level')?.toLowerCase();
  return LEVELS.find((known) => known === level) ?? null;
}

function reportOf(root: YamlMap): RuleReport {
  return {
    id: optionalText(root, 'id'),
    author: optionalText(root, 'author'),
    level: levelOf(root),
    fields: optionalTexts(root, 'fields'),
  };
}

/** Metadata: a member that is no `{id, type}` reads as absent. */
function relatedOf(root: YamlMap): RelatedRule[] {
  const node = root.entries.get('related')?.value;
  if (node?.kind !== 'list') return [];
  return node.items.flatMap((item) => {
    if (item.kind !== 'map') return [];
    const id = optionalText(item, 'id');
    const type = RELATION_TYPES.find((known) => known === optionalText(item, 'type'));
    return id === null || type === undefined ? [] : [{ id, type }];
  });
}

function customOf(root: YamlMap): JsonObject {
  const custom = emptyFields();
  for (const [key, entry] of root.entries) {
    if (!KNOWN_KEYS.has(key)) custom[key] = toJson(entry.value);
  }
  return custom;
}

/** What a template leaves out is no fault of its own. */
export function refuseTemplate(root: YamlMap): void {
  const action = root.entries.get('action');
  if (action === undefined) return;
  throw new RuleError(
    'rule.structure',
    '"action" (old templating over several documents) is not part of Sigma any more; write out each rule.',
    action.line,
  );
}
