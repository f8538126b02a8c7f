import { join } from 'node:path';
import { readConfiguredRules } from '../config/rule-files.js';
import type { Config } from '../config/schema.js';
import type { DetectionRule } from '../model/rule.js';
import { chooseRuleset } from '../ruleset.js';
import { type ConfiguredRules, type Diagnosis, type Patient, problem } from './check.js';
import { askFigures } from './figures.js';
import { sampleLog } from './log-sample.js';
import { fieldsToSee } from './reach.js';
import { CHECKS } from './registry.js';

export interface Examined extends Diagnosis {
  readonly check: string;
  readonly title: string;
}

/** Looks at everything, one check after another; one that fails is a finding, and stops no other. */
export async function examine(config: Config, now: number): Promise<Examined[]> {
  const dataDir = config.data_dir;
  const rules = once(() => {
    const read = readConfiguredRules(config.rules);
    return { read, chosen: chooseRuleset(read.files, config.rules) };
  });
  const patient: Patient = {
    ...{ config, dataDir, now, rules },
    figures: await askFigures(dataDir),
    sample: once(() => sampleLog(join(dataDir, 'events'), config, fieldsToSee(detectionsOf(rules())))),
  };
  const examined: Examined[] = [];
  for (const [check, { title, run }] of Object.entries(CHECKS)) {
    try {
      examined.push({ check, title, ...(await run(patient)) });
    } catch (error) {
      const failed = problem(`This could not be looked at: ${(error as Error).message}`, 'Please report it.');
      examined.push({ check, title, well: [], findings: [failed] });
    }
  }
  return examined;
}

function detectionsOf({ chosen }: ConfiguredRules): DetectionRule[] {
  return chosen.rules.filter((rule) => rule.kind === 'detection');
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
