// @ts-check
/**
 * Arguments of Node for the production server, as `npm start` has them. A large page is many megabytes of
 * short-lived objects: with Node's default of 16 MB for new ones it takes a sixth longer.
 */
export const serverArguments = ["--max-semi-space-size=32", ".build/server.js"];
