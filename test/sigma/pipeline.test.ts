import { expect, it } from 'vitest';
import { Event } from '../../src/model/event.js';
import { emptyFields, type JsonObject } from '../../src/model/json.js';
import { closedLogsource, OPEN } from '../../src/model/logsource.js';
import { normalize } from '../../src/normalizers/normalize.js';
import { parseRecord } from '../../src/parsers/parse-record.js';
import { compileRules } from '../../src/sigma/compile.js';
import { EventFieldView, type EventView, JsonFieldView } from '../../src/sigma/event-view.js';
import { loadRules } from '../../src/sigma/load.js';
import { describeShared, readJsonLines, sharedPath } from '../helpers/shared.js';

interface PipelineCase {
  readonly id: string;
  readonly kind: string;
  readonly input: {
    readonly detection: JsonObject;
    readonly event?: JsonObject;
    readonly line?: string;
    readonly logsource?: JsonObject;
  };
  readonly expect: { readonly match: boolean };
}

function viewOf(input: PipelineCase['input']): EventView {
  if (input.line === undefined) {
    const { fields = emptyFields(), ...rest } = input.event ?? {};
    return new JsonFieldView({ ...(fields as JsonObject), ...rest });
  }
  const event = new Event();
  event.reset(input.line);
  const hints = { format: 'auto', timezone: 'UTC', logsource: null } as const;
  parseRecord(input.line, event.record, hints, 0);
  normalize(event, null);
  const view = new EventFieldView(event);
  view.reset();
  return view;
}

describeShared('the behaviours of the SIEM that this one replaces', () => {
  const rows = readJsonLines<PipelineCase>(sharedPath('corpus', 'pipeline.jsonl')).filter(
    ({ kind }) => kind === 'sigma',
  );

  it('are the same where it was right, and right where it was wrong', () => {
    const wrong = rows.filter(({ input, expect: expected }) => {
      const { detection, logsource = { product: 'any' } } = input;
      const text = JSON.stringify({ title: 't', logsource, detection });
      const { rules, faults } = loadRules([{ path: 'case.yml', text }]);
      expect(faults).toEqual([]);
      const hits: number[] = [];
      // A row that names a logsource is about routing; its event is not from there.
      const routed = input.logsource === undefined ? null : OPEN;
      compileRules(rules).match(viewOf(input), routed, hits);
      return hits.length > 0 !== expected.match;
    });
    console.info(`pipeline.jsonl, sigma: ${rows.length - wrong.length}/${rows.length}`);
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });

  it('runs no rule for Windows on an event that is closed to something else', () => {
    const text = 'title: t\nlogsource: {product: windows}\ndetection: {k: [cat], condition: k}\n';
    const hits: number[] = [];
    const web = closedLogsource({ categories: ['webserver'] });
    compileRules(loadRules([{ path: 'case.yml', text }]).rules).match(
      new JsonFieldView({ message: 'cat' }),
      web,
      hits,
    );
    expect(hits).toEqual([]);
  });
});
