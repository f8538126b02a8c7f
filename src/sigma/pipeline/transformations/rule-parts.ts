import { emptyFields } from '../../../model/json.js';
import { RuleError } from '../../rule-error.js';
import { changeItems } from '../items.js';
import type { Transformation } from '../pipeline.js';
import type { Settings } from '../settings.js';
import { changeShownFields } from '../shown-fields.js';

export function dropDetectionItem(): Transformation {
  return {
    apply(subject, { step }) {
      changeItems(subject, step, () => null);
    },
  };
}

/** The whole logsource: what is not given is not named any more. */
export function changeLogsource(settings: Settings): Transformation {
  const logsource = {
    category: settings.optionalText('category')?.toLowerCase() ?? null,
    product: settings.optionalText('product')?.toLowerCase() ?? null,
    service: settings.optionalText('service')?.toLowerCase() ?? null,
  };
  if (Object.values(logsource).every((word) => word === null))
    settings.problem('type', '"change_logsource" needs a category, product or service.');
  return {
    apply(subject) {
      const { rule } = subject;
      if (rule.kind === 'detection') subject.rule = { ...rule, logsource };
    },
  };
}

export function ruleFailure(settings: Settings): Transformation {
  const message = settings.text('message');
  return {
    apply() {
      throw new RuleError('rule.pipeline', message);
    },
  };
}

export function detectionItemFailure(settings: Settings): Transformation {
  const message = settings.text('message');
  return {
    apply(subject, { step }) {
      changeItems(subject, step, () => {
        throw new RuleError('rule.pipeline', message);
      });
    },
  };
}

/** For conditions of later steps. */
export function setState(settings: Settings): Transformation {
  const key = settings.text('key');
  const value = settings.value('val');
  return {
    apply({ state }) {
      state.set(key, value);
    },
  };
}

export function setCustomAttribute(settings: Settings): Transformation {
  const attribute = settings.text('attribute');
  const value = settings.value('value');
  return {
    apply(subject) {
      const { rule } = subject;
      subject.rule = { ...rule, custom: Object.assign(emptyFields(), rule.custom, { [attribute]: value }) };
    },
  };
}

/** The rule's `fields` are for people and tools that show tables; no event is matched by them. */
export function addField(settings: Settings): Transformation {
  const added = fieldsOf(settings);
  return { apply: (subject) => changeShownFields(subject, (fields) => [...fields, ...added]) };
}

export function removeField(settings: Settings): Transformation {
  const removed = new Set(fieldsOf(settings));
  return {
    apply: (subject) => changeShownFields(subject, (fields) => fields.filter((field) => !removed.has(field))),
  };
}

export function setField(settings: Settings): Transformation {
  const shown = fieldsOf(settings);
  return { apply: (subject) => changeShownFields(subject, () => shown) };
}

function fieldsOf(settings: Settings): readonly string[] {
  return [...(settings.optionalTexts('field') ?? []), ...(settings.optionalTexts('fields') ?? [])];
}
