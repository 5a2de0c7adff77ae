import type { Command } from "commander";
import { makeProgram } from "../cli/program";

/** `docs/commands.md`: what `--help` says of every command. */
export function commandDocs(): string {
  const program = makeProgram();
  return [
    "# Commands",
    "",
    "What `sessionary COMMAND --help` says. Made by `npm run generate`; edit `cli/commands/`, not this page.",
    "",
    "```",
    helpOf(program),
    "```",
    "",
    ...program.commands.flatMap((command) => [`## \`${command.name()}\``, "", "```", helpOf(command), "```", ""]),
  ].join("\n");
}

function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => 110, getOutHasColors: () => false });
  command.outputHelp();
  return text.trimEnd();
}
