import type { Command } from "commander";
import { resolve } from "node:path";
import { addProjectOptions, loadProject, runCommand, wholeNumber, type ProjectOptions } from "../command";

interface ReviewFlags extends ProjectOptions {
  readonly discovery?: string;
  readonly port?: number;
}

/** `sessionary review`: a local page for people to name what was found. */
export function addReview(program: Command): void {
  const command = program
    .command("review")
    .description("open a local page: cluster cards, categories shared by all apps, choice of k; writes categories.yaml")
    .option("--discovery <id>", "which discovery (default: the newest)")
    .option("--port <n>", "port on this machine (default: any free one)", wholeNumber(1, 65_535))
    .addHelpText("after", "\nThe page works on this machine only, until Ctrl-C.\n\nExample:\n  sessionary review");
  addProjectOptions(command).action((flags: ReviewFlags) =>
    runCommand(flags, async (screen) => {
      const config = await loadProject(flags);
      const { review } = await import("../../pipelines/review/review.js");
      const options = { configPath: resolve(flags.config), discovery: flags.discovery ?? null, port: flags.port ?? 0 };
      const server = await review(config, options);
      const { url, categoriesPath, discovery } = server;
      // On standard error, so that it is there before the JSON object at the end.
      screen.note(`Review of discovery ${discovery}: open ${url}`);
      screen.note(`Saves to ${categoriesPath}. Ctrl-C ends.`);
      screen.event("listening", { address: url });
      await new Promise<void>((done) => process.once("SIGINT", done).once("SIGTERM", done));
      await server.close();
      return { report: { url, discovery, categoriesPath } };
    }),
  );
}
