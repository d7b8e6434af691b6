// @ts-check
import { spawn } from "node:child_process";
import { once } from "node:events";

const stopLimitMs = 10_000;

/**
 * @typedef {object} CommandOptions
 * @property {NodeJS.ProcessEnv} env
 * @property {AbortSignal} signal interrupts the command
 * @property {number} limitMs after which the command is interrupted
 */

/**
 * Runs a command with its output passed through. It gets a process group of its own, so that nothing
 * it started outlives it.
 *
 * @param {string | readonly string[]} command a line for the shell, or a program and its arguments
 * @param {CommandOptions} options
 * @returns {Promise<boolean>} whether it exited with 0
 */
export async function runCommand(command, { env, signal, limitMs }) {
  if (signal.aborted) return false;
  const [program = "", ...args] = typeof command === "string" ? [command] : command;
  const child = spawn(program, args, {
    shell: typeof command === "string",
    stdio: ["ignore", "inherit", "inherit"],
    detached: process.platform !== "win32",
    env,
  });
  /** @type {NodeJS.Timeout | undefined} */
  let killTimer;
  const interrupt = () => {
    killGroup(child, "SIGINT");
    killTimer = setTimeout(() => killGroup(child, "SIGKILL"), stopLimitMs);
  };
  const limitTimer = setTimeout(() => {
    console.log(`Stopped after ${limitMs / 60_000} minutes`);
    interrupt();
  }, limitMs);
  signal.addEventListener("abort", interrupt);
  try {
    const [code] = await once(child, "exit");
    return code === 0;
  } finally {
    signal.removeEventListener("abort", interrupt);
    clearTimeout(limitTimer);
    clearTimeout(killTimer);
    killGroup(child, "SIGKILL");
  }
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function killGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // The whole group is gone already.
  }
}
