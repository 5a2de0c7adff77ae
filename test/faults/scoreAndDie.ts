import { scoreDates } from "../../pipelines/score/score";
import { madeUpProject } from "../pipelines/score/project";

/*
 * Scores a day of a made-up project and kills itself, as `kill -9` does, before the step of that number.
 *
 *     node scoreAndDie.js FOLDER DATE STEP
 */
const [folder, date, step] = process.argv.slice(2) as [string, string, string];
let steps = 0;
const onStep = () => {
  if (steps++ === Number(step)) process.kill(process.pid, "SIGKILL");
};
scoreDates(madeUpProject(folder), [date], { onStep }).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  },
);
