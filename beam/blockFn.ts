import type { KeyedBytes, StageInput } from "./types";

/** What a stage returns for an element: outputs, now or later, or nothing. */
export type StageOutput = Iterable<KeyedBytes> | void;

/**
 * The work of a stage. Subclasses are named, registered (`registered`), hold plain data in fields (TypeScript's `private`, not
 * `#private`: an instance is rebuilt from its fields), and have methods only.
 *
 * Up to `concurrency` elements are in hand at once when `process` returns promises; elements start in the order they came. An element
 * and its bytes may have other readers: never write to them, and copy bytes before transferring them to a thread. An iterable that
 * `process` returns directly (a generator, an array) is read to its end before the next element starts.
 *
 * `startBundle` and `finishBundle` run only for bundles with at least one element, as on engines. An instance lives through many bundles.
 */
export abstract class BlockFn<In extends StageInput = KeyedBytes> {
  /** Elements in hand at once; by default twice the number of threads. 1 keeps order. */
  concurrency?: number;

  /** Before the first element of a bundle. */
  startBundle?(side: SideInputs): void | Promise<void>;

  abstract process(element: In, side: SideInputs): StageOutput | Promise<StageOutput>;

  /** After the last element of a bundle, when all others are done. */
  finishBundle?(side: SideInputs): StageOutput | Promise<StageOutput>;
}

/** The side inputs of a stage, by the names given to `stage`. Read-only; complete before the first element. */
export interface SideInputs {
  /** @throws Error unless the collection holds exactly one element */
  single(name: string): Uint8Array;
  /** All elements by key. @throws Error when a key occurs twice */
  all(name: string): ReadonlyMap<string, Uint8Array>;
}
