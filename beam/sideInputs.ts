import "./sdkVersion";
import { Context } from "apache-beam/coders/coders";
import { GlobalWindow } from "apache-beam/values";
import { createSideInputInfo, createStateKey, type SideInputInfo } from "apache-beam/worker/pardo_context";
import type { OperatorContext } from "apache-beam/worker/operators";
import type { ParDoPayload, PTransform } from "apache-beam/proto/beam_runner_api";
import { Reader } from "protobufjs";
import type { SideInputs } from "./blockFn";
import { runContext, sideKey } from "./runContext";
import type { KeyedBytes } from "./types";

export const SIDE_INPUT_ACCESS = "beam:side_input:iterable:v1";
const PREFIX = "side.";

/** Name of a side input among the inputs of its transform. */
export const sideInputId = (name: string) => PREFIX + name;

/**
 * Reads the side inputs of one transform through the SDK's state provider, each once per bundle. The SDK's own iterable side input is
 * a generator that is empty the second time it is read; here the elements are kept.
 */
export class SideInputReader {
  private readonly infos: Map<string, SideInputInfo>;
  private readonly run = runContext.getStore();

  constructor(
    private readonly transformId: string,
    transform: PTransform,
    payload: ParDoPayload,
    private readonly context: OperatorContext,
  ) {
    this.infos = createSideInputInfo(transform, payload, context);
  }

  /** All side inputs; at once where the runner has them at hand (embedded), else when they have arrived. */
  read(): SideInputs | Promise<SideInputs> {
    if (this.infos.size === 0) {
      return NO_SIDE_INPUTS;
    }
    const loaded = new Map<string, readonly KeyedBytes[]>();
    const waiting: Promise<void>[] = [];
    for (const [id, { elementCoder, windowCoder }] of this.infos) {
      const kept = this.run?.sides.get(sideKey(this.transformId, id));
      if (kept !== undefined) {
        loaded.set(id.slice(PREFIX.length), kept);
        continue;
      }
      const key = createStateKey(this.transformId, SIDE_INPUT_ACCESS, id, new GlobalWindow(), windowCoder);
      const name = id.slice(PREFIX.length);
      const found = this.context.getStateProvider().getState(key, (bytes: Uint8Array) => {
        const elements: KeyedBytes[] = [];
        for (const reader = new Reader(bytes); reader.pos < reader.len;) {
          elements.push(elementCoder.decode(reader, Context.needsDelimiters) as KeyedBytes);
        }
        return elements;
      });
      if (found.type === "value") {
        loaded.set(name, found.value);
      } else {
        waiting.push(found.promise.then((elements) => void loaded.set(name, elements)));
      }
    }
    const sides = new LoadedSideInputs(loaded);
    return waiting.length === 0 ? sides : Promise.all(waiting).then(() => sides);
  }
}

/** Side inputs in memory. */
export class LoadedSideInputs implements SideInputs {
  private readonly maps = new Map<string, ReadonlyMap<string, Uint8Array>>();

  constructor(private readonly elements: ReadonlyMap<string, readonly KeyedBytes[]>) {}

  single(name: string): Uint8Array {
    const [only, ...others] = this.elementsOf(name);
    if (only === undefined) {
      throw new Error(`side input ${name} is empty: exactly one element expected`);
    }
    if (others.length > 0) {
      const keys = [only, ...others].slice(0, 3).map(({ key }) => JSON.stringify(key));
      throw new Error(
        `side input ${name} has ${others.length + 1} elements (keys ${keys.join(", ")}${others.length > 2 ? ", …" : ""}): exactly one expected`,
      );
    }
    return only.value;
  }

  all(name: string): ReadonlyMap<string, Uint8Array> {
    let map = this.maps.get(name);
    if (map === undefined) {
      const elements = this.elementsOf(name);
      map = new Map(elements.map(({ key, value }) => [key, value]));
      if (map.size < elements.length) {
        const seen = new Set<string>();
        const twice = elements.find(({ key }) => seen.size === seen.add(key).size);
        throw new Error(`side input ${name} has the key ${JSON.stringify(twice?.key)} more than once`);
      }
      this.maps.set(name, map);
    }
    return map;
  }

  private elementsOf(name: string): readonly KeyedBytes[] {
    const elements = this.elements.get(name);
    if (elements === undefined) {
      const known = [...this.elements.keys()].join(", ") || "none";
      throw new Error(`no side input is named ${name}; this stage has: ${known}`);
    }
    return elements;
  }
}

export const NO_SIDE_INPUTS: SideInputs = new LoadedSideInputs(new Map());
