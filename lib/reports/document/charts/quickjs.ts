import { createContext, Script } from "node:vm";
import variant from "@jitl/quickjs-wasmfile-release-sync";
import {
  type EmscriptenModuleLoaderOptions,
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSWASMModule,
} from "quickjs-emscripten-core";

/** How a use of the engine ended; all but "finished" cost the engine, which the next use replaces. */
export type EngineExit = "finished" | "time-limit" | "stack-limit" | "memory-limit" | "engine";

/** 16 MiB for scripts, and 5 MiB that the engine needs for its own stack and tables. */
const MEMORY_PAGES = (21 * 1024 * 1024) / 65_536;

/** One WASM instance a thread; on `globalThis`, since a bundler may give each entry point its own copy. */
interface EngineSlot {
  engine: Promise<QuickJSWASMModule> | null;
}
const SLOT = Symbol.for("web-server-report.quickjs");
const globals = globalThis as typeof globalThis & { [SLOT]?: EngineSlot };
globals[SLOT] ??= { engine: null };
const slot = globals[SLOT];

/**
 * Calls `prepare` with a context of a fresh runtime, then what it answers, for at most `hardTimeMs`
 * whole milliseconds, and frees the context. Preparing is not timed, since the first time in a thread
 * it waits for the engine's own code to be compiled; it must run no code of a report.
 *
 * An exception that gets here, or the time limit, has torn the engine out of the middle of its work:
 * nothing in it can be freed any more, so the whole instance is dropped with its memory.
 *
 * @throws if the engine cannot be loaded
 */
export async function withQuickJs(
  limits: { readonly hardTimeMs: number; readonly stackBytes: number },
  prepare: (context: QuickJSContext) => () => void,
): Promise<EngineExit> {
  let loading: Promise<QuickJSWASMModule>;
  let engine: QuickJSWASMModule;
  do {
    slot.engine ??= loadEngine();
    loading = slot.engine;
    engine = await loading;
    // Another use may have dropped the engine while this one waited for it.
  } while (slot.engine !== loading);
  try {
    const runtime = engine.newRuntime({ maxStackSizeBytes: limits.stackBytes });
    const context = runtime.newContext();
    interruptAfter(limits.hardTimeMs, prepare(context));
    context.dispose();
    runtime.dispose();
    checkMemory(engine);
    return "finished";
  } catch (error) {
    slot.engine = null;
    return exitOf(error);
  }
}

/**
 * The memory cannot grow, and that is the memory limit: QuickJS's own counts allocations but not their
 * sizes when it is compiled to WASM. (The wrapper also mistakes grown memory for a new context.)
 */
async function loadEngine(): Promise<QuickJSWASMModule> {
  const wasmMemory = new WebAssembly.Memory({ initial: MEMORY_PAGES, maximum: MEMORY_PAGES });
  const silent: EmscriptenModuleLoaderOptions & { printErr: () => void } = { printErr() {} };
  try {
    return await newQuickJSWASMModuleFromVariant(
      newVariant(variant, { wasmMemory, emscriptenModule: silent }),
    );
  } catch (error) {
    slot.engine = null;
    throw error;
  }
}

/**
 * The wrapper copies a text into the engine without looking whether there was room for it; without
 * room it lands at address 0, where nothing else is ever written.
 */
function checkMemory(engine: QuickJSWASMModule): void {
  if (new Uint8Array(engine.getWasmMemory().buffer, 0, 1)[0] !== 0) throw new OutOfMemory();
}

class OutOfMemory extends Error {
  readonly code = "OUT_OF_MEMORY";
}

const stage = createContext({ run: null });
const runOnStage = new Script("run()");

/**
 * Calls `run` and ends it after `timeout` milliseconds wherever it is. QuickJS asks whether to stop
 * between operations only, and a single one can take hours (`Array(1e9).join()`, a quadratic string
 * search, Unicode normalisation, a large class in a regular expression); the time limit of `node:vm`
 * reaches into WASM loops.
 */
function interruptAfter(timeout: number, run: () => void): void {
  stage.run = run;
  try {
    runOnStage.runInContext(stage, { timeout });
  } finally {
    stage.run = null;
  }
}

function exitOf(error: unknown): EngineExit {
  // Not instanceof: the stage has an Error class of its own.
  const { code, name, message } = Object(error);
  if (code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return "time-limit";
  if (code === "OUT_OF_MEMORY") return "memory-limit";
  return name === "RangeError" && String(message).includes("call stack") ? "stack-limit" : "engine";
}
