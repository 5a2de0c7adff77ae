import type { InputChange } from "./change";
import { MIN_FACTOR, volumeChange, volumeStep, type DayVolume, type Volume, type VolumeStep } from "./volume";

/** Volume of one local day. */
export interface DayVolumes {
  readonly date: string;
  readonly whole: Volume;
  /** Null where only the whole is known. */
  readonly apps: Readonly<Record<string, Volume>> | null;
}

/** Volume of one local day, whole and by app. */
export interface AppVolumes extends DayVolumes {
  readonly apps: Readonly<Record<string, Volume>>;
}

/** Apps named at most, those with the most events amiss. */
const MOST_APPS = 5;
const NOTHING: Volume = { events: 0, sessions: 0 };

interface AppStep {
  readonly app: string;
  readonly day: DayVolume;
  readonly step: VolumeStep;
}

/**
 * Whether a day has far more or fewer events than usual, as a whole or of one app: one app may lose half of its events while another
 * grows. Where the whole is far off, an app is named when the others do not go the same way, and then instead of the whole if that
 * is all that is amiss.
 *
 * @param history the days before, ascending
 */
export function volumeChanges(today: AppVolumes, history: readonly DayVolumes[]): InputChange[] {
  const wholes = history.map(wholeOf);
  const whole = volumeStep(wholeOf(today), wholes);
  const known = history.filter((day): day is AppVolumes => day.apps !== null);
  const apps = appSteps(today, known);
  if (whole?.isFar !== true) return changesOf(apps);
  const alone = apps.filter((one) => !othersGoAlong(one, today, known));
  const amiss = alone.reduce((sum, { day, step }) => sum + day.events - step.usual, 0);
  const mended = { ...wholeOf(today), events: Math.max(0, today.whole.events - amiss) };
  const isExplained = alone.length > 0 && volumeStep(mended, wholes)?.isFar === false;
  return [...(isExplained ? [] : [volumeChange(wholeOf(today), whole, null)]), ...changesOf(alone)];
}

/** Apps that are far off; an app without events today is none of the least. */
function appSteps(today: AppVolumes, history: readonly AppVolumes[]): AppStep[] {
  const names = new Set([today, ...history].flatMap(({ apps }) => Object.keys(apps)));
  return [...names].flatMap((app) => {
    const day = ofApp(today, app);
    const step = volumeStep(
      day,
      history.map((one) => ofApp(one, app)),
    );
    return step?.isFar === true ? [{ app, day, step }] : [];
  });
}

/** Whether the other apps together have moved the same way, at least half as far; true where there is nothing to tell from. */
function othersGoAlong({ app, step }: AppStep, today: AppVolumes, history: readonly AppVolumes[]): boolean {
  const others = volumeStep(
    withoutApp(today, app),
    history.map((one) => withoutApp(one, app)),
  );
  if (others === null) return true;
  return others.off * Math.sign(step.off) >= Math.max(Math.abs(step.off), Math.log(MIN_FACTOR)) / 2;
}

const wholeOf = ({ date, whole }: DayVolumes): DayVolume => ({ date, ...whole });

const ofApp = ({ date, apps }: AppVolumes, app: string): DayVolume => ({
  date,
  ...(Object.hasOwn(apps, app) ? (apps[app] as Volume) : NOTHING),
});

function withoutApp(day: AppVolumes, app: string): DayVolume {
  const { events, sessions } = ofApp(day, app);
  return { date: day.date, events: day.whole.events - events, sessions: day.whole.sessions - sessions };
}

function changesOf(steps: readonly AppStep[]): InputChange[] {
  const amiss = ({ day, step }: AppStep) => Math.abs(day.events - step.usual);
  return [...steps]
    .sort((a, b) => amiss(b) - amiss(a) || (a.app < b.app ? -1 : 1))
    .slice(0, MOST_APPS)
    .map(({ app, day, step }) => volumeChange(day, step, app));
}
