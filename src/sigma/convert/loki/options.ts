import type { BackendOption, OptionValues } from '../backend.js';
import { isLabel } from './text.js';
import { isSelector, isStages } from './written.js';

export const OPTIONS = {
  add_line_filters: {
    kind: 'flag',
    default: false,
    summary:
      'look for a part of what the rule asks for in the line before it is parsed, where that can hide nothing',
  },
  case_sensitive: {
    kind: 'flag',
    default: false,
    summary: 'texts without wildcards are compared as they are written',
  },
  selection: {
    kind: 'text',
    default: '',
    summary:
      'stream selector of all queries, such as {job="syslog"}, where neither rule nor pipeline gives one',
    check: (text) => (text === '' || isSelector(text) ? null : 'a stream selector such as {job="syslog"}'),
  },
  parser: {
    kind: 'text',
    default: '',
    summary: 'parser of all queries, such as json, where neither rule nor pipeline gives one',
    check: (text) => (text === '' || isStages(text) ? null : 'stages of LogQL such as json'),
  },
  ruler_window: { kind: 'time', default: '1m', summary: 'how far back each alert of `ruler` looks' },
  loki_group_by_field: {
    kind: 'text',
    default: '',
    summary: 'field by which alerts of `ruler` and `grafana_alerting` are counted',
    check: (text) => (text === '' || isLabel(text) ? null : 'a field that can be a label'),
  },
  grafana_datasource_uid: { kind: 'text', default: 'loki', summary: 'data source of `grafana_alerting`' },
  grafana_folder: { kind: 'text', default: 'sigma', summary: 'folder of `grafana_alerting`' },
  grafana_org_id: { kind: 'count', default: 1, summary: 'organisation of `grafana_alerting`' },
  grafana_interval: {
    kind: 'time',
    default: '1m',
    summary: 'how often `grafana_alerting` looks, and how far back',
  },
  grafana_contact_point: { kind: 'text', default: 'default', summary: 'who is told by `grafana_alerting`' },
} as const satisfies Readonly<Record<string, BackendOption>>;

export interface LokiOptions {
  readonly addLineFilters: boolean;
  readonly caseSensitive: boolean;
  readonly selection: string;
  readonly parser: string;
  readonly rulerWindow: string;
  readonly groupByField: string;
  readonly grafana: GrafanaOptions;
}

export interface GrafanaOptions {
  readonly datasourceUid: string;
  readonly folder: string;
  readonly orgId: number;
  readonly interval: string;
  readonly contactPoint: string;
}

export function lokiOptions(values: OptionValues): LokiOptions {
  const text = (name: keyof typeof OPTIONS): string => String(values[name]);
  return {
    addLineFilters: values.add_line_filters === true,
    caseSensitive: values.case_sensitive === true,
    selection: text('selection'),
    parser: text('parser'),
    rulerWindow: text('ruler_window'),
    groupByField: text('loki_group_by_field'),
    grafana: {
      datasourceUid: text('grafana_datasource_uid'),
      folder: text('grafana_folder'),
      orgId: Number(values.grafana_org_id),
      interval: text('grafana_interval'),
      contactPoint: text('grafana_contact_point'),
    },
  };
}
