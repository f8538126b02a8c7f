import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Option } from 'commander';
import { askDaemon } from '../daemon/control-socket.js';
import { sshTunnel } from '../daemon/ssh-tunnel.js';
import { renderTable } from '../report/table.js';
import { createDesk, type Desk } from '../storage/desk/desk.js';
import { ROLES, type Role } from '../storage/desk/tokens.js';
import { visible } from '../telemetry/visible.js';
import { type DataDirOptions, dataDirOf } from './data-dir.js';
import { CliError, EXIT } from './io.js';
import type { CliContext, CommandDefinition } from './program.js';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export const tokenCommand: CommandDefinition = (program, context) => {
  const { io, action } = context;
  const token = program.command('token').description('Who may use the HTTP API and the page.');
  const add = (name: string) =>
    token
      .command(name)
      .option('-c, --config <file>', 'configuration file')
      .option('--data-dir <dir>', 'data_dir of the daemon');

  add('create')
    .description('Make a token for a program and print it, this once.')
    .argument('<name>', 'whose it is, e.g. grafana')
    .addOption(new Option('--role <role>', 'what it may do').choices([...ROLES]).default('read'))
    .action(
      action((name: string, options: DataDirOptions & { readonly role: Role }) => {
        if (!NAME.test(name))
          throw new CliError('A name is 1 to 64 letters, digits, dots, dashes or underscores.', EXIT.usage);
        const made = withDesk(context, options, (desk) => desk.tokens.create(name, options.role, Date.now()));
        if (made === null)
          throw new CliError(
            `There is a token ${name} already; vedette token revoke ${name} ends it.`,
            EXIT.usage,
          );
        io.out(`${made}\n`);
        return EXIT.done;
      }),
    );

  add('list')
    .description('The tokens there are; not themselves, which nobody keeps.')
    .option('--json', 'one JSON object a line')
    .action(
      action((options: DataDirOptions & { readonly json?: boolean }) => {
        const entries = withDesk(context, options, (desk) => desk.tokens.list());
        if (options.json) for (const entry of entries) io.out(`${JSON.stringify(entry)}\n`);
        else {
          const rows = entries.map(({ name, role, created, used }) => [
            name,
            role,
            created.slice(0, 10),
            used === null ? 'never' : used.slice(0, 16).replace('T', ' '),
          ]);
          io.out(renderTable([['NAME', 'ROLE', 'CREATED', 'LAST USED (UTC)'], ...rows], { width: io.width }));
        }
        return EXIT.done;
      }),
    );

  add('revoke')
    .description('End a token, and the sessions that it opened.')
    .argument('<name>', 'name of the token')
    .action(
      action((name: string, options: DataDirOptions) => {
        if (!withDesk(context, options, (desk) => desk.tokens.revoke(name)))
          throw new CliError(`There is no token "${visible(name)}".`, EXIT.usage);
        return EXIT.done;
      }),
    );

  add('login')
    .description(
      'Print an address that logs a browser in to the page of the running daemon, once; below it the one for other machines.',
    )
    .action(
      action(async (options: DataDirOptions) => {
        const answer = (await askDaemon(dataDirOf(options, context.io), 'login')) as {
          url: string | null;
          /** A daemon of an older version does not tell. */
          elsewhere?: string | null;
        } | null;
        if (answer === null)
          throw new CliError('No daemon answers for this data_dir. Start one: vedette run', EXIT.io);
        if (answer.url === null)
          throw new CliError(
            'The daemon serves no page; its log says why (api.enabled, api.listen).',
            EXIT.io,
          );
        const { url, elsewhere } = answer;
        io.out(`${url}\n`);
        const tunnel = sshTunnel(url, io.env);
        if (elsewhere) io.out(`${elsewhere}\n`);
        else if (tunnel !== null)
          io.err(`It answers on this machine only; on the one that you sit at, first: ${visible(tunnel)}\n`);
        return EXIT.done;
      }),
    );
};

/** Works beside a running daemon. */
function withDesk<T>({ io }: CliContext, options: DataDirOptions, work: (desk: Desk) => T): T {
  const dir = dataDirOf(options, io);
  if (!existsSync(dir))
    throw new CliError(`There is no ${visible(dir)}. The daemon makes it at its first start.`, EXIT.io);
  const desk = createDesk(join(dir, 'desk.db'));
  try {
    return work(desk);
  } finally {
    desk.close();
  }
}
