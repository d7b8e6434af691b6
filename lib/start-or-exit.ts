import { StartupError } from "./errors";
import { log } from "./log";
import { startServices } from "./services";

/** `next dev` and `next start` come through here; the production entry has started everything before. */
export async function startOrExit(): Promise<void> {
  try {
    await startServices();
  } catch (error) {
    if (error instanceof StartupError) log.error(`Cannot start: ${error.message}`);
    else log.error("Cannot start", { error });
    process.exit(1);
  }
}
