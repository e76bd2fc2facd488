/**
 * The whole command line as a function: words in, an exit code out.
 *
 * It touches no process: where text goes, the verbs, the clock and the wish to stop are handed in.
 */
import { Command, CommanderError, Help } from "commander";
import { NeuroscreenError } from "../base/errors.ts";
import { crossvalidateCommand } from "./commands/crossvalidate.ts";
import { explainCommand } from "./commands/explain.ts";
import { indexCommand } from "./commands/index.ts";
import { infoCommand } from "./commands/info.ts";
import { initCommand } from "./commands/init.ts";
import { reportCommand } from "./commands/report.ts";
import { screenCommand } from "./commands/screen.ts";
import { simulateCommand } from "./commands/simulate.ts";
import { trainCommand } from "./commands/train.ts";
import type { CommandContext } from "./context.ts";
import { isAbort } from "./follow.ts";
import { paint, type Terminal } from "./terminal.ts";

/** What the exit codes mean. */
export const exitCodes = {
  done: 0,
  /** A bug of ours. */
  bug: 1,
  /** Something that the user can mend. */
  mendable: 2,
  /** Stopped by Ctrl-C. */
  stopped: 130,
} as const;

/** One of {@link exitCodes}. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/**
 * Runs one command.
 *
 * @param words what stands after the program's name, such as `["train", "study.yaml", "--out", "model"]`
 * @returns the exit code; every error has been put into words by then, so none is thrown
 */
export async function runProgram(
  words: readonly string[],
  context: CommandContext & { readonly version: string },
): Promise<ExitCode> {
  const { terminal } = context;
  try {
    const root = program(context);
    await root.parseAsync(withoutHelpOnNothing(words, root), { from: "user" });
    return exitCodes.done;
  } catch (error) {
    const ending = endingOf(error);
    terminal.err(ending.text(terminal));
    if (ending.data !== undefined && words.includes("--json")) {
      terminal.out(`${JSON.stringify({ error: ending.data })}\n`);
    }
    return ending.exitCode;
  }
}

function program(context: CommandContext & { readonly version: string }): Command {
  const { terminal } = context;
  const root = new Command("neuroscreen")
    .description("Which candidate compounds protect neurons? Trains on control wells, scores every well.")
    .version(context.version)
    .exitOverride()
    .showHelpAfterError()
    // Narrow columns of words are better than lines that the terminal breaks.
    // Every verb has options, and the column of names is narrower without saying so.
    .configureHelp({
      minWidthToWrap: 10,
      subcommandTerm: (verb) => new Help().subcommandTerm(verb).replace(" [options]", ""),
    })
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.err(text),
      getOutHelpWidth: () => terminal.columns,
      getErrHelpWidth: () => terminal.columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  const study = [
    initCommand,
    indexCommand,
    trainCommand,
    crossvalidateCommand,
    screenCommand,
    explainCommand,
    reportCommand,
  ];
  for (const command of [...study, simulateCommand, infoCommand]) {
    root.addCommand(command(context).copyInheritedSettings(root));
  }
  return root;
}

/** For `help nope`, `nope`: commander would show its help and not say that there is no such verb. */
function withoutHelpOnNothing(words: readonly string[], root: Command): string[] {
  const [first, verb] = words;
  const isUnknown = verb !== undefined && !verb.startsWith("-") && !root.commands.some((own) => own.name() === verb);
  return first === "help" && isUnknown && verb !== "help" ? words.slice(1) : [...words];
}

interface Ending {
  readonly exitCode: ExitCode;
  text(terminal: Terminal): string;
  /** The same for a program to read; undefined where nothing went wrong. */
  readonly data?: { readonly code: string; readonly [fact: string]: string };
}

function endingOf(error: unknown): Ending {
  if (error instanceof CommanderError) {
    // Commander has written its message and the command's help by now.
    if (error.exitCode === 0) return { exitCode: exitCodes.done, text: () => "" };
    const data = { code: "wrong-usage", message: error.message };
    return { exitCode: exitCodes.mendable, text: () => "", data };
  }
  if (error instanceof NeuroscreenError) {
    const { cause: _, ...facts } = error.facts;
    const text = (terminal: Terminal) => `${paint(terminal, "red", "error")}: ${error.message}\n`;
    return { exitCode: exitCodes.mendable, text, data: facts };
  }
  if (isAbort(error)) {
    const message = "Stopped.";
    return { exitCode: exitCodes.stopped, text: () => `${message}\n`, data: { code: "stopped", message } };
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const apology = "This is a bug in neuroscreen, not a mistake of yours. Please report it with the lines above.";
  const text = (terminal: Terminal) => `${paint(terminal, "red", "bug")}: ${stack}\n${apology}\n`;
  return { exitCode: exitCodes.bug, text, data: { code: "bug", message: String(error) } };
}
