import type { ScreenProps } from '../app.js';
import type { SourceCard } from '../kit/api-types.js';
import { html } from '../kit/html.js';
import { useRemote } from '../kit/remote.js';
import { useTitle } from '../kit/title.js';
import { useEvery } from '../kit/use-every.js';
import { Loaded } from '../parts/loaded.js';
import { SourceView } from './source-view.js';

const EVERY_MS = 2000;

/** Who sends what, and is it understood? */
export function SourcesScreen({ params }: ScreenProps) {
  useTitle('Sources');
  const remote = useRemote<{ readonly items: readonly SourceCard[] }>('/api/sources');
  useEvery(EVERY_MS, remote.reload);
  return html`<h1 class="screen-title">Sources</h1>
    <${Loaded} of=${remote} what="Sources" lines=${6}>
      ${({ items }: { readonly items: readonly SourceCard[] }) =>
        items.length === 0
          ? html`<p class="empty">Nothing is listened to. Sources stand in config.yaml, under <code>sources</code>.</p>`
          : items.map(
              (item) =>
                html`<${SourceView} key=${item.name} of=${item} isOpen=${params.open === item.name} />`,
            )}
    <//>`;
}
