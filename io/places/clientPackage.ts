import { UserError } from "../../model/errors";

/** Loads the official client of a store, which is not installed unless it is needed. @throws UserError saying what to install */
export function clientPackage<T>(name: string, where: string): T {
  try {
    return require(name) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") {
      throw new UserError(`${where} needs the package ${name}, which is not installed`, [`npm install ${name}`]);
    }
    throw error;
  }
}
