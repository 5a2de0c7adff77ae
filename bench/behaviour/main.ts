import { parseConfig } from "../../model/config/load";
import type { BehaviourRules, Config } from "../../model/config";
import { dayIndexAt, localDays } from "../../model/localDays";
import { TRAFFIC } from "../../model/sessionBlock";
import { splitsOf } from "../../io/inputs/inputFile";
import { planRead } from "../../pipelines/readPlan";
import { readAndPack } from "../../transforms/events/readAndPack";
import { BEHAVIOUR_RULES, brokenRules, measureDay, type DayBehaviour } from "../../transforms/sessions/behaviour";
import { dropDuplicates, KeptEvents } from "../../transforms/sessions/dropDuplicates";
import { readShardEvents } from "../../transforms/sessions/shardEvents";
import { sortEvents } from "../../transforms/sessions/sortEvents";

/**
 * How well do the behaviour rules find the robots of a log whose robots are known?
 *
 *     npm run bench -- behaviour --log PATH --user user --time time --event namespace --robot isRobot
 *     npm run bench -- behaviour --log ACCESS_LOG
 *
 * The truth is a column that says so, or else the user agents by the list of the `isbot` package (web-server logs). A user's day counts
 * as a robot's when most of its events are marked. Shown: precision and recall by user-day and by event for each rule at several
 * thresholds, and for all rules together. No trust in the truth: robots that nobody marked count against the rules.
 */
async function main(argv: readonly string[]): Promise<void> {
  const option = (name: string) => {
    const at = argv.indexOf(`--${name}`);
    return at < 0 ? null : (argv[at + 1] ?? null);
  };
  const log = option("log");
  if (log === null) throw new Error("which log? --log PATH");
  const columns = ["user", "time", "event"].flatMap((name) => (option(name) === null ? [] : [`  ${name}: ${option(name)}`]));
  const robot = option("robot");
  const traffic = robot === null ? "traffic: { robotsByUserAgent: true }" : `traffic: { robotColumn: ${robot} }`;
  const format = columns.length === 0 ? ["  format: combined"] : [];
  const text = ["project: behaviour", "input:", `  paths: ${JSON.stringify(log)}`, ...format, ...columns, traffic].join("\n");
  const days = await measuredDays(parseConfig(`${text}\n`, { file: "behaviour.yaml", baseDir: process.cwd() }));
  const robots = days.filter(({ isRobot }) => isRobot);
  const events = (of: readonly Day[]) => of.reduce((sum, day) => sum + day.events, 0);
  console.log(`${days.length} user-days, ${robots.length} of robots; ${events(days)} events, ${events(robots)} of robots`);
  const off: BehaviourRules = {
    maxEventsPerHour: null,
    maxHoursAwakePerDay: null,
    minPauseVariation: null,
    maxOneEventShare: null,
    minEventsForRules: 100,
  };
  const show = (name: string, rules: Partial<BehaviourRules>) => {
    const flagged = days.filter((day) => brokenRules(day, { ...off, ...rules }) !== 0);
    const hits = flagged.filter(({ isRobot }) => isRobot);
    const share = (a: number, b: number) => (b === 0 ? "–" : (a / b).toFixed(3));
    const busy = (of: readonly Day[]) => of.filter((day) => day.events >= 20).length;
    console.log(
      [
        name.padEnd(58),
        `flagged ${String(flagged.length).padStart(4)}`,
        `user-days: precision ${share(hits.length, flagged.length)} recall ${share(hits.length, robots.length)}`,
        `(of those with 20 events: ${share(busy(hits), busy(robots))})`,
        `events: precision ${share(events(hits), events(flagged))} recall ${share(events(hits), events(robots))}`,
      ].join("  "),
    );
  };
  for (const maxEventsPerHour of [30, 64, 100, 200, 1000])
    show(`rate: maxEventsPerHour ${maxEventsPerHour}`, { maxEventsPerHour });
  for (const maxHoursAwakePerDay of [12, 14, 16, 18, 20]) {
    show(`awake: maxHoursAwakePerDay ${maxHoursAwakePerDay}`, { maxHoursAwakePerDay });
  }
  for (const minPauseVariation of [0.05, 0.1, 0.3])
    show(`regular: minPauseVariation ${minPauseVariation}`, { minPauseVariation });
  for (const minEventsForRules of [50, 100, 200]) {
    for (const maxOneEventShare of [0.9, 0.98, 1]) {
      show(`flood: maxOneEventShare ${maxOneEventShare}, minEventsForRules ${minEventsForRules}`, {
        maxOneEventShare,
        minEventsForRules,
      });
    }
  }
  const proposal = { maxHoursAwakePerDay: 16, minPauseVariation: 0.1, maxOneEventShare: 0.98 };
  for (const maxEventsPerHour of [64, 200, 1000])
    show(`all: rate ${maxEventsPerHour}, awake 16, regular 0.1, flood 0.98`, { ...proposal, maxEventsPerHour });
  console.log(`rules: ${BEHAVIOUR_RULES.join(", ")}`);
}

interface Day extends DayBehaviour {
  readonly isRobot: boolean;
}

/** Every user's days, through the product's own reading; marks of robots are only counted. */
async function measuredDays(config: Config): Promise<Day[]> {
  const plan = await planRead(config, null);
  const settings = JSON.stringify(plan.settings);
  const blocks: Uint8Array[] = [];
  for (const split of plan.files.flatMap((file) => splitsOf(file, config.input.splitBytes))) {
    const { value } = await readAndPack({ split, settings });
    blocks.push(...value.filter(({ key }) => key.startsWith("shard-")).map((element) => element.value));
  }
  const events = readShardEvents(blocks);
  const sorted = sortEvents(events);
  const zone = localDays(events.minMs, events.maxMs, config.zone);
  const kept = new KeptEvents();
  const days: Day[] = [];
  for (let key = 0; key < events.keys.count; key++) {
    kept.clear();
    dropDuplicates(events, sorted, sorted.offsets[key] as number, sorted.offsets[key + 1] as number, kept);
    const positions = [...kept.positions.subarray(0, kept.count)];
    const timeMs = positions.map((position) => sorted.timeMs[position] as number);
    const codes = positions.map((position) => sorted.code[position] as number);
    const names = codes.map((code) => code >>> 2);
    for (let start = 0, end = 0; start < timeMs.length; start = end) {
      const day = dayIndexAt(zone, timeMs[start] as number);
      while (end < timeMs.length && (timeMs[end] as number) < (zone.startsMs[day + 1] as number)) end++;
      const robots = codes.slice(start, end).filter((code) => TRAFFIC[code & 3] === "robot").length;
      const measured = measureDay(timeMs, names, start, end, zone.startsMs[day] as number);
      days.push({ ...measured, isRobot: 2 * robots >= end - start });
    }
  }
  return days;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
