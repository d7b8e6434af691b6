/** What operators are shown of a variable that is wrong or missing. Logs leave these as they are (lib/redaction.ts). */
export const DATABASE_URL_EXAMPLE = "postgres://user:password@localhost:5432/reports";
export const REDIS_URL_EXAMPLE = "redis://localhost:6379";
