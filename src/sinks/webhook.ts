import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { z } from 'zod';
import { type Change, identityOf, isIncident } from '../model/change.js';
import { LEVELS, type Level } from '../model/rule.js';
import { cidrField, durationField } from '../model/settings.js';
import { asDeliveryError } from './files.js';
import {
  commonOptions,
  type Digest,
  defineSink,
  type OutboxItem,
  type Sink,
  type SinkContext,
  type SinkState,
} from './sink.js';
import { type AllowPrivate, createEgress, hostOf } from './webhook/egress.js';
import { type Message, messageOf, type Noted } from './webhook/message.js';
import { post } from './webhook/post.js';
import { PRESET_NAMES, PRESETS } from './webhook/presets.js';
import { readSecret, signature } from './webhook/secret.js';
import { fill, type Json } from './webhook/template.js';

const URL_EXPECTED =
  'expected an http or https URL without user and password, such as https://hooks.example.org/x';

/** Leaves a link room in the shortest of messages, Discord's. */
const MAX_PAGE = 200;
const PAGE_EXPECTED =
  'expected the http or https address under which people open the page, such as https://vedette.lan:5180';

const INSIDE_EXPECTED =
  'expected true, or a block that holds the address of url, which is not one of the Internet';

const urlField = z.string({ error: URL_EXPECTED }).refine(isPostable, { message: URL_EXPECTED });

const options = z
  .strictObject({
    ...commonOptions,
    type: z.literal('webhook'),
    url: urlField,
    /** Single alerts too, not incidents alone. */
    alerts: z.boolean().default(true),
    /** Every change; else only what is new, or worse than before. */
    updates: z.boolean().default(true),
    preset: z.enum(PRESET_NAMES).default('json'),
    /** A body of one's own instead of a preset. */
    body: z.json().optional(),
    /** Where people open the page: messages then end with a link. */
    page: z
      .string({ error: PAGE_EXPECTED })
      .max(MAX_PAGE, { error: PAGE_EXPECTED })
      .refine(isPostable, { message: PAGE_EXPECTED })
      .optional(),
    /** Not more than one message in this time; 0 = one for each change. */
    digest: durationField.prefault('0s'),
    /** With `digest`: what does not wait. */
    at_once: z.enum(LEVELS).default('high'),
    secret_file: z.string().min(1).optional(),
    secret_env: z.string().min(1).optional(),
    token_file: z.string().min(1).optional(),
    token_env: z.string().min(1).optional(),
    timeout: durationField.prefault('10s'),
    ca: z.string().min(1).optional(),
    allow_private: z.union([z.boolean(), z.array(cidrField)]).default(false),
  })
  .refine(({ url, allow_private }) => !isLiteralInside(url, allow_private), {
    path: ['allow_private'],
    message: INSIDE_EXPECTED,
  });

type Options = z.output<typeof options>;

export const webhook = defineSink({
  type: 'webhook',
  summary: 'Alerts and incidents posted to a URL, signed, one by one or as a digest.',
  options,
  create: (settings, context) => new WebhookSink(settings, context),
});

interface Keys {
  readonly secret: string | null;
  readonly token: string | null;
  readonly ca: string | null;
}

/**
 * At least once: after a crash, or when the answer is lost, a message comes again with the same `x-vedette-delivery`. The
 * state says when the last message went and what was only counted since.
 */
class WebhookSink implements Sink {
  readonly digest?: Digest;
  readonly #settings: Options;
  readonly #now: () => number;
  readonly #origin: string;
  readonly #url: URL;
  readonly #isAllowed: (address: string) => boolean;
  #keys: Keys = { secret: null, token: null, ca: null };
  #sentAt = 0;
  #noted: Noted = {};
  /** Of a batch that failed halfway: what went before. */
  #sent = 0;

  constructor(settings: Options, { now, origin }: SinkContext) {
    this.#settings = settings;
    this.#origin = origin;
    this.#now = now;
    this.#url = new URL(settings.url);
    this.#isAllowed = createEgress(settings.allow_private);
    if (settings.digest > 0)
      this.digest = { waitMs: (items) => this.#waitMs(items), note: (items) => this.#note(items) };
  }

  wants(change: Change): boolean {
    const { alerts, updates } = this.#settings;
    if (!alerts && !isIncident(change)) return false;
    const { status, escalated } = isIncident(change) ? change.incident : change.alert;
    return updates || status === 'opened' || escalated === true;
  }

  async open(state: SinkState | null): Promise<void> {
    this.#sentAt = numberIn(state, 'sent_at');
    this.#noted = Object.fromEntries(
      LEVELS.map((level) => [level, numberIn(state, level)] as const).filter(([, n]) => n > 0),
    );
    await this.#readKeys();
  }

