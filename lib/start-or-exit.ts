import { StartupError } from "./errors";
import { startServices } from "./services";

/** `next dev` and `next start` come through here; the production entry has started everything before. */
export async function startOrExit(): Promise<void> {
  try {
    await startServices();
  } catch (error) {
    console.error("Cannot start:", error instanceof StartupError ? error.message : error);
    process.exit(1);
  }
}
