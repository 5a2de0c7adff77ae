import { placeOf } from "../../io/places/place";
import type { Counts } from "../../model/counts";
import type { AppDiscovery, KRow } from "../../model/discoveryReport";
import { decodeJson } from "../../model/json";
import type { Config } from "../../model/config";
import type { KChoice, StructureVerdict } from "../../transforms/discovery/chooseClusters";
import type { EvaluatedK } from "../../transforms/discovery/evaluatedK";
import { decodeSpace, type DiscoverySpace } from "../../transforms/discovery/discoverySpace";
import type { ExampleSession } from "../../transforms/discovery/examples";
import type { ClusterRelations } from "../../transforms/discovery/relateClusters";
import type { SampleShape, SessionLengths } from "../../transforms/discovery/sampleShape";
import type { MapPoint } from "../../transforms/discovery/sessionMap";
import { PIECES } from "./build";
import { broaderK } from "./broaderK";
import { clusterCards } from "./cards";
import { remarksOf } from "./remarks";

/** Puts the pieces that the pipeline wrote into `folder` together, apps in order of their names. */
export async function assembleApps(folder: string, config: Config): Promise<AppDiscovery[]> {
  const place = placeOf(folder);
  const files = (await place.list(`${folder}/`)).map(({ path }) => path);
  const piecesOf = (prefix: string) => files.filter((path) => path.startsWith(`${folder}/${prefix}`));
  const read = async (prefix: string) => {
    const pieces = await Promise.all(
      piecesOf(prefix).map(async (path) => [path.slice(folder.length + 1 + prefix.length), await place.read(path)] as const),
    );
    return new Map(pieces);
  };
  const names = Object.keys(PIECES) as (keyof typeof PIECES)[];
  const pieces = new Map(await Promise.all(names.map(async (name) => [name, await read(PIECES[name])] as const)));
  return [...pieces.get("space")!]
    .map(([file, space]) => {
      const json = <T>(piece: keyof typeof PIECES) => {
        const bytes = pieces.get(piece)?.get(file);
        return bytes === undefined ? null : (decodeJson(bytes) as T);
      };
      return toApp(config, decodeSpace(space), {
        choice: json<KChoice>("choice"),
        verdict: json<StructureVerdict>("verdict"),
        counts: json<Counts>("counts"),
        examples: json<ExampleSession[]>("examples") ?? [],
        lengths: json<SessionLengths>("lengths"),
        shape: json<SampleShape>("shape"),
        map: json<MapPoint[]>("map") ?? [],
        relations: json<ClusterRelations>("relations"),
      });
    })
    .sort((a, b) => (a.app < b.app ? -1 : 1));
}

export interface AppPieces {
  readonly choice: KChoice | null;
  readonly verdict: StructureVerdict | null;
  readonly counts: Counts | null;
  readonly examples: readonly ExampleSession[];
  readonly lengths: SessionLengths | null;
  readonly shape: SampleShape | null;
  readonly map: readonly MapPoint[];
  readonly relations: ClusterRelations | null;
}

function toApp(config: Config, space: DiscoverySpace, pieces: AppPieces): AppDiscovery {
  const { choice, verdict, counts, relations } = pieces;
  const chosen = choice?.candidates.find(({ k }) => k === choice.k);
  const cards = chosen && counts ? clusterCards({ counts, space, chosen, examples: pieces.examples, relations }) : [];
  const candidates = choice?.candidates.map((candidate) => toKRow(candidate, relations)) ?? [];
  return {
    app: space.app,
    sampledSessions: space.sessionCount,
    clusteredSessions: space.weightedSessions,
    eventNames: space.eventCount,
    vocabulary: space.events.map((event, i) => ({ event, idf: space.idf[i]!, sessionShare: space.sessionShare[i]! })),
    tooLittle: space.tooLittle ?? (choice === null ? "no number of clusters fits so few sessions; read more days" : null),
    pca: space.pca && { components: space.pca.componentCount, cumulative: [...space.pca.cumulative] },
    candidates,
    silhouetteStatement: chosen?.silhouette.statement ?? "",
    proposal: choice && { k: choice.proposal.k, nearTies: choice.proposal.nearTies, reason: choice.proposal.reason },
    broader: verdict?.structure === "none" ? null : broaderK(candidates, choice?.k ?? null),
    k: choice?.k ?? null,
    chosenByPerson: choice?.chosenByPerson ?? false,
    verdict,
    remarks: remarksOf(config, space, pieces, cards),
    cards,
    map: pieces.map,
  };
}

function toKRow(
  { k, silhouette, medoidSilhouette, meanDistance, standardErrors, stability, noise, sizes }: EvaluatedK,
  relations: ClusterRelations | null,
): KRow {
  const parts = relations?.parts[k];
  return {
    k,
    silhouette: silhouette.mean,
    medoidSilhouette,
    meanDistance,
    standardErrors,
    stability: stability && {
      mean: stability.mean,
      standardError: stability.standardError,
      weightedMean: stability.weightedMean,
      shareAtLeast70: stability.shareAtLeast70,
      shareAtLeast75: stability.shareAtLeast75,
      subsets: stability.subsets,
      perCluster: stability.perCluster,
    },
    noiseShare: noise.share,
    sizes,
    silhouettes: silhouette.perCluster,
    ...(parts && { parts }),
  };
}
