/** What the keys do; two blanks between those pressed one after the other, or that belong together. */
export const KEYS: readonly (readonly [keys: string, meaning: string])[] = [
  ['/', 'search'],
  ['j  k', 'next and previous row'],
  ['Enter', 'open the row'],
  ['a', 'acknowledge'],
  ['s', 'silence more like this'],
  ['g  n', 'go to Now'],
  ['g  i', 'go to Incidents'],
  ['g  s', 'go to Search'],
  ['g  o', 'go to Sources'],
  ['g  r', 'go to Rules'],
  ['g  a', 'go to Anomaly'],
  ['?', 'this list'],
  ['Esc', 'back'],
];
