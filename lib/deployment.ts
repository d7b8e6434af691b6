import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Environment } from "./env";

/**
 * What tells this deployment from others on the same Redis: Next's deployment id, else the id of the build.
 * Without a build (`next dev`) it is the same each time; nothing of Next is cached then.
 */
export async function identifyDeployment({ deploymentId }: Environment): Promise<string> {
  if (deploymentId !== undefined) return deploymentId;
  const buildId = await readFile(".next/BUILD_ID", "utf8").catch(() => "");
  return buildId.trim() || "development";
}

/**
 * What tells documents of this program from those that another would build of the same text. Beside the
 * deployment, the code itself: `next dev` compiles it at each start, under one name.
 */
export async function identifyPipeline(deployment: string, workerFile: string): Promise<string> {
  const code = await readFile(workerFile).catch(() => "");
  return `${deployment}/${createHash("sha256").update(code).digest("base64url").slice(0, 12)}`;
}
