import * as z from "zod";
import {
  AdminDisabledError,
  InvalidCacheKeyError,
  MethodNotAllowedError,
  MetricsIncompleteError,
  RateLimitedError,
  TooManyAttemptsError,
  UnauthorizedError,
} from "../../errors";
import { internalError, kept, made, merge, problems } from "../answers";
import { healthExample } from "../examples";
import { ONLY_READ, type Operation, REFUSED, UNANSWERED } from "../operation";
import { cacheKey, conditions } from "../parameters";
import { cacheCleared, health, liveness } from "../schemas";
import { cacheAnswer } from "../schemas-of-caches";

const json = "application/json";
/** Those who watch over the site are let in, however much there is to do. */
const otherwise = merge(UNANSWERED, internalError, REFUSED);
const forAdmins = merge(
  problems(
    new UnauthorizedError(),
    new AdminDisabledError(),
    new TooManyAttemptsError(60_000),
    new RateLimitedError(1_000),
  ),
  otherwise,
);
const cleared = { memory: { entries: 120, bytes: 4_194_304 }, cleared: true as const };

export const operatorOperations: readonly Operation[] = [
  {
    id: "readHealth",
    method: "get",
    path: "/health",
    tag: "health",
    summary: "May visitors be sent here?",
    description: "What was found when each dependency was last asked, every two seconds.",
    answers: merge(
      made(200, "Yes, perhaps with restrictions", {
        [json]: { schema: health, examples: { degraded: healthExample } },
      }),
      made(503, "No", {
        [json]: {
          schema: health,
          examples: { starting: { status: "unknown", checkedAt: null, dependencies: {} } },
        },
      }),
      ONLY_READ,
      otherwise,
    ),
  },
  {
    id: "readLiveness",
    method: "get",
    path: "/health/live",
    tag: "health",
    summary: "Is the process up?",
    description: "Answered out of memory.",
    parameters: conditions,
    answers: merge(
      kept("Yes", { [json]: { schema: liveness, examples: { alive: { status: "ok" } } } }),
      ONLY_READ,
      REFUSED,
    ),
  },
  {
    id: "readMetrics",
    method: "get",
    path: "/metrics",
    tag: "health",
    summary: "Metrics of all worker processes",
    description: "In the text format of Prometheus.",
    answers: merge(
      made(200, "The metrics", { "text/plain": { schema: z.string() } }),
      problems(new MetricsIncompleteError()),
      ONLY_READ,
      otherwise,
    ),
  },
  {
    id: "readCacheStats",
    method: "get",
    path: "/cache-stats",
    tag: "administration",
    summary: "What the cache counted, or why a key is what it is",
    description: "Of the process that answers.",
    parameters: [cacheKey],
    isAdmin: true,
    answers: merge(
      made(200, "CacheStats; with key, CacheExplanation", {
        [json]: {
          schema: cacheAnswer,
          examples: {
            explanation: { key: "report:v1:7", memory: { state: "missing" }, redis: { state: "missing" } },
          },
        },
      }),
      problems(new InvalidCacheKeyError()),
      ONLY_READ,
      forAdmins,
    ),
  },
  {
    id: "clearCache",
    method: "post",
    path: "/clear-cache",
    tag: "administration",
    summary: "Empty both tiers of the cache, on every instance",
    isAdmin: true,
    answers: merge(
      made(200, "Done", {
        [json]: { schema: cacheCleared, examples: { sent: { ...cleared, delivery: "sent" } } },
      }),
      made(202, "Done here; the other instances are told as soon as Redis is back", {
        [json]: { schema: cacheCleared, examples: { queued: { ...cleared, delivery: "queued" } } },
      }),
      problems(new MethodNotAllowedError(["POST", "OPTIONS"])),
      forAdmins,
    ),
  },
];
