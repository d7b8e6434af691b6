import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

/**
 * Marks a response that is an error document itself, which is removed before it is sent, and a request of the process
 * for one, which is taken from those of visitors.
 */
export const ERROR_DOCUMENT_HEADER = "x-error-document";

/** The HTML to show for a status at a path, or null to leave the handler's own answer empty. */
export type LoadErrorDocument = (status: number, path: string) => Promise<string | null>;

const REPLACED = new Set([404, 500]);

/** What described the body that is not sent. */
const BODY_HEADERS = ["content-length", "content-encoding", "transfer-encoding", "etag", "accept-ranges"];

/**
 * Gives a page's 404 and 500 a document, as a web server's `error_page` does. Next answers both with
 * an empty document that a script fills in the browser: without script the visitor would see nothing.
 * Only documents are replaced; the router's own requests and other content are left alone.
 */
export function withErrorDocuments(handler: RequestListener, load: LoadErrorDocument): RequestListener {
  return (request, response) => {
    if (isDocumentRequest(request)) divertErrors(request, response, load);
    handler(request, response);
  };
}

function isDocumentRequest({ method, headers }: IncomingMessage): boolean {
  return (method === "GET" || method === "HEAD") && headers.rsc === undefined;
}

function divertErrors(request: IncomingMessage, response: ServerResponse, load: LoadErrorDocument): void {
  const writeHead = response.writeHead.bind(response);
  const write = response.write.bind(response);
  const end = response.end.bind(response);
  let diverted: boolean | undefined;

  /** Decided once, when the handler begins to answer. */
  const isDiverted = (): boolean => {
    if (diverted === undefined) {
      const isDocument = response.hasHeader(ERROR_DOCUMENT_HEADER);
      response.removeHeader(ERROR_DOCUMENT_HEADER);
      const isHtml = String(response.getHeader("content-type")).startsWith("text/html");
      diverted = !isDocument && isHtml && !response.headersSent && REPLACED.has(response.statusCode);
    }
    return diverted;
  };

  const sendDocument = async (): Promise<void> => {
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    const html = await load(response.statusCode, path).catch(() => null);
    const body = Buffer.from(html ?? "");
    for (const name of BODY_HEADERS) response.removeHeader(name);
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.setHeader("content-length", body.length);
    // The response writes its own head through its methods.
    Object.assign(response, { writeHead, write, end });
    response.end(request.method === "HEAD" ? undefined : body);
  };

  response.writeHead = ((status: number, ...rest: readonly unknown[]) => {
    // Set one by one, since the decision looks at them: (status, headers) or (status, message, headers).
    const headers = rest.find((argument) => typeof argument === "object" && argument !== null);
    for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
    response.statusCode = status;
    return isDiverted() ? response : writeHead(status);
  }) as typeof response.writeHead;
  response.write = ((...args: Parameters<typeof write>) =>
    isDiverted() || write(...args)) as typeof response.write;
  response.end = ((...args: never[]) => {
    if (!isDiverted()) return end(...args);
    void sendDocument();
    return response;
  }) as typeof response.end;
}
