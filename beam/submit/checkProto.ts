import { Pipeline as PipelineProto } from "apache-beam/proto/beam_runner_api";

/** Dataflow refuses job requests above this. */
const LARGEST_JOB_BYTES = 10_000_000;

/** URNs of transforms without parts that Dataflow's service and our workers know. */
const KNOWN_PRIMITIVES: readonly string[] = [
  "beam:transform:impulse:v1",
  "beam:transform:pardo:v1",
  "beam:transform:group_by_key:v1",
  "beam:transform:flatten:v1",
  "beam:transform:window_into:v1",
];

/**
 * What is wrong with a job, as an engine would find out after minutes of starting up: dangling names, unknown transforms, stage names that
 * repeat, a job too large to send. Empty when nothing is.
 */
export function protoProblems(proto: PipelineProto): string[] {
  const { transforms, pcollections, coders, environments, windowingStrategies } = proto.components!;
  const problems: string[] = [];
  const need = (exists: boolean, problem: string): void => void (exists || problems.push(problem));
  const names = new Set<string>();
  for (const [id, { uniqueName, spec, subtransforms, inputs, outputs, environmentId }] of Object.entries(transforms)) {
    need(!names.has(uniqueName), `two transforms are named ${uniqueName}`);
    names.add(uniqueName);
    for (const part of subtransforms) {
      need(part in transforms, `${uniqueName} has a part ${part} that is not there`);
    }
    for (const collection of [...Object.values(inputs), ...Object.values(outputs)]) {
      need(collection in pcollections, `${uniqueName} uses a collection ${collection} that is not there`);
    }
    if (subtransforms.length === 0 && spec !== undefined && spec.urn !== "") {
      need(KNOWN_PRIMITIVES.includes(spec.urn), `${uniqueName} is a ${spec.urn}, which nobody knows there`);
      need(
        environmentId === "" || environmentId in environments,
        `${uniqueName} runs in an environment ${environmentId} that is not there`,
      );
    }
    need(id !== "", `${uniqueName} has no id`);
  }
  for (const [id, { coderId, windowingStrategyId }] of Object.entries(pcollections)) {
    need(coderId in coders, `collection ${id} has a coder ${coderId} that is not there`);
    need(windowingStrategyId in windowingStrategies, `collection ${id} has windows ${windowingStrategyId} that are not there`);
  }
  for (const [id, { componentCoderIds }] of Object.entries(coders)) {
    need(
      componentCoderIds.every((part) => part in coders),
      `coder ${id} has parts that are not there`,
    );
  }
  for (const root of proto.rootTransformIds) {
    need(root in transforms, `the root transform ${root} is not there`);
  }
  const bytes = PipelineProto.toBinary(proto).length;
  need(bytes <= LARGEST_JOB_BYTES, `the job has ${bytes} bytes; at most ${LARGEST_JOB_BYTES} can be sent`);
  return problems;
}
