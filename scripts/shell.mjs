// npm runs a script in a shell, and passes signals on to that shell alone, which ends of SIGTERM and leaves the script
// behind. A script that asked its shell to be replaced (`exec`) would not run on Windows.

const LOOK_EVERY_MS = 200;
/** Known before anything else is done: building takes a minute, in which the shell may go. */
const shell = process.ppid;

/**
 * Ends this process, as SIGTERM does, when the shell that npm ran it in is gone. Does nothing outside of npm, where a
 * parent may go on purpose, nor once a signal has come: a second one means at once.
 *
 * @returns {void}
 */
export function endWithShell() {
  if (process.env.npm_lifecycle_event === undefined || process.platform === "win32") return;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    process.kill(process.pid, "SIGTERM");
  }, LOOK_EVERY_MS);
  watch.unref();
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => clearInterval(watch));
}
