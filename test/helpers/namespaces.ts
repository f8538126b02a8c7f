import { spawnSync } from 'node:child_process';

/** Whether this process may make mounts that nobody else sees (root with CAP_SYS_ADMIN on Linux). */
export const HAS_NAMESPACES =
  process.platform === 'linux' &&
  spawnSync('unshare', ['-m', 'sh', '-c', 'mount -t tmpfs tmpfs /mnt']).status === 0;

/**
 * The command line that runs what follows it with mounts of its own, which go with it. `mounts` is a shell script; the
 * process that runs in the end keeps the process id.
 */
export function inNamespace(mounts: string): string[] {
  return ['unshare', '-m', '--propagation', 'private', 'sh', '-ec', `${mounts}\nexec "$@"`, 'sh'];
}
