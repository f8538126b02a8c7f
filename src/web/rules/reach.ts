import type { RuleRow } from '../kit/api-types.js';
import { html } from '../kit/html.js';
import { to } from '../kit/router.js';
import { logsourceWords, neededWords } from './lists.js';

/** Which sources send what the rule could match; else what is missing, and what to do. */
export function Reach({ of }: { readonly of: RuleRow }) {
  const { state, lacks, sources, logsource } = of;
  if (state === 'disabled') return null;
  if (lacks === null)
    return sources.length === 0
      ? null
      : html`<p class="row-facts"><span>can use what comes by ${sourceLinks(sources)}</span></p>`;
  return html`<p class="note">It ${neededWords(of)}${lacks.what === 'fields' && `: none of its events of ${logsourceWords(lacks.rule === null ? logsource : lacks.rule.logsource)} has ${lacks.fields.length === 1 ? 'it' : 'any'}`}.
    ${' '}${fixWords(lacks)} <a href=${to('sources')}>Sources</a></p>`;
}

function fixWords({ what, recognised }: NonNullable<RuleRow['lacks']>): string {
  if (what === 'fields') return 'Let the senders log it, or map it with a pipeline or extractors.';
  return recognised
    ? 'Let a host that has such events send them.'
    : 'No normalizer knows such events: name the source that has them by its logsource in config.yaml.';
}

function sourceLinks(sources: readonly string[]) {
  return sources.map(
    (name, i) => html`${i > 0 && ', '}<a key=${name} href=${to('sources', { open: name })}>${name}</a>`,
  );
}
