import { type Command, Option } from 'commander';
import { longText, shortText } from '../api/shapes.js';
import { type Change, identityOf } from '../model/change.js';
import { VERDICTS, type Verdict, type Workflow } from '../model/workflow.js';
import { clock, field, roomOf, type TextStyle } from '../report/terminal.js';
import { wrapToWidth } from '../report/text-width.js';
import { DeskConflict } from '../storage/desk/conflict.js';
import { type Decision, type Subject, triage } from '../storage/desk/triage.js';
import { visible } from '../telemetry/visible.js';
import { EXIT } from './io.js';
import type { CliContext } from './program.js';
import { onlyOne, personOf, type StoredOptions, withDataDir, withDesk } from './stored.js';
import { wordsOf } from './words.js';

/** What of alerts and of incidents is said differently. */
export interface Triaged<T extends Change> {
  readonly kind: Subject['kind'];
  readonly nameOf: (one: T) => string;
}

/** Adds what people can say of an alert or incident, as in the page. */
export function addTriage<T extends Change>(parent: Command, context: CliContext, of: Triaged<T>): void {
  const { action } = context;
  const { kind } = of;
  const add = (name: string): Command =>
    withDataDir(parent.command(name)).option('--json', 'what is said of it now as JSON lines');
  const ids = `${kind} ids or their beginnings`;

  add('acknowledge')
    .alias('ack')
    .description(`Say that you are on ${kind}s.`)
    .argument('<id...>', ids)
    .option('--note <text>', 'a note beside it')
    .option('--take-over', 'though somebody else has acknowledged it')
    .action(
      action(
        (ids: string[], options: StoredOptions & { readonly note?: string; readonly takeOver?: boolean }) => {
          const note = options.note === undefined ? undefined : wordsOf('--note', options.note, longText);
          return say(context, options, of, ids, {
            action: 'acknowledge',
            note,
            take_over: options.takeOver,
          });
        },
      ),
    );

  add('close')
    .description(`Close ${kind}s with a verdict and a reason.`)
    .argument('<id...>', ids)
    .addOption(
      new Option('--verdict <verdict>', 'a real attack, a false alarm, or real but allowed')
        .choices([...VERDICTS])
        .makeOptionMandatory(),
    )
    .requiredOption('--reason <text>', 'why, for whoever asks later')
    .action(
      action(
        (ids: string[], options: StoredOptions & { readonly verdict: Verdict; readonly reason: string }) => {
          const reason = wordsOf('--reason', options.reason, shortText);
          return say(context, options, of, ids, { action: 'close', verdict: options.verdict, reason });
        },
      ),
    );

  add('reopen')
    .description(`Take back what was said of ${kind}s; notes stay.`)
    .argument('<id...>', ids)
    .action(
      action((ids: string[], options: StoredOptions) => say(context, options, of, ids, { action: 'reopen' })),
    );

  add('note')
    .description(`Write a note beside one ${kind}.`)
    .argument('<id>', `${kind} id or its beginning`)
    .argument('<text...>', 'the note')
    .action(
      action((id: string, words: string[], options: StoredOptions) =>
        say(context, options, of, [id], { action: 'note', text: wordsOf('text', words.join(' '), longText) }),
      ),
    );
}

/** Each for itself: what somebody else closed meanwhile holds up none of the others. */
function say<T extends Change>(
  context: CliContext,
  options: StoredOptions,
  { kind, nameOf }: Triaged<T>,
  ids: readonly string[],
  decision: Decision,
): number {
  const { io } = context;
  return withDesk(context, options, ({ cases, desk }) => {
    const found = ids.map((id) => onlyOne(cases.find(`${kind}s`, id) as T[], kind, id));
    let code: number = EXIT.done;
    for (const one of found) {
      const { id } = identityOf(one);
      try {
        const said = triage(desk, { kind, id }, decision, personOf(io), Date.now());
        if (options.json) io.out(`${JSON.stringify({ id, workflow: said })}\n`);
        else io.out(`${visible(`${id.slice(0, 8)}  ${stateOf(said)}  ${nameOf(one)}`)}\n`);
      } catch (error) {
        if (!(error instanceof DeskConflict)) throw error;
        io.err(`${visible(id.slice(0, 8))}: ${visible(error.message)}\n`);
        code = EXIT.usage;
      }
    }
    return code;
  });
}

/** What people said, below what `show` tells; nothing when nobody did. */
export function renderWorkflow(workflow: Workflow, style: TextStyle): string {
  const { state, reason, by, at, notes } = workflow;
  const said = state === 'new' ? [] : [[`${stateOf(workflow)} by ${by} ${clock(at!)}`, reason]];
  const lines = [
    ...said.map((parts) => ['said', parts.filter((part) => part !== '').join(': ')] as const),
    ...notes.map((note) => ['note', `${note.by} ${clock(note.at)}: ${note.text}`] as const),
  ];
  return lines
    .flatMap(([label, text]) => field(label, wrapToWidth(visible(text), roomOf(style)), style))
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

function stateOf({ state, verdict }: Workflow): string {
  return verdict === null ? state : `${state} as ${verdict}`;
}