  async deliver(items: readonly OutboxItem[]): Promise<SinkState | null> {
    if (this.digest === undefined) {
      for (const item of items) await this.#sendOne(item);
      return null;
    }
    const changes = items.map(({ change }) => change);
    await this.#post(
      this.#messageOf(changes, this.#noted),
      `${items.at(-1)?.position ?? 'noted'}-${this.#sentAt}`,
    );
    this.#sentAt = this.#now();
    this.#noted = {};
    return this.#state();
  }

  async tellUnstored(change: Change): Promise<void> {
    const { id, revision } = identityOf(change);
    await this.#post(this.#messageOf([change]), `unstored-${id}-${revision}`);
  }

  /** Secrets may have been changed. */
  async reopen(): Promise<void> {
    await this.#readKeys();
  }

  async close(): Promise<void> {}

  async #sendOne({ position, change }: OutboxItem): Promise<void> {
    if (position <= this.#sent) return;
    await this.#post(this.#messageOf([change]), `${position}`);
    this.#sent = position;
  }

  #messageOf(changes: readonly Change[], noted: Noted = {}): Message {
    return messageOf(changes, noted, this.#settings.page ?? null);
  }

  async #post(message: Message, delivery: string): Promise<void> {
    const { body: template, preset, timeout } = this.#settings;
    const { contentType, body } = template === undefined ? PRESETS[preset] : ownBody(template);
    const bytes = Buffer.from(body(message));
    const { secret, token, ca } = this.#keys;
    const seconds = Math.floor(this.#now() / 1000);
    const headers = {
      'content-type': contentType,
      'user-agent': 'vedette',
      'x-vedette-delivery': `${this.#origin}-${delivery}`,
      ...(secret !== null && { 'x-vedette-signature': signature(secret, bytes, seconds) }),
      ...(token !== null && { authorization: `Bearer ${token}` }),
    };
    await post(bytes, headers, {
      url: this.#url,
      ca,
      timeoutMs: timeout,
      isAllowed: this.#isAllowed,
      now: this.#now,
    });
  }

  #waitMs(items: readonly OutboxItem[]): number {
    const { digest, at_once } = this.#settings;
    const urgent = LEVELS.indexOf(at_once);
    if (items.some(({ change }) => LEVELS.indexOf(change.severity) >= urgent)) return 0;
    if (items.length === 0 && Object.keys(this.#noted).length === 0) return Number.POSITIVE_INFINITY;
    // A clock that was set back must not silence us.
    return Math.min(digest, Math.max(0, this.#sentAt + digest - this.#now()));
  }

  #note(items: readonly OutboxItem[]): SinkState {
    const noted: Partial<Record<Level, number>> = { ...this.#noted };
    for (const { change } of items) noted[change.severity] = (noted[change.severity] ?? 0) + 1;
    this.#noted = noted;
    return this.#state();
  }

  #state(): SinkState {
    return { sent_at: this.#sentAt, ...this.#noted };
  }

  async #readKeys(): Promise<void> {
    const { secret_file, secret_env, token_file, token_env, ca } = this.#settings;
    this.#keys = {
      secret: await readSecret('secret', { file: secret_file, env: secret_env }),
      token: await readSecret('token', { file: token_file, env: token_env }),
      ca: ca === undefined ? null : await asDeliveryError(`cannot read ${ca}`, () => readFile(ca, 'utf8')),
    };
  }
}

function ownBody(template: Json): { contentType: string; body: (message: Message) => string } {
  return {
    contentType: PRESETS.json.contentType,
    body: (message) => JSON.stringify(fill(template, message)),
  };
}

function numberIn(state: SinkState | null, key: string): number {
  const value = state?.[key];
  return typeof value === 'number' ? value : 0;
}

/** Told when the configuration is read; where a name leads shows only when it is connected to. */
function isLiteralInside(url: string, allowPrivate: AllowPrivate): boolean {
  if (!URL.canParse(url)) return false;
  const host = hostOf(new URL(url));
  return isIP(host) !== 0 && !createEgress(allowPrivate)(host);
}

function isPostable(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, hostname } = new URL(text);
  return /^https?:$/.test(protocol) && username === '' && password === '' && hostname !== '';
}
