// @ts-check
/** Arguments of Node for the production server, as `npm start` has them. */
export const serverArguments = [".build/server.js"];
