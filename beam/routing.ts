import "./sdkVersion";
import { withName, type PCollection, type Root } from "apache-beam";
import { OutputTime_Enum, WindowingStrategy, type Components } from "apache-beam/proto/beam_runner_api";
import { P } from "apache-beam/pvalue";
import { flatten } from "apache-beam/transforms/flatten";
import { impulse } from "apache-beam/transforms/internal";
import { BlockFn } from "./blockFn";
import { registered } from "./registered";
import { groupByKey, stage } from "./stage";
import type { Grouped, KeyedBytes } from "./types";

/** The first stage of a pipeline, applied to the root: `fn` gets one empty element. */
export function source(name: string, fn: BlockFn<Uint8Array>): (root: Root) => PCollection<KeyedBytes> {
  return withName(
    name,
    (root: Root) => root.apply(withName("Impulse", impulse())).apply(stage("Emit", fn)) as PCollection<KeyedBytes>,
  );
}

/** A few small elements known when the pipeline is built, e.g. a setting handed on as a side input. Large bytes: read them in a stage. */
export function create(name: string, elements: readonly KeyedBytes[]): (root: Root) => PCollection<KeyedBytes> {
  return source(name, new CreateFn(elements));
}

/** The elements whose key starts with `prefix`: one stage with several kinds of output is followed by one of these for each. */
export function onlyKeys(name: string, prefix: string): (input: PCollection<KeyedBytes>) => PCollection<KeyedBytes> {
  return stage(name, new OnlyKeysFn(prefix));
}

/** All elements of several collections. */
export function union(name: string, inputs: readonly PCollection<KeyedBytes>[]): PCollection<KeyedBytes> {
  return P([...inputs]).apply(withName(name, flatten<KeyedBytes>()));
}

/**
 * Spreads elements over workers: breaks the fusion of what comes before with what comes after. Keys should differ, one a unit of work.
 *
 * The group-by-key inside keeps the earliest timestamp. By default it would stamp its output with the end of the global window, and
 * any earlier timestamp given later would be late: Prism then drops the element and reports success.
 */
export function spread(name: string): (input: PCollection<KeyedBytes>) => PCollection<KeyedBytes> {
  return withName(name, (input: PCollection<KeyedBytes>) => {
    const { pipeline } = input;
    const { pcollections, windowingStrategies } = pipeline.getProto().components as Components;
    const before = pcollections[input.getId()]?.windowingStrategyId as string;
    const early = WindowingStrategy.clone(windowingStrategies[before] as WindowingStrategy);
    early.outputTime = OutputTime_Enum.EARLIEST_IN_PANE;
    const keyed = input.apply(stage("Key", new PassOnFn())) as PCollection<KeyedBytes>;
    setWindowing(keyed, pipeline.context.getWindowingStrategyId(early));
    const spreadOut = keyed.apply(groupByKey("Spread")).apply(stage("Ungroup", new UngroupFn())) as PCollection<KeyedBytes>;
    setWindowing(spreadOut, before);
    return spreadOut;
  });
}

function setWindowing(collection: PCollection<KeyedBytes>, strategyId: string): void {
  const proto = (collection.pipeline.getProto().components as Components).pcollections[collection.getId()];
  if (proto !== undefined) {
    proto.windowingStrategyId = strategyId;
  }
}

export class CreateFn extends BlockFn<Uint8Array> {
  private readonly elements: readonly (readonly [key: string, base64: string])[];

  constructor(elements: readonly KeyedBytes[]) {
    super();
    this.elements = elements.map(({ key, value }) => [key, Buffer.from(value).toString("base64")]);
  }

  *process() {
    for (const [key, base64] of this.elements) {
      yield { key, value: new Uint8Array(Buffer.from(base64, "base64")) };
    }
  }
}

export class OnlyKeysFn extends BlockFn {
  constructor(private readonly prefix: string) {
    super();
  }

  process(element: KeyedBytes) {
    return element.key.startsWith(this.prefix) ? [element] : undefined;
  }
}

export class PassOnFn extends BlockFn {
  process(element: KeyedBytes) {
    return [element];
  }
}

export class UngroupFn extends BlockFn<Grouped> {
  *process({ key, value }: Grouped) {
    for (const bytes of value) {
      yield { key, value: bytes };
    }
  }
}

registered("beam/routing", { CreateFn, OnlyKeysFn, PassOnFn, UngroupFn });
