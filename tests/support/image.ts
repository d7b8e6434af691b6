import { chmod, copyFile, cp, link, lstat, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import {
  execForm,
  type Instruction,
  pairs,
  readContextFilter,
  readDockerfile,
  type Stage,
} from "./dockerfile";

/** What an image says of how it is to be run. */
export interface Image {
  /** The root of its file system, without what the base image has. */
  readonly root: string;
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly user: string;
  readonly command: readonly [string, ...string[]];
  readonly healthcheck: readonly [string, ...string[]];
  readonly stopSignal: string;
  remove(): Promise<void>;
}

type Run = (command: string, stage: { readonly name: string; readonly folder: string }) => Promise<void>;

/**
 * Does what a Docker engine would do with the project's Dockerfile, each stage in a clean folder, without the
 * base image: what that brings is on this machine.
 *
 * @param run runs a command of a stage in its folder
 */
export async function buildImage(run: Run): Promise<Image> {
  const folder = await mkdtemp(join(tmpdir(), "web-server-report-image-"));
  // Another user is to get through.
  await chmod(folder, 0o755);
  const stages = new Map<string, BuiltStage>();
  try {
    for (const stage of readDockerfile("Dockerfile")) {
      stages.set(stage.name, await buildStage(stage, join(folder, stage.name), stages, run));
    }
    const { root, workdir, rest } = [...stages.values()].at(-1) ?? fail("a Dockerfile without a stage");
    for (const other of stages.values()) {
      if (other.root !== root) await rm(other.root, { recursive: true });
    }
    const one = (name: string) =>
      rest.find((instruction) => instruction.name === name)?.value ?? fail(`no ${name}`);
    return {
      root,
      workdir,
      env: pairs(one("ENV")),
      user: one("USER"),
      command: execForm(one("CMD")),
      healthcheck: execForm(one("HEALTHCHECK").replace(/^CMD\s+/, "")),
      stopSignal: one("STOPSIGNAL"),
      remove: () => remove(folder),
    };
  } catch (error) {
    await remove(folder);
    throw error;
  }
}

interface BuiltStage {
  readonly root: string;
  /** Where the stage's files are, below its root. */
  readonly workdir: string;
  /** Instructions that change no file. */
  readonly rest: readonly Instruction[];
}

async function buildStage(
  stage: Stage,
  root: string,
  earlier: ReadonlyMap<string, BuiltStage>,
  run: Run,
): Promise<BuiltStage> {
  const base = earlier.get(stage.base);
  if (base) await linkTree(base.root, root);
  let workdir = base?.workdir ?? root;
  if (base) workdir = join(root, workdir.slice(base.root.length));
  const rest: Instruction[] = [];
  for (const instruction of stage.instructions) {
    if (instruction.name === "WORKDIR") {
      workdir = join(root, instruction.value);
      await mkdir(workdir, { recursive: true });
    } else if (instruction.name === "COPY") await copy(instruction, workdir, earlier);
    else if (instruction.name === "RUN") await run(instruction.value, { name: stage.name, folder: workdir });
    else rest.push(instruction);
  }
  return { root, workdir, rest };
}

/** `COPY` from the build context, or from an earlier stage. */
async function copy(
  { flags, value }: Instruction,
  workdir: string,
  earlier: ReadonlyMap<string, BuiltStage>,
): Promise<void> {
  const names = value.split(/\s+/);
  const target = join(workdir, names.pop() ?? fail("COPY without a target"));
  if (flags.from !== undefined) {
    const { root } = earlier.get(flags.from) ?? fail(`no stage ${flags.from}`);
    for (const name of names) await cp(join(root, name), target, { recursive: true, verbatimSymlinks: true });
    return;
  }
  const isInContext = readContextFilter(".dockerignore");
  const sources = names.includes(".") ? await readdir(".") : names;
  for (const name of sources.filter(isInContext)) {
    await cp(name, join(target, basename(name)), { recursive: true, verbatimSymlinks: true });
  }
}

/** The same files in another folder: a layer on top of them takes no time and no space. */
export async function linkTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await linkTree(source, target);
    else if (entry.isSymbolicLink()) await cp(source, target, { verbatimSymlinks: true });
    // On another file system than the sources.
    else await link(source, target).catch(() => copyFile(source, target));
  }
}

/** Every file below a folder, links not followed. */
export async function listFiles(
  folder: string,
): Promise<{ path: string; bytes: number; writtenAt: number }[]> {
  const names = await readdir(folder, { recursive: true });
  const stats = await Promise.all(
    names.sort().map(async (name) => ({ name, found: await lstat(join(folder, name)) })),
  );
  return stats.map(({ name, found }) => ({
    path: name,
    bytes: found.isFile() ? found.size : 0,
    writtenAt: found.mtimeMs,
  }));
}

/** Takes from everyone, the owner too, the right to write there, or gives the owner's back. */
export async function setWritable(folder: string, writable: boolean): Promise<void> {
  const change = async (path: string) => {
    const found = await lstat(path);
    if (found.isSymbolicLink()) return;
    await chmod(path, writable ? found.mode | 0o200 : found.mode & ~0o222);
    if (found.isDirectory()) for (const name of await readdir(path)) await change(join(path, name));
  };
  await change(folder);
}

async function remove(folder: string): Promise<void> {
  await setWritable(folder, true);
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

function fail(reason: string): never {
  throw new Error(`Dockerfile: ${reason}`);
}
