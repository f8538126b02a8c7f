import type { Message } from './message.js';
import type { Json } from './template.js';

/** A body for one kind of receiver. */
export interface Preset {
  readonly contentType: string;
  body(message: Message): string;
}

const JSON_TYPE = 'application/json; charset=utf-8';
/** 2,000 is the most; the link has room behind it. */
const MAX_CONTENT = 1700;

export const PRESETS = {
  /** For programs: the message with all it lists. */
  json: {
    contentType: JSON_TYPE,
    body: ({ title, link, severity, count, omitted, changes }) =>
      JSON.stringify({ source: 'vedette', title, link, severity, count, omitted, changes }),
  },
  /** Also Mattermost. Its own marks for links and mentions are text. */
  slack: {
    contentType: JSON_TYPE,
    body: ({ text, link }) =>
      JSON.stringify({
        text: linked(text, link).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
      }),
  },
  /** Nobody is mentioned, nothing is marked up. */
  discord: {
    contentType: JSON_TYPE,
    body: ({ text, link }) =>
      JSON.stringify({
        content: linked(text.replace(/[\\*_~`|>[\]()#@:/]/g, '\\$&').slice(0, MAX_CONTENT), link),
        allowed_mentions: { parse: [] },
      } satisfies Json),
  },
  /** A topic's address takes text. */
  ntfy: { contentType: 'text/plain; charset=utf-8', body: ({ text, link }) => linked(text, link) },
} as const satisfies Record<string, Preset>;

/** The last line: the one address that is not a stranger's. */
function linked(text: string, link: string | null): string {
  return link === null ? text : `${text}\n${link}`;
}

export const PRESET_NAMES = Object.keys(PRESETS) as [keyof typeof PRESETS, ...(keyof typeof PRESETS)[]];
