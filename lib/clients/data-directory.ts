import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DataDirectoryInUseError } from "../errors";

/**
 * Takes the folder of the embedded database for this process. PGlite does not notice a second
 * process and would corrupt the files.
 *
 * Each process that wants it has a file there, named by its pid, from before it looks for others: of two that start at
 * once at least one sees the other. One lock file for all would have to be taken from a process that was killed, and
 * between the look and the deletion it may have become that of a third.
 *
 * @returns a function that gives the folder back; it is also given back when the process exits.
 * @throws DataDirectoryInUseError when another living process has it, or wants it at this moment.
 */
export function lockDataDirectory(directory: string): () => void {
  const holders = join(directory, "processes");
  mkdirSync(holders, { recursive: true });
  const own = join(holders, String(process.pid));
  writeFileSync(own, "");
  for (const name of readdirSync(holders)) {
    const pid = Number(name);
    if (pid === process.pid) continue;
    if (isAlive(pid)) {
      rmSync(own);
      throw new DataDirectoryInUseError(directory, pid);
    }
    // What a killed process left behind. Another process may be at it as well.
    rmSync(join(holders, name), { force: true });
  }
  const release = () => {
    process.off("exit", release);
    rmSync(own, { force: true });
  };
  process.on("exit", release);
  return release;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
