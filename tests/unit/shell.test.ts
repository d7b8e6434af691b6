import { spawn } from "node:child_process";
import { once } from "node:events";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";

/**
 * What a script prints that runs in a shell, as npm runs it, when the shell alone gets SIGTERM.
 *
 * @param lifeMs how long it goes on by itself, from when its shell is gone
 */
async function outputAfterShellEnds(lifeMs: number, event?: string): Promise<string> {
  const script = `
    import { endWithShell } from ${JSON.stringify(pathToFileURL("scripts/shell.mjs").href)};
    process.once("SIGTERM", () => { console.log("ended"); process.exit(); });
    endWithShell();
    const shell = process.ppid;
    const look = setInterval(() => {
      if (process.ppid === shell) return;
      clearInterval(look);
      setTimeout(() => { console.log("left behind"); process.exit(); }, ${lifeMs});
    }, 10);
    console.log("running");`;
  const node = `"${process.execPath}" --input-type=module --eval "$SCRIPT"`;
  // Not its last command, which some shells are replaced by.
  const shell = spawn("sh", ["-c", `${node}; true`], {
    env: { ...process.env, npm_lifecycle_event: event, SCRIPT: script },
  });
  let output = "";
  shell.stdout.on("data", (data) => {
    if (output === "") shell.kill("SIGTERM");
    output += data;
  });
  await once(shell.stdout, "close");
  return output;
}

test("a script that npm runs ends when its shell got SIGTERM, which npm passes on no further", async () => {
  expect(await outputAfterShellEnds(60_000, "start")).toBe("running\nended\n");
});

test("a script that runs by itself outlives the shell it was started in", async () => {
  // Several times as long as it takes to notice.
  expect(await outputAfterShellEnds(700)).toBe("running\nleft behind\n");
});
