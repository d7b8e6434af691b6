// @ts-check
/**
 * Arguments of Node for the production server; `npm start` and the Dockerfile have the same flag.
 *
 * V8 lets a heap whose limit is far away grow to several times what is in use before it collects. The site uses 60
 * to 100 MB. With this limit it stays below 150 MB under any load, and has room for reports of several megabytes.
 */
export const serverArguments = ["--max-old-space-size=512", ".build/server.js"];
