import type { Config } from "../../model/config";
import { readIdentityMap } from "../../transforms/events/identityMap";
import { IdentityUse } from "../../transforms/events/identityUse";
import type { TimeRange } from "../../transforms/events/readSettings";
import type { UsersByDaySettings } from "../../transforms/events/usersByDay";
import type { DayPlan } from "./plan";

/**
 * Hash of what the identity map says of a day's users in the times of the day: while it stays the same, so does the day.
 * @throws UserError when the map has rows that cannot be used, or is no longer the one that was looked at
 */
export type IdentityUseOf = (users: Uint8Array, range: TimeRange) => Promise<string>;

/** Reads the map when first asked: most runs need its hash alone. Null without a map. */
export function identityUseOf(config: Config, hash: string | null): IdentityUseOf | null {
  const { identityMapPath, time } = config.input;
  if (identityMapPath === null || hash === null) return null;
  let use: Promise<IdentityUse> | null = null;
  const load = async () => new IdentityUse(await readIdentityMap(identityMapPath, time.zone, hash), saltOf(config));
  return async (users, range) => (await (use ??= load())).of(users, range);
}

/** Which users to remember for days to come: those with events in a day's times. */
export const usersByDay = (config: Config, plans: readonly DayPlan[]): UsersByDaySettings => ({
  salt: saltOf(config),
  days: plans.map(({ date, range }) => ({ date, range })),
});

/** Users are as secret in what is remembered of a day as they are in its tables. */
const saltOf = ({ output }: Config) => (output.pseudonymize ? output.salt : "");
