import type { Severity } from '../../model/finding.js';
import type { Check } from './check.js';
import * as condition from './checks/condition.js';
import * as correlation from './checks/correlation.js';
import * as fields from './checks/fields.js';
import * as logsource from './checks/logsource.js';
import * as metadata from './checks/metadata.js';
import * as own from './checks/own.js';
import * as regex from './checks/regex.js';
import * as tags from './checks/tags.js';
import * as values from './checks/values.js';

/** Every check by its code. A code is never renamed or reused: rules silence it by name. */
export const CHECKS = {
  'meta.bad_level': metadata.badLevel,
  'meta.bad_status': metadata.badStatus,
  'meta.bad_date': metadata.badDate,
  'meta.bad_related': metadata.badRelated,
  'meta.wrong_shape': metadata.wrongShape,
  'meta.too_long': metadata.tooLong,
  'meta.bad_id': metadata.badId,
  'meta.missing_id': metadata.missingId,
  'meta.missing_level': metadata.missingLevel,
  'meta.misspelt_key': metadata.misspeltKey,
  'meta.modified_before_date': metadata.modifiedBeforeDate,
  'meta.duplicate_entry': metadata.duplicateEntry,
  'meta.missing_description': metadata.missingDescription,
  'rule.same_meaning': metadata.duplicateRule,
  'rule.replaced': metadata.replacedRule,
  'tag.bad_form': tags.badTag,
  'tag.bad_value': tags.badTagValue,
  'tag.unknown_attack': tags.unknownAttack,
  'tag.retired_attack': tags.retiredAttack,
  'tag.technique_without_tactic': tags.techniqueWithoutTactic,
  'tag.unknown_namespace': tags.unknownNamespace,
  'logsource.misspelt_key': logsource.misspeltPart,
  'logsource.unknown': logsource.unknownLogsource,
  'logsource.not_lower_case': logsource.notLowerCase,
  'logsource.unheard': logsource.unheardLogsource,
  'condition.constant': condition.constantCondition,
  'condition.idle_selection': condition.idleSelection,
  'condition.only_absence': condition.onlyAbsence,
  'condition.legacy_timeframe': condition.legacyTimeframe,
  'condition.legacy_aggregation': condition.legacyAggregation,
  'condition.capital_keyword': condition.capitalKeyword,
  'selection.never_holds': condition.neverHolds,
  'selection.unused': condition.unusedSelection,
  'field.other_case': fields.otherCase,
  'field.blank': fields.blankInField,
  'field.derived': fields.derivedField,
  'value.escaped_wildcard': values.escapedWildcard,
  'value.empty_part': values.emptyPart,
  'value.unanchored_offset': values.unanchoredOffset,
  'value.bare_wide': values.bareWide,
  'value.half_unc': values.halfUnc,
  'value.open_question_mark': values.openQuestionMark,
  'value.open_file_name': values.openFileName,
  'value.doubled_wildcard': values.doubledWildcard,
  'value.undone_edge': values.undoneEdge,
  'value.null_in_list': values.nullInList,
  'value.duplicate': values.duplicateValue,
  'value.short_keyword': values.shortKeyword,
  'value.covered': values.coveredValue,
  'value.wildcard_only': values.wildcardOnly,
  'regex.backtracking': regex.catastrophicRegex,
  'value.backtracking': regex.catastrophicWildcards,
  'regex.ungated': regex.ungatedRegex,
  'regex.literal': regex.literalRegex,
  'regex.padded': regex.paddedRegex,
  'correlation.unknown_key': correlation.unknownKey,
  'correlation.empty_range': correlation.emptyRange,
  'correlation.idle_alias': correlation.idleAlias,
  'correlation.missing_group_by': correlation.missingGroupBy,
  'correlation.count_of_one': correlation.countOfOne,
  'correlation.lone_step': correlation.loneStep,
  'filter.idle': correlation.idleFilter,
  'filter.metadata': correlation.filterMetadata,
  'vedette.unknown_option': own.unknownOption,
  'vedette.unknown_code': own.unknownCode,
} as const satisfies Readonly<Record<string, Check>>;

interface Mistake {
  readonly severity: Severity;
  readonly summary: string;
}

/** Of files as a whole. */
export const FILE_CHECKS = {
  'file.without_rule': {
    severity: 'warning',
    summary: 'The file holds no rule: it is empty, or all of it is a comment.',
  },
} as const satisfies Readonly<Record<string, Mistake>>;

/** What loading and compiling refuse a rule for. */
export const REFUSALS: Readonly<Record<string, Mistake>> = {
  'rule.file': { severity: 'error', summary: 'The file cannot be read.' },
  'rule.yaml': { severity: 'error', summary: 'The YAML is malformed or not supported.' },
  'rule.limit': { severity: 'error', summary: 'A size, depth or length is beyond the limit.' },
  'rule.structure': { severity: 'error', summary: 'A part is missing or of the wrong kind.' },
  'rule.duplicate': { severity: 'error', summary: 'The id or name is taken by another rule.' },
  'rule.condition': { severity: 'error', summary: 'The condition is malformed or names what is not there.' },
  'rule.modifier': { severity: 'error', summary: 'A modifier is unknown, or does not go with another.' },
  'rule.value': { severity: 'error', summary: 'A value is not what its modifier needs.' },
  'rule.reference': {
    severity: 'error',
    summary: 'A correlation names a rule that is not loaded, or itself.',
  },
  'correlation.refused': { severity: 'error', summary: 'A correlation cannot run as it is written.' },
  'rule.pipeline': { severity: 'error', summary: 'A processing pipeline has a fault, or refuses the rule.' },
  'rule.placeholder': {
    severity: 'warning',
    summary: 'A placeholder has no values here: the rule is right and does not run.',
  },
};
