import "./sdkVersion";
import { withName, type PCollection } from "apache-beam";
import type { Pipeline } from "apache-beam/internal/pipeline";
import { GLOBAL_WINDOW_MAPPING_FN_URN } from "apache-beam/internal/urns";
import { FunctionSpec, ParDoPayload, type PTransform } from "apache-beam/proto/beam_runner_api";
import { groupByKey as beamGroupByKey } from "apache-beam/transforms/internal";
import { parDo } from "apache-beam/transforms/pardo";
import type { BlockFn } from "./blockFn";
import { groupedCoder, keyedBytesCoder } from "./coders";
import { BLOCK_FN_URN, installOperators } from "./operators";
import { encodeInstance } from "./registered";
import { SIDE_INPUT_ACCESS, sideInputId } from "./sideInputs";
import type { Grouped, KeyedBytes, StageInput } from "./types";

installOperators();

/** Side inputs of a stage by name. */
export type Sides = Readonly<Record<string, PCollection<KeyedBytes>>>;

/**
 * One stage, applied as `input.apply(stage("CutSessions", new CutSessionsFn(gaps)))`. Its output has the coder KV<StrUtf8, Bytes>.
 *
 * @param name PascalCase, unique within the enclosing composite
 * @param side collections that `fn` sees whole, as `side.single(name)` or `side.all(name)`
 */
export function stage<In extends StageInput>(
  name: string,
  fn: BlockFn<In>,
  side: Sides = {},
): (input: PCollection<In>) => PCollection<KeyedBytes> {
  return withName(name, (_input: PCollection<In>, pipeline?: Pipeline, transform?: PTransform) => {
    const into = applied(name, pipeline, transform);
    const sideInputs: ParDoPayload["sideInputs"] = {};
    for (const [sideName, collection] of Object.entries(side)) {
      const id = sideInputId(sideName);
      into.transform.inputs[id] = collection.getId();
      sideInputs[id] = {
        accessPattern: FunctionSpec.create({ urn: SIDE_INPUT_ACCESS }),
        viewFn: FunctionSpec.create({ urn: "unused" }),
        windowMappingFn: FunctionSpec.create({ urn: GLOBAL_WINDOW_MAPPING_FN_URN }),
      };
    }
    const doFn = FunctionSpec.create({ urn: BLOCK_FN_URN, payload: encodeInstance(fn) });
    const payload = ParDoPayload.toBinary(ParDoPayload.create({ doFn, sideInputs }));
    into.transform.spec = FunctionSpec.create({ urn: parDo.urn, payload });
    return into.pipeline.createPCollectionInternal(keyedBytesCoder());
  });
}

/** All values of a key together, on every engine one group a key. */
export function groupByKey(name: string): (input: PCollection<KeyedBytes>) => PCollection<Grouped> {
  return withName(name, (_input: PCollection<KeyedBytes>, pipeline?: Pipeline, transform?: PTransform) => {
    const into = applied(name, pipeline, transform);
    into.transform.spec = FunctionSpec.create({ urn: beamGroupByKey.urn });
    into.transform.environmentId = "";
    return into.pipeline.createPCollectionInternal(groupedCoder());
  });
}

/** A named transform made of others, for `transforms/`. */
export function composite<In, Out>(name: string, expand: (input: In) => Out): (input: In) => Out {
  return withName(name, expand);
}

function applied(name: string, pipeline?: Pipeline, transform?: PTransform): { pipeline: Pipeline; transform: PTransform } {
  if (pipeline === undefined || transform === undefined) {
    throw new Error(`${name} must be applied: input.apply(…)`);
  }
  return { pipeline, transform };
}
