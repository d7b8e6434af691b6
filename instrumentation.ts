/** Opens the database before the first request, so that a wrong setting stops the start with one line. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { startOrExit } = await import("./lib/start-or-exit");
  await startOrExit();
}
