import { z } from "zod";

const share = z.number().min(0).max(1);
const seed = z.int().min(0).max(0xffffffff).default(1);

/** `discovery`: which kinds of sessions there are. */
export const discoverySchema = z.strictObject({
  sampleSessions: z
    .int()
    .min(10)
    .default(50_000)
    .meta({ description: "Sessions per app from which vocabulary, weights and clusters are learned." }),
  minEventShare: share
    .default(0.05)
    .meta({ description: "Events in a smaller share of the sampled sessions are left out of clustering. 0..1." }),
  minVariance: share
    .default(0.8)
    .meta({ description: "Principal components are kept until they explain this share of variance. 0..1." }),
  components: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .meta({ description: "A fixed number of components instead; null: by `minVariance`." }),
  kMin: z.int().min(2).default(4).meta({ description: "Smallest number of clusters tried." }),
  kMax: z.int().min(2).default(16).meta({ description: "Largest number of clusters tried." }),
  k: z
    .record(z.string(), z.int().min(2))
    .default({})
    .meta({
      description: "The number of clusters a person chose, per app or for all others (`default`); overrides the proposal.",
      examples: [{ web: 8 }],
    }),
  clusterSampleSessions: z
    .int()
    .min(10)
    .default(5_000)
    .meta({ description: "Sessions of one clustering run; larger samples are clustered in several runs and polished over all." }),
  claraRuns: z.int().min(1).default(5).meta({ description: "Subsamples clustered per k; the best is kept." }),
  assignTo: z.enum(["mean", "medoid"]).default("mean").meta({
    description: "A session is in the cluster whose mean is nearest, or whose medoid, as in the paper.",
  }),
  stabilitySubsets: z
    .int()
    .min(0)
    .default(50)
    .meta({ description: "Half subsets clustered anew per k to measure stability; 0 leaves it out." }),
  nullRuns: z
    .int()
    .min(0)
    .default(10)
    .meta({ description: "Twins of the data without structure, of each kind, for comparison; 0 leaves the test out." }),
  seed: seed.meta({ description: "Same seed, same result." }),
  weighting: z
    .enum(["count", "log", "binary"])
    .default("count")
    .meta({ description: "Term frequency: the count, 1 + ln(count), or 1 for present." }),
});

/** `classifier`: the model that labels every session. */
export const classifierSchema = z.strictObject({
  trees: z.int().min(1).max(10_000).default(250).meta({ description: "Trees of the forest." }),
  leafRule: z.enum(["nodesize", "childMinimum"]).default("nodesize").meta({
    description:
      "What `minLeaf` means: nodes with fewer rows are not split (`nodesize`, as in R's randomForest), or no child may have fewer (`childMinimum`).",
  }),
  minLeaf: z
    .union([z.literal("auto"), z.int().min(1)])
    .default("auto")
    .meta({ description: "Rows; `auto`: 1,000 of 333,333 training rows, scaled, at least 5." }),
  testShare: z
    .number()
    .gt(0)
    .lt(1)
    .default(1 / 3)
    .meta({ description: "Share of users held out to measure errors. Between 0 and 1.", examples: [0.25] }),
  seed: seed.meta({ description: "Same seed, same forest." }),
  maxCategoryError: share.default(0.15).meta({ description: "A category is accurate enough at this error or below. 0..1." }),
  maxScoringEvents: z.int().min(1).default(24).meta({ description: "At most this many scoring events are proposed." }),
});

/** `scoring`: the daily run. */
export const scoringSchema = z.strictObject({
  model: z
    .string()
    .nullable()
    .default(null)
    .meta({
      description: "Folder of the model; null: the newest one under `output.path`.",
      examples: ["output/models/0123456789abcdef"],
    }),
  minConfidence: share.default(0.5).meta({ description: "Sessions with a smaller share of votes are flagged `unsure`. 0..1." }),
  minBatchSessions: z
    .int()
    .min(0)
    .default(1_000)
    .meta({ description: "A day with fewer sessions of an app uses the training mean of the noise share instead of its own." }),
  maxUnknownEventShare: share
    .default(0.2)
    .meta({ description: "A run whose events are unknown to the model to a larger share stops before it publishes. 0..1." }),
  minSessions: z.int().min(0).default(0).meta({ description: "A day with fewer sessions stops before it publishes." }),
  maxDaysLate: z.int().min(0).default(3).meta({ description: "Days back for which late files restate a day." }),
});
