import { DataError } from "../../model/errors";

/** A file that is not the one that was listed: what was read of it so far would be a mixture. */
export const changedWhileRead = (path: string) =>
  new DataError(`${path} changed while it was read; nothing was published`, ["run again when the file is complete"]);
