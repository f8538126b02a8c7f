import type { Transformation } from '../pipeline.js';
import type { Settings } from '../settings.js';
import { addCondition } from './add-condition.js';
import { setCustomLogSource } from './custom-log-source.js';
import {
  fieldNameMapping,
  fieldNamePrefix,
  fieldNamePrefixMapping,
  fieldNameSuffix,
  fieldNameTransform,
} from './field-names.js';
import { hashesFields } from './hashes-fields.js';
import { valuePlaceholders, wildcardPlaceholders } from './placeholders.js';
import { replaceString } from './replace-string.js';
import {
  addField,
  changeLogsource,
  detectionItemFailure,
  dropDetectionItem,
  removeField,
  ruleFailure,
  setCustomAttribute,
  setField,
  setState,
} from './rule-parts.js';
import { caseTransformation, convertType, mapString, setValue } from './values.js';

type Readers = Readonly<Record<string, (settings: Settings) => Transformation>>;

/** Of items and fields: a step's conditions on these choose among them. */
const ITEM_TRANSFORMATIONS: Readers = {
  field_name_mapping: fieldNameMapping,
  field_name_prefix_mapping: fieldNamePrefixMapping,
  field_name_prefix: fieldNamePrefix,
  field_name_suffix: fieldNameSuffix,
  field_name_transform: fieldNameTransform,
  drop_detection_item: dropDetectionItem,
  replace_string: replaceString,
  map_string: mapString,
  case: caseTransformation,
  set_value: setValue,
  convert_type: convertType,
  hashes_fields: hashesFields,
  value_placeholders: valuePlaceholders,
  wildcard_placeholders: wildcardPlaceholders,
  detection_item_failure: detectionItemFailure,
};

/** Of the rule as a whole: only conditions on rules have a meaning. */
export const RULE_TRANSFORMATIONS: Readers = {
  add_condition: addCondition,
  change_logsource: changeLogsource,
  set_state: setState,
  set_custom_attribute: setCustomAttribute,
  set_custom_log_source: setCustomLogSource,
  add_field: addField,
  remove_field: removeField,
  set_field: setField,
  rule_failure: ruleFailure,
};

/** Every transformation that a step may have, by the `type` that pySigma gives it; reads the step's settings. */
export const TRANSFORMATIONS: Readers = { ...ITEM_TRANSFORMATIONS, ...RULE_TRANSFORMATIONS };

/** Known to pySigma, of no use here, and why. */
export const REFUSED_TRANSFORMATIONS: Readonly<Record<string, string>> = {
  query_expression_placeholders: 'it writes queries of other tools',
  regex: 'values match in any case already',
  nest: 'write its steps one after another',
  strict_field_mapping_failure: 'use "rule_failure" with conditions',
};
