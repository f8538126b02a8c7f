import type { StixObject } from './stix-object.js';

/**
 * A STIX pattern that matches these observables, all of them (STIX 2.1 section 9). One observation expression for each:
 * inside one, comparisons of two object types joined by AND can never match.
 */
export function patternOf(observables: readonly StixObject[]): string {
  return observables.map((observable) => `[${comparisonOf(observable)}]`).join(' AND ');
}

/** String literal (section 9.1): only the quote and the backslash are special. */
export function quote(text: string): string {
  return `'${text.replace(/['\\]/g, (char) => `\\${char}`)}'`;
}

function comparisonOf(observable: StixObject): string {
  switch (observable.type) {
    case 'user-account':
      return `user-account:account_login = ${quote(String(observable.account_login))}`;
    case 'artifact':
      return `artifact:payload_bin = ${quote(String(observable.payload_bin))}`;
    default:
      return `${observable.type}:value = ${quote(String(observable.value))}`;
  }
}
