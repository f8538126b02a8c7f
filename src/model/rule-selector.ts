/** Keys by which rules can be chosen, in the words of Sigma; `path` is the file as `rules list` shows it. */
export const SELECTOR_KEYS = [
  'id',
  'name',
  'path',
  'level',
  'status',
  'tag',
  'product',
  'category',
  'service',
] as const;
export type SelectorKey = (typeof SELECTOR_KEYS)[number];

/**
 * Which rules: an id or name, or keys all of which must hold; of the values of one key any. `*` stands for any text.
 */
export type RuleSelector = string | Readonly<Partial<Record<SelectorKey, readonly string[] | undefined>>>;

/** Which of the loaded rules run. */
export interface RuleChoice {
  /** When there are any: only these. */
  readonly only: readonly RuleSelector[];
  readonly disable: readonly RuleSelector[];
  /** Of those disabled, the ones that run all the same. */
  readonly enable: readonly RuleSelector[];
}
