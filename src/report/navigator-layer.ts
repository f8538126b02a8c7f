/** How many rules see a technique. */
export interface TechniqueCoverage {
  /** `T1110.001` */
  readonly id: string;
  readonly name: string;
  /** Tags of its tactics, such as `credential-access`. */
  readonly tactics: readonly string[];
  /** Titles of the rules. */
  readonly rules: readonly string[];
}

const MAX_NAMED = 50;

/**
 * A layer for MITRE's ATT&CK Navigator (layer format 4.5): the number of rules is the score of a technique, its
 * comment names them.
 */
export function navigatorLayer(techniques: readonly TechniqueCoverage[], attackVersion: string): string {
  const most = techniques.reduce((max, { rules }) => Math.max(max, rules.length), 1);
  return JSON.stringify({
    name: 'Vedette rules',
    versions: { attack: attackVersion.split('.')[0], navigator: '5.1.0', layer: '4.5' },
    domain: 'enterprise-attack',
    description: 'Techniques by the number of rules that see them.',
    techniques: techniques.map(({ id, rules }) => ({
      techniqueID: id,
      score: rules.length,
      comment:
        rules.slice(0, MAX_NAMED).join('\n') +
        (rules.length > MAX_NAMED ? `\n… ${rules.length - MAX_NAMED} more` : ''),
      enabled: true,
    })),
    // Else they are folded away under their technique.
    layout: { layout: 'side', expandedSubtechniques: 'annotated' },
    gradient: { colors: ['#ffffff', '#2f7ed8'], minValue: 0, maxValue: most },
    hideDisabled: false,
  });
}
