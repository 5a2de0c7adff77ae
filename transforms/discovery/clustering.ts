import { decodeJson, encodeJson } from "../../model/json";
import { toPoints, type Points } from "../../ml/kmedoids/points";

/** Standard errors of the means over the rows that were judged, those as a sample. */
export interface StandardErrors {
  readonly silhouette: number;
  readonly medoidSilhouette: number;
  readonly meanDistance: number;
}

/** One app's sample clustered at one k. */
export interface Clustering {
  readonly app: string;
  readonly k: number;
  /** Row of each medoid in the sample matrix, ascending; cluster c is that of medoid c. */
  readonly medoids: readonly number[];
  /** k × d coordinates of the medoids. */
  readonly medoidPoints: readonly number[];
  /** k × d coordinates of the centers: a session is in the cluster of the nearest one. Left out where those are the medoids. */
  readonly centers?: readonly number[];
  readonly dimensions: number;
  /** Sampled sessions per cluster. */
  readonly sizes: readonly number[];
  /** Mean distance of a session to its medoid. */
  readonly meanDistance: number;
  readonly silhouette: { readonly mean: number; readonly perCluster: readonly number[]; readonly statement: string };
  /** Mean of 1 - d₁/d₂ over the rows of the silhouette; another number than the silhouette. */
  readonly medoidSilhouette: number;
  readonly standardErrors: StandardErrors;
  /** The cluster whose sessions agree least, and its share of the sample. */
  readonly noise: { readonly cluster: number; readonly share: number; readonly concentration: readonly number[] };
}

export const encodeClustering = (clustering: Clustering): Uint8Array => encodeJson(clustering);
export const decodeClustering = (bytes: Uint8Array): Clustering => decodeJson(bytes) as Clustering;

/** What a session's cluster is told by. */
export type Centered = Pick<Clustering, "centers" | "medoidPoints" | "dimensions">;

/** The centers as points. */
export const centerPoints = ({ centers, medoidPoints, dimensions }: Centered): Points =>
  toPoints(Float32Array.from(centers ?? medoidPoints), dimensions);

/** The medoids as points. */
export const medoidPoints = (clustering: Pick<Clustering, "medoidPoints" | "dimensions">): Points =>
  toPoints(Float32Array.from(clustering.medoidPoints), clustering.dimensions);
