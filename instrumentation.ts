/** Opens the database before the first request, so that a wrong setting stops the start with one line. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { startOrExit } = await import("./lib/start-or-exit");
  await startOrExit();
}

/** A render that failed brings no page: those who wait for it on other instances are told to go on. */
export async function onRequestError(_error: unknown, request: { readonly path: string }): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const failedAt = performance.now();
  const { renderFailed } = await import("./lib/render-failure");
  renderFailed(request.path, failedAt);
}
