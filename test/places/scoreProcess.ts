import { parseConfig } from "../../model/config/load";
import { scoreDates } from "../../pipelines/score/score";

/** What a scoring process of these tests is told, as JSON. */
export interface ScoreTask {
  readonly settings: string;
  readonly baseDir: string;
  readonly dates: readonly string[];
  /** Ends itself as `kill -9` does before the step of this number. */
  readonly dieAtStep?: number;
}

export interface ScoreOutcome {
  readonly kinds: readonly string[];
  readonly error: string | null;
}

async function main(): Promise<ScoreOutcome> {
  const { settings, baseDir, dates, dieAtStep } = JSON.parse(process.argv[2] as string) as ScoreTask;
  let steps = 0;
  const onStep = () => {
    if (steps++ === dieAtStep) process.kill(process.pid, "SIGKILL");
  };
  try {
    const config = parseConfig(settings, { file: "sessionary.yaml", baseDir });
    const { days } = await scoreDates(config, dates, { onStep });
    return { kinds: days.map(({ kind }) => kind), error: null };
  } catch (error) {
    return { kinds: [], error: (error as Error).message };
  }
}

void main().then((outcome) => process.stdout.write(JSON.stringify(outcome), () => process.exit()));
