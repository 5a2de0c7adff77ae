// Runs in each thread: finds the task's function by module and name, and answers with its result or its error.
import { move, transferableSymbol, valueSymbol } from "piscina";
import { takePendingProgress } from "./progress";
import { errorForMain, type TaskAnswer } from "./taskMessages";
import { functionOf } from "./tasks";

interface TaskCall {
  readonly module: string;
  readonly name: string;
  readonly input: unknown;
}

export default async function answerTask({ module, name, input }: TaskCall): Promise<unknown> {
  try {
    const { value, transfer } = await functionOf<unknown, unknown>({ module, name })(input);
    const answer: TaskAnswer<unknown> = { ok: true, value, progress: takePendingProgress() };
    return transfer === undefined || transfer.length === 0 ? answer : moved(answer, transfer);
  } catch (error) {
    return { ok: false, error: errorForMain(error), progress: takePendingProgress() } satisfies TaskAnswer<unknown>;
  }
}

function moved(answer: TaskAnswer<unknown>, transfer: ArrayBuffer[]): unknown {
  // `move` of the package takes one buffer; its protocol takes any object with these two properties.
  return move({
    get [transferableSymbol]() {
      return transfer;
    },
    get [valueSymbol]() {
      return answer;
    },
  });
}
