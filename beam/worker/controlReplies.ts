import type { InstructionRequest, InstructionResponse } from "apache-beam/proto/beam_fn_api";
import type { MetricsShortIdCache } from "apache-beam/worker/metrics";
import type { BundleProcessor } from "apache-beam/worker/worker";

type Reply = InstructionResponse["response"];

/**
 * Answers to what engines ask beside bundles.
 *
 * Defects of the SDK: a request to split, or for the progress of, a bundle that has just ended is answered with an error, and Prism then
 * fails the job; `monitoringInfos`, `harnessMonitoringInfos` and `finalizeBundle` are unknown to it.
 * @param active bundles being worked on, by instruction id
 * @throws Error for a kind of request this SDK has never heard of; the engine gets its text
 */
export function replyTo(
  { request }: InstructionRequest,
  active: ReadonlyMap<string, BundleProcessor>,
  shortIds: MetricsShortIdCache,
): Reply {
  switch (request.oneofKind) {
    case "processBundleSplit": {
      const asked = request.processBundleSplit;
      const split = active.get(asked.instructionId)?.split(asked);
      return {
        oneofKind: "processBundleSplit",
        processBundleSplit: split ?? { primaryRoots: [], residualRoots: [], channelSplits: [] },
      };
    }
    case "processBundleProgress": {
      const counts =
        active.get(request.processBundleProgress.instructionId)?.monitoringData(shortIds) ?? new Map<string, Uint8Array>();
      const monitoringInfos = Array.from(counts, ([id, payload]) => shortIds.asMonitoringInfo(id, payload));
      const processBundleProgress = { monitoringInfos, monitoringData: Object.fromEntries(counts) };
      return { oneofKind: "processBundleProgress", processBundleProgress };
    }
    case "monitoringInfos": {
      const ids = request.monitoringInfos.monitoringInfoId;
      const monitoringInfo = Object.fromEntries(ids.map((id) => [id, shortIds.asMonitoringInfo(id, new Uint8Array())]));
      return { oneofKind: "monitoringInfos", monitoringInfos: { monitoringInfo } };
    }
    case "harnessMonitoringInfos":
      return { oneofKind: "harnessMonitoringInfos", harnessMonitoringInfos: { monitoringData: {} } };
    case "finalizeBundle":
      return { oneofKind: "finalizeBundle", finalizeBundle: {} };
    default:
      throw new Error(`unknown instruction: ${request.oneofKind ?? "newer than this SDK"}`);
  }
}
