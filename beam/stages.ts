// Everything a pipeline is built from.
export { composite, groupByKey, stage, type Sides } from "./stage";
export { create, onlyKeys, source, spread, union } from "./routing";
export { combinePerKey, type BytesCombineFn } from "./combine";
