import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { load, YAMLException } from 'js-yaml';
import { z } from 'zod';
import { ownField } from '../../model/json.js';
import type { Rule } from '../../model/rule.js';
import { openLogFile } from '../../replay/blocks.js';
import type { TestCase } from '../../report/junit.js';

/** Tells why a rule does not match a record; null = it does. */
export type Try = (record: string) => string | null;

const KEY = 'regression_tests_path';
/** Names below a folder: a rule is somebody else's and may name no other file of this machine. */
const PATH = /^\w[\w .-]*(?:\/\w[\w .-]*)*$/;
const MAX_INFO_BYTES = 256 * 1024;
/** Of a file; samples have a few. */
const MAX_RECORDS = 10_000;

const infoSchema = z.looseObject({
  regression_tests_info: z.array(z.looseObject({ name: z.string().default('test'), path: z.string() })),
});

/**
 * The tests of a rule as SigmaHQ keeps them: its `regression_tests_path` names a file that names logs, EVTX or lines, and each must hold
 * an event that the rule matches. Paths count from the nearest folder above the rule where they lead anywhere; none = the tests are not
 * there. `match_count` is not looked at: upstream it counts other things, too.
 */
export async function regressionCases(rule: Rule, test: Try): Promise<TestCase[]> {
  const path = ownField(rule.custom, KEY);
  if (path === undefined) return [];
  try {
    const found = findFromAbove(rule.place.file, path);
    if (found === null) return [];
    const cases: TestCase[] = [];
    for (const { name, path: log } of readInfo(found.path)) {
      const failure = await failureOf(found.root, log, test);
      cases.push({ name: `${rule.title}: ${name}`, failure });
    }
    return cases;
  } catch (error) {
    if (!(error instanceof InfoError)) throw error;
    return [{ name: `${rule.title}: ${KEY}`, failure: error.message }];
  }
}

/** Tests that cannot be run, in words. */
class InfoError extends Error {}

function findFromAbove(file: string, given: unknown): { root: string; path: string } | null {
  const path = checked(given);
  for (let root = dirname(file); ; root = dirname(root)) {
    if (existsSync(join(root, path))) return { root, path: inside(root, path) };
    if (root === dirname(root)) return null;
  }
}

function checked(path: unknown): string {
  if (typeof path === 'string' && PATH.test(path)) return path;
  throw new InfoError(`${JSON.stringify(path)} is no path below a folder above the rule.`);
}

/** Not where a link leads out of the folder. */
function inside(root: string, path: string): string {
  const real = realpathSync(join(root, path));
  if (real.startsWith(realpathSync(root) + sep) && statSync(real).isFile()) return real;
  throw new InfoError(`${path} is no file below ${root}.`);
}

function readInfo(path: string): readonly { readonly name: string; readonly path: string }[] {
  if (statSync(path).size > MAX_INFO_BYTES) throw new InfoError(`${path} is too large.`);
  const info = infoSchema.safeParse(yamlOf(path));
  if (info.success) return info.data.regression_tests_info;
  throw new InfoError(
    `${path} is not what such a file looks like: under "regression_tests_info" stands a list of tests with "path".`,
  );
}

function yamlOf(path: string): unknown {
  try {
    return load(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof YAMLException) throw new InfoError(`${path} is not valid YAML: ${error.message}.`);
    throw error;
  }
}

async function failureOf(root: string, given: string, test: Try): Promise<string | null> {
  const path = checked(given);
  if (!existsSync(join(root, path))) return `${path} is not there.`;
  let count = 0;
  let last = '';
  try {
    for await (const record of recordsOf(inside(root, path))) {
      const reason = test(record);
      if (reason === null) return null;
      last = reason;
      if (++count === MAX_RECORDS) break;
    }
  } catch (error) {
    return `${path}: ${(error as Error).message}`;
  }
  if (count === 0) return `${path} has no events.`;
  return count === 1 ? `${path}: ${last}` : `No event of the ${count} in ${path} matches. The last: ${last}`;
}

async function* recordsOf(path: string): AsyncGenerator<string> {
  const { lines } = await openLogFile(path);
  for await (const { bytes } of lines) {
    const texts = Buffer.from(bytes).toString().split('\n');
    yield* texts.filter((text) => text !== '');
  }
}
