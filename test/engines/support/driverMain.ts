import { presentError } from "../../../cli/errors";
import { runPipeline } from "../../../beam/run";
import type { RunSettings } from "../../../beam/types";
import { toyPipeline, type ToyOptions } from "../toyPipeline";

const { toy, settings } = JSON.parse(process.argv[2]!) as { toy: ToyOptions; settings: RunSettings };

/** Runs the toy pipeline and ends as the command line does. */
runPipeline("driver", toyPipeline(toy), settings).then(
  () => process.exit(0),
  (error: unknown) => {
    const { message, hints, exitCode } = presentError(error);
    process.stderr.write(`${[message, ...hints].join("\n")}\n`, () => process.exit(exitCode));
  },
);
