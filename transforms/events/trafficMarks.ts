import { isbot } from "isbot";
import type { TrafficConfig } from "../../model/config";
import { TRAFFIC } from "../../model/sessionBlock";
import { KeyTable } from "../../io/formats/keyTable";
import { textOf } from "../../io/formats/utf8";

export const HUMAN = TRAFFIC.indexOf("human");
export const STAFF = TRAFFIC.indexOf("staff");
export const ROBOT = TRAFFIC.indexOf("robot");
const MAX_USER_AGENTS = 1 << 16;

/** Whose event it is, as far as one event can tell: by user lists, user agent and a robot column. The highest code wins. */
export class TrafficMarks {
  private readonly markOfUser: ReadonlyMap<string, number>;
  private readonly agents = new KeyTable();
  private readonly markOfAgent = new Uint8Array(MAX_USER_AGENTS + 1);

  constructor(config: Pick<TrafficConfig, "robotUsers" | "staffUsers">) {
    this.markOfUser = new Map([
      ...config.staffUsers.map((user) => [user, STAFF] as const),
      ...config.robotUsers.map((user) => [user, ROBOT] as const),
    ]);
  }

  /** Whether any user is listed at all. */
  get hasLists(): boolean {
    return this.markOfUser.size > 0;
  }

  ofUser(bytes: Uint8Array, start: number, end: number): number {
    return this.markOfUser.get(textOf(bytes, start, end)) ?? HUMAN;
  }

  /** By the list of the `isbot` package; each distinct user agent is asked once. */
  ofUserAgent(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const { agents } = this;
    if (agents.count === MAX_USER_AGENTS) agents.clear();
    const before = agents.count;
    const id = agents.intern(0, bytes, start, end, hash);
    if (id === before) this.markOfAgent[id] = isbot(textOf(bytes, start, end)) ? ROBOT : HUMAN;
    return this.markOfAgent[id]!;
  }

  /** A column that says `true`, `1` or `yes` (any case) marks a robot. */
  ofRobotColumn(bytes: Uint8Array, start: number, end: number): number {
    const length = end - start;
    if (length === 1) return bytes[start] === 49 ? ROBOT : HUMAN;
    if (length !== 3 && length !== 4) return HUMAN;
    const text = textOf(bytes, start, end).toLowerCase();
    return text === "yes" || text === "true" ? ROBOT : HUMAN;
  }
}
