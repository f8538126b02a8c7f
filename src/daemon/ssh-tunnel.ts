import { isLoopback } from '../model/settings.js';

/**
 * The command that brings a page of this machine alone to the one that somebody sits at, who came by ssh; null = nobody did, or
 * none is needed. sshd states both ends of the connection: `client port server port`.
 */
export function sshTunnel(page: string, env: NodeJS.ProcessEnv): string | null {
  const [, , server, sshPort] = (env.SSH_CONNECTION ?? '').split(' ');
  const { hostname, port } = new URL(page);
  if (!server || port === '' || !isLoopback(hostname.replace(/^\[|\]$/g, ''))) return null;
  const user = env.USER ? `${env.USER}@` : '';
  const at = sshPort === '22' || sshPort === undefined ? '' : `-p ${sshPort} `;
  return `ssh -N -L ${port}:${hostname}:${port} ${at}${user}${server}`;
}
