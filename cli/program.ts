import { Command } from "commander";
import { packageVersion } from "../model/packageRoot";
import { nameCommand } from "./command";
import { addDemo } from "./commands/demo";
import { addDiscover } from "./commands/discover";
import { addExport } from "./commands/export";
import { addGenerate } from "./commands/generate";
import { addInit } from "./commands/init";
import { addProfile } from "./commands/profile";
import { addReview } from "./commands/review";
import { addScore } from "./commands/score";
import { addStatus } from "./commands/status";
import { addTrain } from "./commands/train";
import { addWorkerPool } from "./commands/workerPool";
import { addBackfill } from "./commands/backfill";
import { addDiff } from "./commands/diff";
import { addExplain } from "./commands/explain";
import { addPrune } from "./commands/prune";
import { EXIT_CODE_HELP } from "./exitCodes";

/** The whole command line. Each command is one file; pipelines are loaded only by the command that runs them. */
export function makeProgram(): Command {
  const program = new Command("sessionary")
    .description("Finds out what people come to an application to do, and labels every user session with it, every day.")
    .version(packageVersion())
    .showSuggestionAfterError()
    .showHelpAfterError("(--help shows what there is)")
    .configureHelp({ sortSubcommands: false })
    .addHelpText("after", EXIT_CODE_HELP)
    .exitOverride()
    .hook("preAction", (_program, command) => nameCommand(command.name()));
  addInit(program);
  addProfile(program);
  addDiscover(program);
  addReview(program);
  addTrain(program);
  addScore(program);
  addStatus(program);
  addExport(program);
  addExplain(program);
  addBackfill(program);
  addDiff(program);
  addPrune(program);
  addGenerate(program);
  addDemo(program);
  addWorkerPool(program);
  return program;
}
