import type { CutOptions } from "./cutOptions";
import { sessionizeByGap } from "./sessionizeByGap";
import { sessionizeByWindows } from "./sessionizeByWindows";

/** Sessions by the method the project chose (`sessions.method`); both give the same sessions. */
export function sessionize(options: CutOptions) {
  return options.method === "windows" ? sessionizeByWindows(options) : sessionizeByGap(options);
}
