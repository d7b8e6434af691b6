import * as z from "zod";
import {
  EventStreamsFullError,
  InvalidParameterError,
  MarketUnreadableError,
  MethodNotAllowedError,
  TooManyRefreshesError,
} from "../../errors";
import { internalError, kept, made, merge, problems } from "../answers";
import { fieldHistoryExample, marketSummaryExample } from "../examples";
import { ONLY_READ, type Operation, OVERLOADED, REFUSED, UNANSWERED } from "../operation";
import { conditions, historyField, historyPoints, lastEventId } from "../parameters";
import { fieldHistory, marketSummary } from "../schemas";

const SUMMARY = "/api/crypto/dashboard-summary";
const summary = {
  "application/json": { schema: marketSummary, examples: { summary: marketSummaryExample } },
};
const otherwise = merge(OVERLOADED, UNANSWERED, internalError, REFUSED);

const refresh = {
  path: `${SUMMARY}/refresh`,
  tag: "market",
  summary: "Read the stream first, then answer with the market",
  description: "For whoever cannot wait; new snapshots arrive without it. Thirty a minute for each visitor.",
  answers: merge(
    made(200, "The latest snapshot", summary),
    problems(
      new TooManyRefreshesError(30_000),
      new MarketUnreadableError(undefined),
      new MethodNotAllowedError(["GET", "HEAD", "POST", "OPTIONS"]),
    ),
    otherwise,
  ),
} as const;

export const marketOperations: readonly Operation[] = [
  {
    id: "readMarket",
    method: "get",
    path: SUMMARY,
    tag: "market",
    summary: "The market now",
    description:
      "The latest snapshot, in the names and units of its publisher. Its entity tag changes with each snapshot, and when one has become stale.",
    parameters: conditions,
    answers: merge(kept("The latest snapshot", summary), ONLY_READ, otherwise),
  },
  { id: "refreshMarket", method: "get", ...refresh },
  { id: "postMarketRefresh", method: "post", ...refresh },
  {
    id: "streamMarket",
    method: "get",
    path: `${SUMMARY}/stream`,
    tag: "market",
    summary: "Each snapshot as it comes",
    description:
      "Server-Sent Events. The data of an event is a MarketSummary as JSON, its id that of the entry in the stream. The current snapshot comes first. Lines that begin with a colon keep the connection open.",
    parameters: [lastEventId],
    answers: merge(
      {
        200: {
          description: "Events, until one side ends the connection",
          headers: { "Cache-Control": "always" },
          content: {
            "text/event-stream": {
              schema: z.string(),
              examples: {
                events: `retry: 2000\n\nid: 1764230400000-0\ndata: ${JSON.stringify(marketSummaryExample)}\n\n`,
              },
            },
          },
        },
      },
      problems(new EventStreamsFullError()),
      ONLY_READ,
      // HEAD is answered by the application.
      otherwise,
    ),
  },
  {
    id: "readHistory",
    method: "get",
    path: "/api/crypto/history",
    tag: "market",
    summary: "One value of the last hours, for charts",
    parameters: [historyField, historyPoints, ...conditions],
    answers: merge(
      kept("The known values, oldest first", {
        "application/json": { schema: fieldHistory, examples: { history: fieldHistoryExample } },
      }),
      problems(new InvalidParameterError("points", "must be a whole number from 2 to 2000")),
      ONLY_READ,
      otherwise,
    ),
  },
];
