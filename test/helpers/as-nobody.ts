/** Runs `action` without the rights of root, whom permissions do not hold back. */
export async function asNobody<T>(action: () => T | Promise<T>): Promise<T> {
  const isRoot = process.getuid?.() === 0;
  try {
    if (isRoot) process.seteuid?.(65534);
    return await action();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}
