/**
 * What `reply` resolves to, unless it takes longer than `limitMs`. A late one is not told again, whatever it is.
 *
 * @throws the error that `late` makes
 */
export async function withDeadline<T>(reply: Promise<T>, limitMs: number, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    const expire = () => reject(late());
    // When this process was busy itself, the reply may lie in the socket: it is read before `expire`.
    timer = setTimeout(() => setImmediate(expire), limitMs);
  });
  try {
    return await Promise.race([reply, deadline]);
  } finally {
    clearTimeout(timer);
    reply.catch(() => {});
  }
}
