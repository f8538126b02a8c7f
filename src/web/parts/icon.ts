import { html } from '../kit/html.js';

/** Strokes on a 20 × 20 field. */
const PATHS = {
  now: 'M3 11h3l2.5-6 4 11 2.2-5H17',
  incidents: 'M10 3l7.5 13.5h-15zM10 8.5v3.5M10 14.4v.1',
  search: 'M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM13 13l4 4',
  sources: 'M3.5 5h13v4h-13zM3.5 11h13v4h-13zM6 7v.1M6 13v.1',
  rules: 'M3 4h4v4H3zM8.5 4h4v4h-4zM3 9.5h4v4H3zM14 6h3.5M14 11.5h3.5M8.5 9.5h4v4h-4zM3 16.5h14',
  anomaly: 'M3 14c2.5 0 2.5-2 4.5-2s2 2 3 2 1.5-9 2.5-9 1.5 9 4 9',
  sun: 'M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM10 2v1.5M10 16.5v1.5M2 10h1.5M16.5 10H18M4.3 4.3l1.1 1.1M14.6 14.6l1.1 1.1M4.3 15.7l1.1-1.1M14.6 5.4l1.1-1.1',
  moon: 'M16 12.2A6.5 6.5 0 0 1 7.8 4a6.5 6.5 0 1 0 8.2 8.2z',
  auto: 'M10 3a7 7 0 1 0 0 14zM10 3a7 7 0 0 1 0 14',
  help: 'M7.5 7.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .9-1 1.7M10 14.4v.1M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15z',
  close: 'M5 5l10 10M15 5L5 15',
  leave: 'M12 6V3.5H4v13h8V14M8.5 10H17M14 7l3 3-3 3',
  check: 'M4 10.5l4 4 8-9',
  bell: 'M5 14V9a5 5 0 0 1 10 0v5l1 1H4zM8.5 17h3M3 3l14 14',
  download: 'M10 3v9M6.5 8.5L10 12l3.5-3.5M4 16h12',
  copy: 'M7 7h9v9H7zM4 13V4h9',
  back: 'M12 4l-6 6 6 6',
  plus: 'M10 5v10M5 10h10',
  minus: 'M5 10h10',
  play: 'M6 4l10 6-10 6z',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
  return html`<svg class="icon" viewBox="0 0 20 20" aria-hidden="true"><path d=${PATHS[name]} /></svg>`;
}
