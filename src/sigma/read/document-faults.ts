import type { RuleFault } from '../../model/rule.js';
import { RuleError } from '../rule-error.js';

/** So many faults of one document are told, the first by line. */
const MAX_TOLD = 20;
/** A document with so many is read no further: bounds what one made of faults costs. */
const MAX_FOUND = 200;

/**
 * Collects what is wrong with one document, so that its author hears of all at once. Whatever was read beside a fault is
 * not to be used: the document is refused as a whole.
 */
export class DocumentFaults {
  readonly #errors = new Map<string, RuleError>();

  get isEmpty(): boolean {
    return this.#errors.size === 0;
  }

  /** Always null, for what could not be read. Through aliases one mistake can be met often; it counts once. */
  add(error: RuleError): null {
    const key = `${error.line} ${error.message}`;
    if (this.#errors.size < MAX_FOUND && !this.#errors.has(key)) this.#errors.set(key, error);
    return null;
  }

  /** Runs `read`; a RuleError becomes a fault and the result null. */
  attempt<T>(read: () => T): T | null {
    if (this.#errors.size >= MAX_FOUND) return null;
    try {
      return read();
    } catch (error) {
      if (!(error instanceof RuleError)) throw error;
      return this.add(error);
    }
  }

  /** In the order of lines. `line`: where the document begins. A rule written anew would keep its other faults: it is told alone. */
  told(file: string, line: number): RuleFault[] {
    const errors = [...this.#errors.values()];
    const found = errors.map((error) => faultOf(error, file, line));
    if (found.length <= 1) return found;
    found.sort((a, b) => a.place.line - b.place.line);
    const told = found.slice(0, MAX_TOLD).map(({ rewrite: _, ...fault }) => fault);
    if (found.length > MAX_TOLD) told.push(more(found));
    return told.map((fault, index) => (index === 0 ? fault : { ...fault, further: true }));
  }
}

function more(found: readonly RuleFault[]): RuleFault {
  const { place, code } = found[MAX_TOLD]!;
  const count = found.length - MAX_TOLD;
  const faults = `${found.length < MAX_FOUND ? '' : 'At least '}${count} more ${count === 1 ? 'fault' : 'faults'}`;
  return { place, code, message: `${faults} of this rule from here on; correct the others first.` };
}

/** `line`: for an error that knows none. */
export function faultOf(error: RuleError, file: string, line: number): RuleFault {
  const rewrite = error.rewrite?.() ?? null;
  return {
    place: { file, line: error.line > 0 ? error.line : line },
    code: error.code,
    message: error.message,
    ...(rewrite === null ? {} : { rewrite }),
  };
}
