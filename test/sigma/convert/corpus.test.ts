import { load } from 'js-yaml';
import { afterAll, expect, it } from 'vitest';
import { BACKENDS } from '../../../src/sigma/convert/registry.js';
import { describeShared, readJsonLines, sharedPath } from '../../helpers/shared.js';
import { toLoki } from './helpers.js';

interface Row {
  readonly id: string;
  readonly kind?: 'options';
  readonly defaults?: Readonly<Record<string, unknown>>;
  readonly rule: string;
  readonly options: Readonly<Record<string, string | number | boolean>>;
  readonly format: string;
  readonly pipeline: string | object | null;
  readonly expect?: readonly string[] | string;
  readonly error?: object;
  readonly match: 'equals' | 'contains' | 'property' | 'error-type' | 'collected-error';
  readonly contains?: readonly string[];
}

/** Where the row is not right, or not to be had: what is right instead, and why. A text is part of the refusal. */
interface Exception {
  readonly why: string;
  readonly ours: readonly string[] | string;
  readonly options?: Row['options'];
}

const ANY = '{job=~".+"}';
const WHOLE =
  'Sigma looks for `re` anywhere in a value, Loki compares the whole label: upstream misses (loki.md B13).';
const ABSENT =
  'Loki compares no number or address where there is no label: upstream misses those events (B21).';
const TIME = 'An `or` became an `and` (B4), and Go pads what it is compared with (B12).';
const HIDING =
  'The line filter would hide lines that the rule is about: upstream misses them (loki.md 8, B19).';
const ESCAPED = 'The character of `?` may be written as several in the line, such as \\" (loki.md 8).';
const NO_QUERY = 'Loki refuses the query of upstream (B3).';

