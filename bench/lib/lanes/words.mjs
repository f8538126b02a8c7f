// What generated events are made of: seeded, broad, and as skewed as life (few hosts and programs make most of the lines).
import { random } from '../lines.mjs';

const FIRST =
  'alice bob carol dave erin frank grace heidi ivan judy karl laura mallory nina oscar peggy quentin rita sam trudy uma victor wendy xenia yuri zoe'.split(
    ' ',
  );
const LAST =
  'ahmed baker chen dubois eriksen fischer garcia hansen ito jensen kumar lopez meyer novak okafor petrov quinn rossi silva tanaka ueda vargas weber yilmaz'.split(
    ' ',
  );
const SITES = 'ams ber cph dub fra hel lis lon mad mil nyc osl par prg rom sea sfo sto syd vie'.split(' ');
const ROLES =
  'web db app mail build cache proxy file print dc vpn mon queue search stage kiosk lab ops hr fin'.split(
    ' ',
  );
const WORDS =
  'account agent archive asset audit backup balance batch billing budget bundle calendar campaign catalog channel claim client cluster contract courier customer daily dataset delivery demand device digest draft employee energy export feature figure forecast fulfil gateway global header history image import index inventory invoice item journal label layout ledger letter library logistics market master meeting member metric migration minutes module monthly network notice object offer office order overview package panel payment payroll plan policy portal price product profile project protocol quarter quote receipt record region release render report request result review route sales sample schedule section segment sensor session settings shipment signal sketch source status stock summary supplier survey table target template ticket timeline token tracking transfer unit update usage vendor version voucher weekly workflow'.split(
    ' ',
  );

export const DOMAIN = 'CONTOSO';

export class Words {
  #rnd;

  constructor(seed) {
    this.#rnd = random(seed);
    this.hosts = this.list(400, () => `${this.pick(SITES)}-${this.pick(ROLES)}-${10 + this.n(90)}`);
    this.users = this.list(300, () => `${this.pick(FIRST)}.${this.pick(LAST)}`);
    this.clients = this.list(6000, () => `10.${this.n(64)}.${this.n(256)}.${1 + this.n(254)}`);
    this.strangers = this.list(
      8000,
      () => `${20 + this.n(180)}.${this.n(256)}.${this.n(256)}.${1 + this.n(254)}`,
    );
  }

  /** 0 … max - 1. */
  n(max) {
    return Math.floor(this.#rnd() * max);
  }

  chance(share) {
    return this.#rnd() < share;
  }

  pick(list) {
    return list[this.n(list.length)];
  }

  /** The first of the list are picked far more often than the last. */
  pickCommon(list) {
    return list[Math.floor(this.#rnd() ** 2.5 * list.length)];
  }

  list(length, make) {
    return Array.from({ length }, make);
  }

  host() {
    return this.pickCommon(this.hosts);
  }

  user() {
    return this.pickCommon(this.users);
  }

  client() {
    return this.pickCommon(this.clients);
  }

  stranger() {
    return this.pickCommon(this.strangers);
  }

  port() {
    return 1024 + this.n(64_000);
  }

  pid() {
    return 300 + this.n(32_000);
  }

  word() {
    return this.pick(WORDS);
  }

  /** `quarter-ledger_1203`. */
  name() {
    return `${this.word()}${this.pick(['-', '_', '', ' ', '.'])}${this.word()}${this.chance(0.4) ? `_${this.n(3000)}` : ''}`;
  }

  /** As `name`, fit for a path of a URL or a file without quoting. */
  slug() {
    return `${this.word()}-${this.word()}${this.chance(0.4) ? `-${this.n(3000)}` : ''}`;
  }

  hex(digits) {
    let text = '';
    while (text.length < digits) text += this.n(0x1000000).toString(16).padStart(6, '0');
    return text.slice(0, digits);
  }

  base64(length) {
    return Buffer.from(this.hex(length * 2), 'hex').toString('base64');
  }

  guid() {
    return `{${this.hex(8)}-${this.hex(4)}-${this.hex(4)}-${this.hex(4)}-${this.hex(12)}}`;
  }
}
