// SigmaHQ's regression events (one attack each), varied: other hosts, people, times, ids and processes; what the rules look
// for stays.
import { readFileSync } from 'node:fs';

const CHANGING = new Set([
  ...['ProcessId', 'ParentProcessId', 'SourceProcessId', 'TargetProcessId', 'Execution_ProcessID'],
  ...['Execution_ThreadID', 'EventRecordID', 'TerminalSessionId'],
]);
const GUIDS = /Guid$/;
const TIMES = /Time$/;

/** Yields `{ event, logsource }` for ever; logsource as the rule has it. */
export function regressionEvents(words, file) {
  const rows = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  let at = 0;
  return () => {
    const { event, logsource } = rows[at++ % rows.length];
    return { event: vary(event, words), logsource };
  };
}

function vary(event, words) {
  const [computer, user] = [event.Computer, /\\Users\\([^\\]+)\\/.exec(JSON.stringify(event))?.[1]];
  const [host, person] = [words.host(), words.user()];
  return Object.fromEntries(
    Object.entries(event).map(([name, value]) => {
      if (CHANGING.has(name) && typeof value === 'number') return [name, words.pid()];
      if (typeof value !== 'string') return [name, value];
      if (GUIDS.test(name)) return [name, words.guid().slice(1, -1).toUpperCase()];
      if (TIMES.test(name))
        return [
          name,
          value.replace(
            /:\d\d:\d\d\.\d{3}/,
            () => `:${10 + words.n(50)}:${10 + words.n(50)}.${100 + words.n(900)}`,
          ),
        ];
      return [name, replaced(replaced(value, computer, host), user, person)];
    }),
  );
}

function replaced(text, from, to) {
  return typeof from === 'string' && from.length > 3 ? text.replaceAll(from, to) : text;
}