const EXCEPTIONS: Readonly<Record<string, Exception>> = {
  'test_backend_loki.py::test_loki_field_name_empty_whitespace_null': {
    why: 'A label without a name is no LogQL; a key `~` is a field called null here, as it is matched.',
    ours: [`${ANY} |~ \`(?i)valueA\` |~ \`(?i)valueC\` | logfmt | null=~\`(?i)^valueB$\``],
  },
  'test_backend_loki_case_sensitive.py::test_loki_field_name_empty_whitespace_null': {
    why: 'As above.',
    ours: [`${ANY} |= \`valueA\` |= \`valueC\` | logfmt | null=\`valueB\``],
  },
  'test_backend_loki.py::test_loki_unbound_num': { why: NO_QUERY, ours: [`${ANY} |= \`100\``] },
  'test_backend_negation_loki.py::test_loki_not_unbound_num': { why: NO_QUERY, ours: [`${ANY} != \`100\``] },
  'test_backend_loki_add_line_filters.py::test_loki_field_not_eq': {
    why: HIDING,
    ours: [`${ANY} | logfmt | fieldA!=\`valueA\``],
  },
  'test_backend_loki_add_line_filters.py::test_loki_lf_field_not_eq_wildcard': {
    why: HIDING,
    ours: [`${ANY} | logfmt | fieldA!~\`(?i)^value.A$\``],
  },
  'test_backend_loki_add_line_filters_case_insensitive.py::test_loki_lf_field_not_eq_wildcard': {
    why: HIDING,
    ours: [`${ANY} | logfmt | fieldA!~\`(?i)^value.A$\``],
  },
  'test_backend_loki_add_line_filters_case_insensitive.py::test_loki_lf_not_or_expression': {
    why: HIDING,
    ours: [`${ANY} | logfmt | fieldA!~\`(?i)^valueA$\` and fieldB!~\`(?i)^valueB$\``],
  },
  'test_backend_loki_add_line_filters.py::test_loki_lf_null': {
    why: HIDING,
    ours: [`${ANY} | logfmt | fieldA=\`\``],
  },
  'test_backend_loki_add_line_filters.py::test_loki_lf_not_cidr_query': {
    why: `${HIDING} ${ABSENT}`,
    ours: [`${ANY} | logfmt | fieldA!=ip("192.168.0.0/16") or fieldA=""`],
  },
  'test_backend_loki_add_line_filters_case_insensitive.py::test_loki_lf_not_cidr_query': {
    why: `${HIDING} ${ABSENT}`,
    ours: [`${ANY} | logfmt | fieldA!=ip("192.168.0.0/16") or fieldA=""`],
  },
  'test_backend_loki_add_line_filters.py::test_loki_lf_base64_query': {
    why: 'logfmt writes a value with `=` in quotes: `fieldA="dmFsdWU="` would be hidden (loki.md 8).',
    ours: [`${ANY} |= \`dmFsdWU=\` | logfmt | fieldA=\`dmFsdWU=\``],
  },
  'test_backend_loki_add_line_filters.py::test_loki_lf_field_eq_wildcard': {
    why: ESCAPED,
    ours: [`${ANY} |~ \`(?i)value.+A\` | logfmt | fieldA=~\`(?i)^value.A$\``],
  },
  'test_backend_loki_add_line_filters_case_insensitive.py::test_loki_lf_field_eq_wildcard': {
    why: ESCAPED,
    ours: [`${ANY} |~ \`(?i)value.+A\` | logfmt | fieldA=~\`(?i)^value.A$\``],
  },
  'test_backend_loki_add_line_filters.py::test_loki_lf_wildcard_single': {
    why: ESCAPED,
    ours: [`${ANY} |~ \`(?i)va.+ue\` | logfmt | fieldA=~\`(?i)^va.ue$\``],
  },
  'test_backend_loki_add_line_filters_case_insensitive.py::test_loki_lf_wildcard_single': {
    why: ESCAPED,
    ours: [`${ANY} |~ \`(?i)va.+ue\` | logfmt | fieldA=~\`(?i)^va.ue$\``],
  },
  'test_backend_loki_add_line_filters.py::test_loki_lf_regex_query': {
    why: WHOLE,
    ours: [`${ANY} |= \`fieldB=foo\` | logfmt | fieldA=~\`(?s:.*)foo.*bar(?s:.*)\` and fieldB=\`foo\``],
  },
  'test_backend_loki_add_line_filters.py::test_loki_lf_field_re_tilde': {
    why: WHOLE,
    ours: [`${ANY} |~ "value\`A" | logfmt | fieldA=~"(?s:.*)value\`A(?s:.*)"`],
  },
  'test_backend_loki_add_line_filters.py::test_loki_lf_field_re_tilde_double_quote': {
    why: `${WHOLE} And logfmt writes \\" for a quote.`,
    ours: [`${ANY} | logfmt | fieldA=~"(?s:.*)v\\"alue\`A(?s:.*)"`],
  },
  'test_backend_loki_add_line_filters_case_insensitive.py::test_loki_lf_field_re_tilde_double_quote': {
    why: `${WHOLE} And logfmt writes \\" for a quote.`,
    ours: [`${ANY} | logfmt | fieldA=~"(?s:.*)v\\"alue\`A(?s:.*)"`],
  },
  'test_backend_loki_case_sensitive.py::test_loki_field_re_tilde_double_quote': {
    why: WHOLE,
    ours: [`${ANY} | logfmt | fieldA=~"(?s:.*)v\\"alue\`A(?s:.*)"`],
  },
  'test_backend_negation_loki.py::test_loki_not_regex_query': {
    why: WHOLE,
    ours: [`${ANY} | logfmt | fieldA!~\`(?s:.*)foo.*bar(?s:.*)\` or fieldB!~\`(?i)^foo$\``],
  },
  'test_backend_loki_event_count_correlation.py::test_loki_default_event_count_absent_over_time_lt_1': {
    why: 'Groups without lines have no labels: with group-by this would tell that nothing at all happened (loki.md 11).',
    ours: 'Loki knows no groups that have no lines',
  },
  ...Object.fromEntries(
    [
      ['day', '02', '01'],
      ['hour', '15', '01'],
      ['month', '01', '01'],
      ['year', '2006', '0001'],
    ].map(([part, layout, value]) => [
      `test_backend_loki_field_modifiers.py::test_loki_field_modifiers[${part}]`,
      {
        why: TIME,
        ours: [
          `${ANY} | logfmt | label_format date_0=\`{{ date "${layout}" (unixToTime .fieldA) }}\` | date_0=\`${value}\` or date_0!=\`${value}\``,
        ],
      },
    ]),
  ),
  'test_backend_loki_fieldref.py::test_loki_field_ref_substring_matching': {
    why: 'An `or` became an `and` (B4).',
    ours: [
      '{job=~"eventlog|winlog|windows|fluentbit.*"} | json | label_format match_0=`{{ if contains .fieldA .field1 }}true{{ else }}false{{ end }}`,match_1=`{{ if hasSuffix .fieldB .field2 }}true{{ else }}false{{ end }}`,match_2=`{{ if hasPrefix .fieldC .field3 }}true{{ else }}false{{ end }}` | match_0=`true` and match_1!=`true` or match_2=`true`',
    ],
  },
  'test_backend_negation_loki.py::test_loki_field_not_eq_num': {
    why: ABSENT,
    ours: [`${ANY} | logfmt | fieldA!=100 or fieldA=""`],
  },
  'test_backend_negation_loki.py::test_loki_not_cidr_query': {
    why: ABSENT,
    ours: [`${ANY} | logfmt | fieldA!=ip("192.168.0.0/16") or fieldA=""`],
  },
  'test_backend_negation_loki.py::test_loki_not_unbound_case_sensitive': {
    why: 'The test sets case_sensitive, which the row does not say; other rows show what comes without.',
    options: { case_sensitive: true },
    ours: [`${ANY} != \`value\``],
  },
  'test_backend_negation_loki.py::test_loki_not_and_unbound': {
    why: 'A line with one of the two is not to be left out: line filters cannot say so (B2).',
    ours: 'line filters of LogQL must all hold',
  },
  'test_backend_negation_loki.py::test_loki_field_exists_negated': {
    why: '`yes` is a text in YAML 1.2, which Sigma is written in.',
    ours: '"exists" needs true or false',
  },
  'test_pipelines_loki.py::test_windows_grafana_pipeline': {
    why: 'The expression that takes the message apart is our own: that of upstream is under the AGPL, and splits at CRLF only.',
    ours: [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Loki's.
      '{job=~"eventlog|winlog|windows|fluentbit.*"} | json | label_format Message=`{{ .message | replace "\\\\" "\\\\\\\\" | replace "\\"" "\\\\\\"" }}` | line_format `{{ regexReplaceAll "([^:\\\\r\\\\n]+): ?([^\\\\r\\\\n]*)(?:\\\\r?\\\\n|$)" .Message "${1}=\\"${2}\\" " }}` | logfmt | Image=~`(?i).*\\.exe$` and event_id=1',
    ],
  },
  'test_pipelines_loki.py::test_negated_custom_log_source_pipeline': {
    why: 'Loki refuses a selector without a label that is there, and of two fields one may be as it is not to be.',
    ours: [
      `${ANY} | logfmt | legacyeventtype=~\`(?i)^core\\.user_auth\\.login_failed$\` and displaymessage=~\`(?i)^Failed\\ login\\ to\\ Okta$\` and (eventType!~\`(?i)^policy\\.lifecycle\\.update$\` or ruleField!~\`.*out(?s:.*)\`)`,
    ],
  },
};

