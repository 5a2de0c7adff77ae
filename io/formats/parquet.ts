import type { Split } from "../inputs/inputFile";
import type { FieldPlan, RowSink } from "./rows";
export async function readParquetRows(_s: Split, _p: FieldPlan, _k: RowSink, _c: (n: number) => void): Promise<number> {
  return 0;
}
export async function parquetRowGroups(_p: string, _b: number): Promise<number[]> {
  return [];
}
