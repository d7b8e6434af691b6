import { once } from "node:events";
import { type IncomingHttpHeaders, request } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningSite, startSite } from "../support/server";

let site: RunningSite;

beforeAll(async () => {
  site = await startSite();
});

afterAll(() => site?.stop());

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

async function ask(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  const asking = request(site.url + path, { headers, method, agent: false }).end();
  const [response] = await once(asking, "response");
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

describe("the document of a 500 is shown to nobody who asks for it", () => {
  test.each(["", "/en"])("%s/failed is like any other path that there is not", async (prefix) => {
    const { body } = await ask(`${prefix}/nothing`);
    const wishes: Record<string, string>[] = [{}, { "x-error-document": "500" }];
    for (const headers of wishes) {
      const answer = await ask(`${prefix}/failed`, headers);
      expect([answer.status, answer.body === body], JSON.stringify(headers)).toEqual([404, true]);
    }
    expect(site.output()).not.toContain("a request failed");
  });
});
