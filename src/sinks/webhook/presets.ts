import type { Message } from './message.js';
import type { Json } from './template.js';

/** A body for one kind of receiver. */
export interface Preset {
  readonly contentType: string;
  body(message: Message): string;
}

const JSON_TYPE = 'application/json; charset=utf-8';
const MAX_CONTENT = 1900;

export const PRESETS = {
  /** For programs: the message with all it lists. */
  json: {
    contentType: JSON_TYPE,
    body: ({ title, severity, count, omitted, changes }) =>
      JSON.stringify({ source: 'vedette', title, severity, count, omitted, changes }),
  },
  /** Also Mattermost. Its own marks for links and mentions are text. */
  slack: {
    contentType: JSON_TYPE,
    body: ({ text }) =>
      JSON.stringify({ text: text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;') }),
  },
  /** Nobody is mentioned, nothing is marked up. */
  discord: {
    contentType: JSON_TYPE,
    body: ({ text }) =>
      JSON.stringify({
        content: text.replace(/[\\*_~`|>[\]()#@:/]/g, '\\$&').slice(0, MAX_CONTENT),
        allowed_mentions: { parse: [] },
      } satisfies Json),
  },
  /** A topic's address takes text. */
  ntfy: { contentType: 'text/plain; charset=utf-8', body: ({ text }) => text },
} as const satisfies Record<string, Preset>;

export const PRESET_NAMES = Object.keys(PRESETS) as [keyof typeof PRESETS, ...(keyof typeof PRESETS)[]];
