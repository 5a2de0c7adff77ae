import "./sdkVersion";
import { ParDoPayload } from "apache-beam/proto/beam_runner_api";
import type { PTransform } from "apache-beam/proto/beam_runner_api";
import "apache-beam/runners/direct_runner";
import { groupByKey } from "apache-beam/transforms/internal";
import { parDo } from "apache-beam/transforms/pardo";
import { registerOperatorConstructor, type IOperator, type OperatorContext } from "apache-beam/worker/operators";
import { BlockFnOperator } from "./asyncParDo";
import { BlockFn } from "./blockFn";
import { repairBundleProcessor } from "./bundle";
import { isGlobalKeyedBytes, SpillingGroupByKey } from "./groupByKey";
import { decodeInstance } from "./registered";
import { runContext } from "./runContext";
import { SideInputReader } from "./sideInputs";
import { BUFFER_URN, COLLECT_SIDE_URN, HoldBackOperator, KeepSideOperator } from "./sideStages";
import type { StageInput } from "./types";
import { MergingGroupByKey, mergesSessions } from "./windows/mergingGroupByKey";

/** Marks the function of a ParDo as one of ours: its payload is `encodeInstance` of a `BlockFn`. */
export const BLOCK_FN_URN = "sessionary:dofn:block:v1";

type OperatorConstructor = (transformId: string, transform: PTransform, context: OperatorContext) => IOperator;

let installed = false;

/**
 * Puts our operators into the SDK's operator map, which the direct runner and the engine worker share. Whatever is not ours still goes
 * to the SDK's own constructors. Called when `beam/stages` is loaded; calling it again changes nothing.
 */
export function installOperators(): void {
  if (installed) {
    return;
  }
  installed = true;
  repairBundleProcessor();
  const stock = stockOperators();
  const stockParDo = stockConstructor(stock, parDo.urn);
  const stockGroupByKey = stockConstructor(stock, groupByKey.urn);

  registerOperatorConstructor(parDo.urn, (transformId, transform, context) => {
    const payload = ParDoPayload.fromBinary(payloadOf(transform));
    if (payload.doFn?.urn !== BLOCK_FN_URN) {
      return stockParDo(transformId, transform, context);
    }
    const fn = decodeInstance(payload.doFn.payload);
    if (!(fn instanceof BlockFn)) {
      throw new Error(`${transform.uniqueName}: ${fn.constructor.name} is not a BlockFn`);
    }
    return new BlockFnOperator(
      transformId,
      transform.uniqueName || transformId,
      fn as BlockFn<StageInput>,
      context.getReceiver(Object.values(transform.outputs)[0]),
      new SideInputReader(transformId, transform, payload, context),
      context,
    );
  });

  registerOperatorConstructor(groupByKey.urn, (transformId, transform, context) => {
    if (isGlobalKeyedBytes(transform, context)) {
      return new SpillingGroupByKey(transformId, transform, context);
    }
    return mergesSessions(transform, context)
      ? new MergingGroupByKey(transformId, transform, context)
      : stockGroupByKey(transformId, transform, context);
  });

  const stockCollectSide = stockConstructor(stock, COLLECT_SIDE_URN);
  registerOperatorConstructor(COLLECT_SIDE_URN, (transformId, transform, context) => {
    const run = runContext.getStore();
    return run ? new KeepSideOperator(transformId, transform, run) : stockCollectSide(transformId, transform, context);
  });

  const stockBuffer = stockConstructor(stock, BUFFER_URN);
  registerOperatorConstructor(BUFFER_URN, (transformId, transform, context) => {
    const run = runContext.getStore();
    return run ? new HoldBackOperator(transformId, transform, context, run) : stockBuffer(transformId, transform, context);
  });
}

// The operator map is private to the SDK's module, but the SDK was compiled with closures laid open.
function stockOperators(): Map<string, OperatorConstructor> {
  const register = registerOperatorConstructor as unknown as { __closure?: () => { operatorsByUrn?: unknown } };
  const map = register.__closure?.().operatorsByUrn;
  if (!(map instanceof Map)) {
    throw new Error("this build of apache-beam does not lay its operator map open: use the published package");
  }
  return map as Map<string, OperatorConstructor>;
}

function stockConstructor(stock: Map<string, OperatorConstructor>, urn: string): OperatorConstructor {
  const found = stock.get(urn);
  if (found === undefined) {
    throw new Error(`apache-beam has no operator for ${urn}`);
  }
  return found;
}

function payloadOf(transform: PTransform): Uint8Array {
  return transform.spec?.payload ?? new Uint8Array();
}
