import type { ProcessTask } from "./processes";
import { scoreStep } from "./scoreStep";

// The program of a scoring process: one task comes in, one step goes out.
process.once("message", (task: ProcessTask) => {
  void scoreStep(task.config, task.dates, {}).then((step) => process.send?.(step, undefined, {}, () => process.disconnect()));
});

// Without its parent nobody waits for the result.
process.once("disconnect", () => process.exit());
