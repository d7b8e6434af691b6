import { test as base, expect } from "@playwright/test";

export { expect };

interface ConsoleMessages {
  /** Accepts console messages that match, for this test: the 404 of an error page, for example. */
  allow(message: RegExp): void;
}

/**
 * Playwright's `test`, which here also fails when a page logs an error or a warning, throws, or asks
 * another origin for anything.
 */
export const test = base.extend<{ consoleMessages: ConsoleMessages }>({
  consoleMessages: [
    async ({ context, baseURL }, use) => {
      const allowed: RegExp[] = [];
      const messages: string[] = [];
      const requests: string[] = [];

      context.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) {
          messages.push(`${message.type()}: ${message.text()} (${message.location().url})`);
        }
      });
      context.on("weberror", (error) => messages.push(`uncaught: ${error.error().message}`));
      context.on("request", (request) => {
        const url = new URL(request.url());
        if (/^(https?|wss?):$/.test(url.protocol) && url.origin !== baseURL) requests.push(url.href);
      });

      await use({ allow: (message) => void allowed.push(message) });

      const unexpected = messages.filter((text) => !allowed.some((pattern) => pattern.test(text)));
      expect(unexpected, "console errors and warnings").toEqual([]);
      expect(requests, "requests to other origins").toEqual([]);
    },
    { auto: true },
  ],
});
