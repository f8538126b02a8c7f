/** What other processes of the same user may ask the daemon for over its control socket. */
export interface Answers {
  readonly stats: () => unknown;
  readonly rules: () => unknown;
  readonly anomaly: () => unknown;
  readonly senders: () => unknown;
  readonly correlations: () => unknown;
  readonly train: () => unknown;
  readonly login: () => unknown;
  /** Somebody added or ended one. */
  readonly silences: () => unknown;
  /** Told what follows the name. */
  readonly model: (id: string) => unknown;
}

/** @param command a name of `Answers`, with a blank before what is told it */
export async function answerCommand(answers: Answers, command: string): Promise<unknown> {
  const [name = '', ...told] = command.split(' ');
  if (!Object.hasOwn(answers, name)) return { error: `unknown command ${command}` };
  return await answers[name as keyof Answers](told.join(' '));
}
