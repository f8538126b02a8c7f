import {
  ATTACK_VERSION,
  attackTactics,
  attackTechnique,
  isRetiredTactic,
  movedTechnique,
} from '../../../model/attack.js';
import { quoted } from '../../rule-error.js';
import type { Check } from '../check.js';
import { type LintDocument, scalarsAt } from '../document.js';

/** Checks on tags (Sigma appendix "Tags") and on what ATT&CK says of them. */

interface Tag {
  readonly text: string;
  readonly line: number;
  readonly namespace: string;
  readonly value: string;
}

export const badTag: Check = {
  severity: 'error',
  summary: 'A tag is not lower-case `namespace.value`.',
  *find(document) {
    for (const { text, line } of tagsOf(document)) {
      if (/^[a-z0-9_-]+\.[a-z0-9._-]+$/.test(text)) continue;
      yield {
        line,
        message: `The tag ${quoted(text)} is not namespace.value in lower case.`,
        fix: 'Write it such as attack.t1059.001.',
      };
    }
  },
};

/** What a value must look like, by namespace; null = Sigma does not say. */
const NAMESPACES: Readonly<Record<string, RegExp | null>> = {
  attack: /^(?:t\d{4}(?:\.\d{3})?|ta\d{4}|g\d{4}|s\d{4}|m\d{4}|ds\d{4}|c\d{4}|[a-z][a-z_-]+)$/,
  car: /^\d{4}-\d{2}-\d{3}$/,
  cve: /^\d{4}[.-]\d{4,}$/,
  d3fend: null,
  detection: /^(?:dfir|emerging-threats|threat-hunting)$/,
  stp: /^[1-5][akmu]?$/,
  tlp: /^(?:red|amber|amber-strict|green|clear)$/,
};

export const unknownNamespace: Check = {
  severity: 'info',
  summary: 'A tag of a namespace that Sigma does not define.',
  *find(document) {
    for (const { line, namespace } of tagsOf(document)) {
      if (namespace === '' || Object.hasOwn(NAMESPACES, namespace)) continue;
      yield {
        line,
        message: `Sigma has no tag namespace ${quoted(namespace)}.`,
        fix: `Use one of ${Object.keys(NAMESPACES).join(', ')}, or ignore this for your own.`,
      };
    }
  },
};

export const badTagValue: Check = {
  severity: 'error',
  summary: 'The value of a tag is not of the form that its namespace asks for.',
  *find(document) {
    for (const { text, line, namespace, value } of tagsOf(document)) {
      const form = Object.hasOwn(NAMESPACES, namespace) ? NAMESPACES[namespace] : null;
      if (form === null || form === undefined || form.test(value)) continue;
      yield {
        line,
        message: `${quoted(text)} is not of the form that "${namespace}" asks for.`,
        fix: 'Correct it or leave it out.',
      };
    }
  },
};

export const unknownAttack: Check = {
  severity: 'error',
  summary: 'A technique or tactic that ATT&CK Enterprise does not have; coverage and alerts lose it.',
  *find(document) {
    for (const { text, line, value } of attackTags(document)) {
      if (isTechnique(value)) {
        if (attackTechnique(value) !== null) continue;
        yield {
          line,
          message: `ATT&CK ${ATTACK_VERSION} has no technique ${quoted(value.toUpperCase())}.`,
          fix: 'Look the id up at attack.mitre.org.',
        };
      } else if (isTactic(value) && attackTactics(value).length === 0) {
        yield {
          line,
          message: `ATT&CK ${ATTACK_VERSION} has no tactic ${quoted(text)}.`,
          fix: 'Write a tactic as Sigma does, such as attack.lateral-movement.',
        };
      }
    }
  },
};

export const retiredAttack: Check = {
  severity: 'warning',
  summary: 'A technique or tactic that ATT&CK has replaced by another.',
  *find(document) {
    for (const { line, value } of attackTags(document)) {
      const moved = isTechnique(value) ? movedTechnique(value) : null;
      if (moved !== null) {
        yield {
          line,
          message: `ATT&CK ${ATTACK_VERSION} has replaced ${value.toUpperCase()} by ${moved}.`,
          fix: `Write attack.${moved.toLowerCase()}.`,
        };
      } else if (isTactic(value) && isRetiredTactic(value)) {
        const names = attackTactics(value)
          .map(({ tag }) => `attack.${tag}`)
          .join(' or ');
        yield {
          line,
          message: `ATT&CK ${ATTACK_VERSION} has no tactic "${value}" any more.`,
          fix: `Write ${names}.`,
        };
      }
    }
  },
};

export const techniqueWithoutTactic: Check = {
  severity: 'info',
  summary: 'A technique none of whose tactics is tagged, beside tactics that are.',
  *find(document) {
    const tags = attackTags(document);
    const tactics = new Set(
      tags
        .filter(({ value }) => isTactic(value))
        .flatMap(({ value }) => attackTactics(value))
        .map(({ id }) => id),
    );
    if (tactics.size === 0) return;
    for (const { line, value } of tags) {
      const technique = isTechnique(value) ? attackTechnique(value) : null;
      if (technique === null || technique.tactics.some(({ id }) => tactics.has(id))) continue;
      const own = technique.tactics.map(({ tag }) => `attack.${tag}`).join(' or ');
      yield {
        line,
        message: `${technique.id} serves other tactics than those tagged.`,
        fix: `Add ${own}, or correct the technique.`,
      };
    }
  },
};

function tagsOf({ root }: LintDocument): Tag[] {
  return scalarsAt(root, 'tags').map(({ value, line }) => {
    const text = String(value);
    const dot = text.indexOf('.');
    return { text, line, namespace: dot < 0 ? '' : text.slice(0, dot), value: text.slice(dot + 1) };
  });
}

function attackTags(document: LintDocument): Tag[] {
  return tagsOf(document).filter(({ namespace }) => namespace === 'attack');
}

function isTechnique(value: string): boolean {
  return /^t\d/i.test(value);
}

/** Groups, software, mitigations, campaigns and data sources are not in our table. */
function isTactic(value: string): boolean {
  return /^[a-z][a-z_-]+$/i.test(value);
}
