import type { Operation } from "./operation";
import { fileOperations } from "./operations/files";
import { marketOperations } from "./operations/market";
import { operatorOperations } from "./operations/operators";
import { pageOperations } from "./operations/pages";

/** Everything that the site answers to; what Next's own client asks for beside it (`/_next/`) is nobody's interface. */
export const operations: readonly Operation[] = [
  ...pageOperations,
  ...marketOperations,
  ...operatorOperations,
  ...fileOperations,
];
