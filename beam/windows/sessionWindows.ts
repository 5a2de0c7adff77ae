import "../sdkVersion";
import { withName, type PCollection } from "apache-beam";
import type { Pipeline } from "apache-beam/internal/pipeline";
import { FunctionSpec, WindowIntoPayload, type PTransform } from "apache-beam/proto/beam_runner_api";
import { createWindowingStrategyProto, windowInto } from "apache-beam/transforms/window";
import { globalWindows, sessions } from "apache-beam/transforms/windowings";
import { keyedBytesCoder } from "../coders";
import { encodeInstance } from "../registered";
import { composite, groupByKey } from "../stages";
import type { Grouped, KeyedBytes } from "../types";
import { installAssignSessions, SESSION_INTERVAL_URN, WINDOW_INTO_URN, type SessionIntervalFn } from "./assignSessions";

installAssignSessions();

/**
 * Groups elements by the engine's own merging session windows: elements of a key whose intervals overlap come out as one group, in the
 * global window again, so that any other grouping may follow.
 *
 *     KV<key, bytes with an interval>  →  KV<key, [bytes]>   one group a session
 *
 * Intervals run on a clock of half milliseconds, `[2·start, 2·(start + gap) − 1)`. There two windows never just touch, which engines
 * treat differently (Java keeps such windows apart, Prism merges them): a pause equal to the gap splits, a pause 1 ms shorter does not.
 *
 * The engine sees standard session windows and merges by overlap, whatever interval an element brings; so each element may have a gap of
 * its own, as long as one key has one. `sessionWindowsProblem` tells where merging can be trusted.
 */
export function sessionWindows(
  name: string,
  intervals: SessionIntervalFn,
): (input: PCollection<KeyedBytes>) => PCollection<Grouped> {
  return composite(name, (input: PCollection<KeyedBytes>) => {
    const groups = input.apply(assignSessions(intervals)).apply(groupByKey("GroupBySession")) as PCollection<Grouped>;
    return groups.apply(withName("ToGlobalWindow", windowInto(globalWindows()))) as PCollection<Grouped>;
  });
}

function assignSessions(intervals: SessionIntervalFn): (input: PCollection<KeyedBytes>) => PCollection<KeyedBytes> {
  return withName("AssignSessions", (_input: PCollection<KeyedBytes>, pipeline?: Pipeline, transform?: PTransform) => {
    const windowFn = FunctionSpec.create({ urn: SESSION_INTERVAL_URN, payload: encodeInstance(intervals) });
    const payload = WindowIntoPayload.toBinary(WindowIntoPayload.create({ windowFn }));
    transform!.spec = FunctionSpec.create({ urn: WINDOW_INTO_URN, payload });
    // The gap of the strategy is never used: engines merge the windows they are given.
    return pipeline!.createPCollectionInternal(keyedBytesCoder(), createWindowingStrategyProto(pipeline!, sessions(1)));
  });
}
