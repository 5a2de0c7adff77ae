import { placeOf } from "../../io/places/place";
import type { Counts } from "../../model/counts";
import type { AppDiscovery, KRow } from "../../model/discoveryReport";
import { decodeJson } from "../../model/json";
import type { NullVerdict } from "../../ml/nullStructure";
import type { KChoice } from "../../transforms/discovery/chooseClusters";
import type { EvaluatedK } from "../../transforms/discovery/clusterByK";
import { decodeSpace, type DiscoverySpace } from "../../transforms/discovery/discoverySpace";
import type { ExampleSession } from "../../transforms/discovery/examples";
import { PIECES } from "./build";
import { clusterCards } from "./cards";

/** Puts the pieces that the pipeline wrote into `folder` together, apps in order of their names. */
export async function assembleApps(folder: string): Promise<AppDiscovery[]> {
  const place = placeOf(folder);
  const files = (await place.list(`${folder}/`)).map(({ path }) => path);
  const piecesOf = (prefix: string) => files.filter((path) => path.startsWith(`${folder}/${prefix}`));
  const read = async (prefix: string) => {
    const pieces = await Promise.all(
      piecesOf(prefix).map(async (path) => [path.slice(folder.length + 1 + prefix.length), await place.read(path)] as const),
    );
    return new Map(pieces);
  };
  const [spaces, choices, verdicts, counts, examples] = await Promise.all(Object.values(PIECES).map(read));
  return [...spaces!]
    .map(([name, bytes]) => {
      const json = (pieces: ReadonlyMap<string, Uint8Array> | undefined) => {
        const piece = pieces?.get(name);
        return piece === undefined ? null : decodeJson(piece);
      };
      return toApp(
        decodeSpace(bytes),
        json(choices) as KChoice | null,
        json(verdicts) as NullVerdict | null,
        json(counts) as Counts | null,
        (json(examples) ?? []) as ExampleSession[],
      );
    })
    .sort((a, b) => (a.app < b.app ? -1 : 1));
}

function toApp(
  space: DiscoverySpace,
  choice: KChoice | null,
  verdict: NullVerdict | null,
  counts: Counts | null,
  examples: readonly ExampleSession[],
): AppDiscovery {
  const chosen = choice?.candidates.find(({ k }) => k === choice.k);
  return {
    app: space.app,
    sampledSessions: space.sessionCount,
    clusteredSessions: space.weightedSessions,
    eventNames: space.eventCount,
    vocabulary: space.events.map((event, i) => ({ event, idf: space.idf[i]!, sessionShare: space.sessionShare[i]! })),
    tooLittle: space.tooLittle ?? (choice === null ? "no number of clusters fits so few sessions; read more days" : null),
    pca: space.pca && { components: space.pca.componentCount, cumulative: [...space.pca.cumulative] },
    candidates: choice?.candidates.map(toKRow) ?? [],
    silhouetteStatement: chosen?.silhouette.statement ?? "",
    proposal: choice && { k: choice.proposal.k, nearTies: choice.proposal.nearTies, reason: choice.proposal.reason },
    k: choice?.k ?? null,
    chosenByPerson: choice?.chosenByPerson ?? false,
    verdict: verdict && {
      structure: verdict.structure,
      reason: verdict.reason,
      silhouetteRange: verdict.silhouetteRange,
      stabilityRange: verdict.stabilityRange,
    },
    cards: chosen && counts ? clusterCards(counts, space, chosen, examples) : [],
    map: [],
  };
}

function toKRow({ k, silhouette, medoidSilhouette, meanDistance, stability, noise, sizes }: EvaluatedK): KRow {
  return {
    k,
    silhouette: silhouette.mean,
    medoidSilhouette,
    meanDistance,
    stability: stability && {
      mean: stability.mean,
      standardError: stability.standardError,
      weightedMean: stability.weightedMean,
      shareAtLeast70: stability.shareAtLeast70,
      shareAtLeast75: stability.shareAtLeast75,
      subsets: stability.subsets,
    },
    noiseShare: noise.share,
    sizes,
  };
}
