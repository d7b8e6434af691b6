import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Piscina } from "piscina";
import { log } from "../../log";
import type { BuiltDocument } from "./build-document";
import type { Headline } from "./html/headline";
import type { ReportDocument } from "./model";
import type { BuildTask } from "./worker";

export interface BuildRequest extends BuildTask {
  /** For the log. */
  readonly reportId: number;
}

/** The document pipeline in worker threads: parsing 2 MB or a looping script never holds the event loop. */
export interface Documents {
  build(request: BuildRequest): Promise<ReportDocument>;
  /** Title and summary of each HTML text, in the order given. */
  headlines(openings: readonly string[]): Promise<readonly Headline[]>;
  close(): Promise<void>;
}

/**
 * The sandbox stops a script after 250 ms of CPU by itself. This is the back-stop for what its
 * interrupt cannot reach (one native call that goes on and on): the thread is ended, and the report
 * is built once more without its script.
 */
const BACKSTOP_MS = 30_000;

export function createDocuments(workerFile = join(process.cwd(), ".build", "document-worker.js")): Documents {
  const pool = new Piscina({
    filename: workerFile,
    // Reports are built once and kept. A thread that waits for the next one holds 50 MB meanwhile, and to start
    // one takes a third of a second: it waits as long as a burst may pause.
    minThreads: 0,
    maxThreads: Math.min(2, availableParallelism()),
    idleTimeout: 2_000,
    // A thread's heap is apart from the server's; a report that fills it ends the thread, not the site.
    // Little room for new objects: with five times as much no report is built measurably faster, and the process
    // holds 15 MB more (docs/performance.md).
    resourceLimits: { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 12 },
  });

  // A thread that dies between tasks; without a listener it would end the process.
  pool.on("error", (error) => log.error("document worker", { error }));

  const run = (task: BuildTask): Promise<BuiltDocument> => {
    // The time counts from here, and those before it may take as long each: to wait for a thread is no fault of a script.
    const limitMs = BACKSTOP_MS * (pool.queueSize + 2);
    return pool.run(task, { name: "build", signal: AbortSignal.timeout(limitMs) });
  };

  return {
    async build({ reportId, ...task }) {
      const { source, language } = task;
      const { document, failures } = await run(task).catch((error: unknown) => {
        if (source.js === null) throw error;
        log.error("report script ended its thread; built without charts", {
          report: reportId,
          language,
          error,
        });
        return run({ ...task, source: { ...source, js: null } });
      });
      for (const { code, message } of failures) {
        log.warn("report script", { report: reportId, language, code, message });
      }
      if (document.isCut)
        log.warn("report is too long; its end is not shown", { report: reportId, language });
      return document;
    },
    headlines: (openings) => pool.run(openings, { name: "headlines" }),
    close: () => pool.close({ force: true }),
  };
}