describeShared('the corpus of Loki queries', () => {
  const rows = readJsonLines<Row>(sharedPath('corpus', 'loki.jsonl'));
  const used = new Set<string>();

  it.each(rows.filter(({ kind }) => kind !== 'options'))('$id $options', (row) => {
    const exception = EXCEPTIONS[row.id];
    if (exception !== undefined) used.add(row.id);
    const pipelines =
      row.pipeline === null
        ? []
        : [typeof row.pipeline === 'string' ? row.pipeline : JSON.stringify(row.pipeline)];
    const { queries, errors, render } = toLoki(row.rule, {
      options: exception?.options ?? row.options,
      pipelines,
    });
    const wanted = exception?.ours ?? row.expect;
    if (row.error !== undefined || row.match === 'collected-error') {
      expect(queries).toEqual([]);
      expect(errors).not.toEqual([]);
    } else if (exception !== undefined && typeof wanted === 'string') {
      expect(queries).toEqual([]);
      expect(errors.join()).toContain(wanted);
    } else if (row.format === 'ruler') expect(load(render('ruler'))).toEqual(load(wanted as string));
    else if (row.match === 'contains' && exception === undefined)
      for (const part of row.contains!) expect(queries.join('\n')).toContain(part);
    else expect(queries.map(spaced)).toEqual((wanted as readonly string[]).map(spaced));
  });

  it('has no exception that is none', () => {
    for (const row of rows.filter(({ id }) => EXCEPTIONS[id]?.options === undefined && used.has(id)))
      expect(EXCEPTIONS[row.id]!.ours, row.id).not.toEqual(row.expect);
  });

  it('has the options of upstream with their defaults', () => {
    const options = BACKENDS.loki!.options;
    for (const { defaults } of rows.filter(({ kind }) => kind === 'options'))
      for (const [name, value] of Object.entries(defaults!)) expect(options[name]?.default, name).toBe(value);
  });

  afterAll(() => {
    console.info(`loki.jsonl: ${rows.length} rows, ${used.size} of them exceptions`);
    expect([...used].sort()).toEqual(Object.keys(EXCEPTIONS).sort());
  });
});

/** Upstream leaves out or doubles the blank before some stages. */
function spaced(query: string): string {
  return query.replace(/\s*\| label_format/g, ' | label_format').replaceAll('  ', ' ');
}
