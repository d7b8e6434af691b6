import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DataDirectoryInUseError } from "../errors";

/**
 * Takes the folder of the embedded database for this process. PGlite does not notice a second
 * process and would corrupt the files.
 *
 * @returns a function that gives the folder back; it is also given back when the process exits.
 * @throws DataDirectoryInUseError when another living process has it.
 */
export function lockDataDirectory(directory: string): () => void {
  mkdirSync(directory, { recursive: true });
  const lock = join(directory, "process.lock");
  const holder = readHolder(lock);
  if (holder !== null && holder !== process.pid && isAlive(holder)) {
    throw new DataDirectoryInUseError(directory, holder);
  }
  // What a killed process left behind. The exclusive write below decides between two that start at once.
  rmSync(lock, { force: true });
  try {
    writeFileSync(lock, String(process.pid), { flag: "wx" });
  } catch (cause) {
    const winner = readHolder(lock);
    if (winner !== null) throw new DataDirectoryInUseError(directory, winner);
    throw cause;
  }
  const release = () => {
    process.off("exit", release);
    rmSync(lock, { force: true });
  };
  process.on("exit", release);
  return release;
}

function readHolder(lock: string): number | null {
  try {
    const pid = Number(readFileSync(lock, "utf8"));
    return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
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
