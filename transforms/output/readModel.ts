import { BlockFn } from "../../beam/blockFn";
import { registered } from "../../beam/registered";
import { source } from "../../beam/stages";
import type { KeyedBytes } from "../../beam/types";
import { loadModel } from "../scoring/loadModel";
import { UserError } from "../../model/errors";

/** The model as one element, `KV<model id, encoded bundle>`: a bundle is too large to travel inside the pipeline's description. */
export const readModel = (folder: string, modelId: string) => source("ReadModel", new ReadModelFn(folder, modelId));

export class ReadModelFn extends BlockFn<Uint8Array> {
  constructor(
    private readonly folder: string,
    private readonly modelId: string,
  ) {
    super();
  }

  async process(): Promise<KeyedBytes[]> {
    const { bundle, encoded } = await loadModel(this.folder);
    if (bundle.id !== this.modelId) {
      throw new UserError(
        `the model in ${this.folder} was replaced while the run began: it is ${bundle.id}, not ${this.modelId}`,
      );
    }
    return [{ key: bundle.id, value: encoded }];
  }
}

registered("transforms/output/readModel", { ReadModelFn });
