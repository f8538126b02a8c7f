import { html } from '../kit/html.js';

interface TabsProps {
  readonly label: string;
  readonly items: readonly {
    readonly name: string;
    readonly href: string;
    readonly current: boolean;
    readonly count?: number;
  }[];
}

export function Tabs({ label, items }: TabsProps) {
  return html`<nav class="tabs" aria-label=${label}>
    ${items.map(
      ({
        name,
        href,
        current,
        count,
      }) => html`<a key=${name} href=${href} aria-current=${current ? 'page' : undefined}>
        ${name}${count !== undefined && html` <span class="muted">${count}</span>`}
      </a>`,
    )}
  </nav>`;
}
