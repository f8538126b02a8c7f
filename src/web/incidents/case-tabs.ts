import { html } from '../kit/html.js';
import { to } from '../kit/router.js';
import { Tabs } from '../parts/tabs.js';

const TABS = [
  ['incidents', 'Incidents'],
  ['alerts', 'Alerts'],
  ['silences', 'Silences'],
] as const;

export function CaseTabs({ current }: { readonly current: (typeof TABS)[number][0] }) {
  return html`<h1 class="unseen">Incidents and alerts</h1>
    <${Tabs}
      label="Incidents and alerts"
      items=${TABS.map(([path, name]) => ({ name, href: to(path), current: path === current }))}
    />`;
}
