export const SERVER_OPTIONS = { headersTimeout: 10_000, keepAliveTimeout: 65_000 };
export function configureServer(_server: unknown): void {}
