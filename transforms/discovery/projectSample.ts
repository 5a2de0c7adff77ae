import { join } from "node:path";
import type { PCollection } from "apache-beam";
import { BlockFn, type SideInputs } from "../../beam/blockFn";
import { registered } from "../../beam/registered";
import { composite, groupByKey, stage } from "../../beam/stages";
import { defineTask, runTask } from "../../beam/tasks";
import type { Grouped, KeyedBytes } from "../../beam/types";
import { concatenate } from "../sessions/blockList";
import { spaceOf } from "./discoverySpace";
import type { MatrixTaskInput, ProjectTaskInput } from "./projectTask";

export interface ProjectOptions {
  readonly seed: number;
  /** Rows whose weights the matrix keeps, for noise-likeness and shuffled twins. */
  readonly weightRows: number;
}

/**
 * Each app's sample in its principal components; apps with too little to cluster have no matrix.
 *
 *     KV<app, session block>, spaces  →  KV<app, SampleMatrix>
 */
export function projectSample(spaces: PCollection<KeyedBytes>, options: ProjectOptions) {
  return composite("ProjectSample", (sample: PCollection<KeyedBytes>) =>
    sample
      .apply(stage("Project", new ProjectFn(options), { spaces }))
      .apply(groupByKey("GroupByApp"))
      .apply(stage("BuildMatrix", new BuildMatrixFn(options))),
  );
}

const PROJECT = defineTask<ProjectTaskInput, Uint8Array>(join(__dirname, "projectTask"), "projectTask");
const BUILD_MATRIX = defineTask<MatrixTaskInput, Uint8Array>(join(__dirname, "projectTask"), "buildMatrixTask");

export class ProjectFn extends BlockFn {
  constructor(private readonly options: ProjectOptions) {
    super();
  }

  override async process({ key, value }: KeyedBytes, side: SideInputs): Promise<KeyedBytes[]> {
    const space = side.all("spaces").get(key)!;
    if (spaceOf(space).pca === null) return [];
    const block = new Uint8Array(value);
    return [{ key, value: await runTask(PROJECT, { block, space, seed: this.options.seed }, [block.buffer]) }];
  }
}

export class BuildMatrixFn extends BlockFn<Grouped> {
  constructor(private readonly options: ProjectOptions) {
    super();
  }

  override async process({ key, value }: Grouped): Promise<KeyedBytes[]> {
    const parts = concatenate([...value]);
    const input = { ...parts, weightRows: this.options.weightRows };
    return [{ key, value: await runTask(BUILD_MATRIX, input, [parts.bytes.buffer as ArrayBuffer]) }];
  }
}

registered("transforms/discovery/projectSample", { ProjectFn, BuildMatrixFn });
