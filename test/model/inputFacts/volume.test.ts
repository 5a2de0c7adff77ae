import { expect } from "chai";
import { changeLine } from "../../../model/inputFacts/change";
import { volumeStep, type Volume } from "../../../model/inputFacts/volume";
import { volumeChanges, type AppVolumes, type DayVolumes } from "../../../model/inputFacts/volumeChanges";
import { dateOfDay, dayNumber } from "../../../model/localDays";
import { seeded } from "../../ml/forest/madeUp";

const FIRST = dayNumber("2026-01-05");
const date = (day: number) => dateOfDay(FIRST + day);
const isWeekend = (day: number) => day % 7 >= 5;

/** Sessions of a working day by app; `varies`: by how much days differ beside chance, one standard deviation. */
type Apps = Readonly<Record<string, { readonly sessions: number; readonly varies: number }>>;

const APPS: Apps = {
  web: { sessions: 4000, varies: 0.08 },
  iphone: { sessions: 900, varies: 0.1 },
  android: { sessions: 120, varies: 0.15 },
  tv: { sessions: 25, varies: 0.1 },
  watch: { sessions: 8, varies: 0.2 },
};

/** Days with quiet weekends; sessions are as many as chance has it and of any length. */
function month(days: number, apps: Apps, seed: number): AppVolumes[] {
  const random = seeded(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const volume = (mean: number): Volume => {
    let [sessions, events] = [0, 0];
    for (let left = mean; (left += Math.log(1 - random())) > 0; sessions++) {
      events += 1 - Math.floor(6 * Math.log(1 - random()));
    }
    return { sessions, events };
  };
  return Array.from({ length: days }, (_, day) => {
    const ofApps = Object.entries(apps).map(([app, { sessions, varies }]) => {
      return [app, volume(sessions * (isWeekend(day) ? 0.3 : 1) * Math.exp(varies * normal()))] as const;
    });
    return dayOf(day, Object.fromEntries(ofApps));
  });
}

function dayOf(day: number, apps: Readonly<Record<string, Volume>>): AppVolumes {
  const sum = (of: (volume: Volume) => number) => Object.values(apps).reduce((total, volume) => total + of(volume), 0);
  return { date: date(day), whole: { events: sum(({ events }) => events), sessions: sum(({ sessions }) => sessions) }, apps };
}

const times = ({ events, sessions }: Volume, factor: number): Volume => ({
  events: Math.round(events * factor),
  sessions: Math.round(sessions * factor),
});

/** The last of `days` with its apps' volumes multiplied, against the days before. */
function changed(days: readonly AppVolumes[], factors: Readonly<Record<string, number>>): string[] {
  const apps = Object.fromEntries(
    Object.entries((days.at(-1) as AppVolumes).apps).map(([app, volume]) => [app, times(volume, factors[app] ?? 1)]),
  );
  return volumeChanges(dayOf(days.length - 1, apps), days.slice(0, -1)).map(changeLine);
}

describe("the rule of volumes", () => {
  const usual = (day: number) => (isWeekend(day) ? 900 : 3000);
  const day = (n: number, events: number) => ({ date: date(n), events, sessions: Math.round(events / 6) });

  it("finds nothing in months of days that vary by a fifth, with quiet weekends", () => {
    const random = seeded(4);
    for (let run = 0; run < 20; run++) {
      const days = Array.from({ length: 90 }, (_, n) => day(n, Math.round(usual(n) * (0.8 + 0.4 * random()))));
      days.forEach((one, i) => expect(volumeStep(one, days.slice(0, i))?.isFar ?? false).to.equal(false));
    }
  });

  it("finds half a day, a double one and an empty one, against the same weekdays", () => {
    const days = Array.from({ length: 28 }, (_, n) => day(n, usual(n) + n));
    const of = (n: number, events: number) => {
      const whole = day(n, events);
      const past = days.map((one): DayVolumes => ({ date: one.date, whole: one, apps: null }));
      return volumeChanges({ date: whole.date, whole, apps: { web: whole } }, past);
    };
    expect(of(28, 1500)[0]?.text).to.equal("1,500 events on 2026-02-02, a Monday; the 4 Mondays before had 3,000 … 3,021");
    expect(of(28, 6100)[0]?.advice).to.match(/^did logs come twice/);
    expect(of(28, 0)[0]?.advice).to.equal("are all logs of the day there?");
    // A quiet Saturday is as it should be, and a Monday as quiet as one is not.
    expect(of(33, 900)).to.deep.equal([]);
    expect(of(28, 900)).to.have.length(1);
  });

  it("says nothing with fewer than three such weekdays, or of a handful of events", () => {
    const days = Array.from({ length: 20 }, (_, n) => day(n, 3000));
    expect(volumeStep(day(20, 1), days)).to.equal(null);
    const few = Array.from({ length: 28 }, (_, n) => day(n, 10));
    expect(volumeStep(day(28, 100), few)).to.equal(null);
  });
});

describe("volumes by app", () => {
  it("give no false alarm in a year of months of five apps, large and small, steady and not", () => {
    const alarms: string[] = [];
    for (let seed = 0; seed < 6; seed++) {
      const days = month(60, APPS, 100 + seed);
      days.forEach((one, i) => alarms.push(...volumeChanges(one, days.slice(0, i)).map(changeLine)));
    }
    expect(alarms).to.deep.equal([]);
  });

  it("name the app that loses half of its events while another grows by as much", () => {
    for (let seed = 0; seed < 10; seed++) {
      const lines = changed(month(30, { web: APPS["web"]!, iphone: { sessions: 8000, varies: 0.08 } }, seed), {
        web: 0.45,
        iphone: 1.27,
      });
      expect(lines, `seed ${seed}`).to.have.length(1);
      expect(lines[0]).to.match(
        /^[\d,]+ events of web on 2026-02-03, a Tuesday; the 4 Tuesdays before had [\d,]+ … [\d,]+: are all logs of web there\?$/,
      );
    }
  });

  it("name an app that is gone, small ones too, and one that makes noise", () => {
    const days = month(30, APPS, 7);
    for (const app of ["iphone", "android", "tv"]) {
      expect(changed(days, { [app]: 0 })).to.have.length(1);
      expect(changed(days, { [app]: 0 })[0]).to.match(
        new RegExp(`^0 events of ${app} on 2026-02-03, a Tuesday; .* are all logs of ${app} there`),
      );
    }
    expect(changed(days, { android: 8 })[0]).to.match(/events of android .*: did logs come twice, or does a robot make noise\?$/);
  });

  it("are one line for the day when all apps go the same way, and for the app when it alone takes the day with it", () => {
    const days = month(30, APPS, 8);
    const all = Object.fromEntries(Object.keys(APPS).map((app) => [app, 0.4]));
    expect(changed(days, all)).to.have.length(1);
    expect(changed(days, all)[0]).to.match(/^[\d,]+ events on .*: are all logs of the day there\?$/);
    expect(changed(days, { web: 0.2 })).to.have.length(1);
    expect(changed(days, { web: 0.2 })[0]).to.match(/^[\d,]+ events of web on/);
    // Everything is lost, and one app is there several times: two things.
    expect(changed(days, { ...all, iphone: 4 })).to.have.length(2);
  });

  it("know nothing of apps that are new, or of days of which only the whole is known", () => {
    const days = month(30, APPS, 9);
    const last = days.at(-1);
    const grown = dayOf(29, { ...last.apps, console: { events: 500, sessions: 80 } });
    expect(volumeChanges(grown, days.slice(0, -1))).to.deep.equal([]);
    const wholes = days.slice(0, -1).map((one): DayVolumes => ({ ...one, apps: null }));
    expect(volumeChanges(dayOf(29, { ...last.apps, tv: { events: 0, sessions: 0 } }), wholes)).to.deep.equal([]);
  });

  it("are of five apps at most", () => {
    const apps = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`app ${i}`, { sessions: 200, varies: 0.05 }]));
    const lines = changed(month(30, apps, 10), Object.fromEntries(Object.keys(apps).map((app, i) => [app, i % 2 === 0 ? 0 : 2])));
    expect(lines).to.have.length(5);
  });
});
