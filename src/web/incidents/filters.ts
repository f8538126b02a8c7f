/** Values of filters as the API takes them, and their words. */

export const WORKFLOWS = [
  ['unclosed', 'not closed'],
  ['new', 'new'],
  ['acknowledged', 'acknowledged'],
  ['closed', 'closed'],
  ['all', 'all'],
] as const;

export const SEVERITIES = [
  ['', 'any'],
  ['critical', 'critical'],
  ['critical,high', 'high and up'],
  ['critical,high,medium', 'medium and up'],
  ['low,informational', 'low and below'],
] as const;
