import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { boardOf, categoriesOf, newHistory, parseClusterKey, perform, redo, undo, type Action } from "../board";
import type { ReviewData } from "../reviewData";
import { reportAddress, saveCategories } from "./api";
import { BoardView } from "./boardView";
import { Overview } from "./overview";
import { Numbers } from "./numbers";
import { count } from "./words";

/** The whole page: a toolbar, the board of categories, and the numbers of clusters. */
export function App({ data }: { readonly data: ReviewData }) {
  const [history, setHistory] = useState(() => newHistory(boardOf(data)));
  const [saved, setSaved] = useState(history.present);
  const [basedOn, setBasedOn] = useState(data.basedOn);
  const [status, setStatus] = useState("");
  const [problems, setProblems] = useState<readonly string[]>([]);
  /** Fingerprint of the file that someone else changed since the page was opened. */
  const [theirs, setTheirs] = useState<string | null>(null);
  const [focus, setFocus] = useState<string | null>(null);
  const board = history.present;
  const isSaved = board === saved;
  const clusters = useMemo(() => data.apps.flatMap(({ app, cards }) => cards.map((card) => ({ app, card }))), [data]);
  const loose = clusters.length - Object.keys(board.categoryOf).length;

  const act = useCallback(
    (action: Action, said: string, focusOn: string | null = null, step: string | null = null) => {
      setHistory((before) => perform(before, action, step));
      setStatus(said);
      setFocus(focusOn);
    },
    [setHistory],
  );

  // A moved card is made anew in its new place: the focus follows it.
  useEffect(() => {
    if (focus === null) return;
    document.getElementById(focus)?.focus();
    setFocus(null);
  }, [focus, board]);

  const step = (to: typeof undo, said: string) => {
    setHistory(to);
    setStatus(said);
  };

  const save = async (over: string | null = null) => {
    const answer = await saveCategories({ categories: categoriesOf(board), basedOn: over ?? basedOn });
    setProblems(answer.ok ? [] : answer.problems);
    setTheirs(answer.ok ? null : (answer.theirs ?? null));
    if (answer.ok) {
      setSaved(board);
      setBasedOn(answer.basedOn);
      setStatus(answer.message);
    } else setStatus("Not saved.");
  };

  const keys = useRef({ step, save });
  keys.current = { step, save };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey)) return;
      const key = event.key.toLowerCase();
      if (key === "s") void keys.current.save();
      else if (isTyping(event.target)) return;
      else if (key === "z") keys.current.step(event.shiftKey ? redo : undo, event.shiftKey ? "Done again" : "Undone");
      else if (key === "y") keys.current.step(redo, "Done again");
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);

  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    if (!isSaved) addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [isSaved]);

  return (
    <>
      <a class="skip" href="#board">
        Skip to the categories
      </a>
      <header>
        <h1>Review of {data.project}</h1>
        <p class="subtitle">
          Discovery {data.id}
          {data.dates.length > 0 && `, ${[...new Set(data.dates)].join(" to ")}`}; saved to <code>{data.categoriesPath}</code>
        </p>
        <p class="subtitle">
          <a href={reportAddress} target="_blank" rel="noreferrer">
            The discovery's page
          </a>{" "}
          has the map of sessions, all curves and the comparison with shuffled data, with the names saved here.
        </p>
      </header>
      <main>
        <div class="toolbar" role="toolbar" aria-label="Changes">
          <button type="button" disabled={history.past.length === 0} onClick={() => step(undo, "Undone")}>
            Undo
          </button>
          <button type="button" disabled={history.future.length === 0} onClick={() => step(redo, "Done again")}>
            Redo
          </button>
          <button type="button" class="main" disabled={isSaved} onClick={() => void save()}>
            Save categories
          </button>
          <p role="status" aria-live="polite">
            {status || (isSaved ? "Nothing to save." : "")}
          </p>
        </div>
        {problems.length > 0 && (
          <div class="warning" role="alert">
            <ul>
              {problems.map((problem) => (
                <li key={problem}>{problem}</li>
              ))}
            </ul>
            {theirs !== null && (
              <p>
                <button type="button" onClick={() => void save(theirs)}>
                  Write over their changes
                </button>{" "}
                or reload the page to see theirs; what you did here is lost then.
              </p>
            )}
          </div>
        )}
        {data.apps.map((app) =>
          app.tooLittle !== null ? (
            <p class="warning" key={app.app}>
              {app.app}: too little to categorize: {app.tooLittle}.
            </p>
          ) : app.verdict !== null && app.verdict.structure !== "clear" ? (
            <p class="warning" key={app.app}>
              {app.app}: {WEAK[app.verdict.structure]} {app.verdict.reason}
            </p>
          ) : null,
        )}
        <section id="board" aria-labelledby="board-title" tabIndex={-1}>
          <h2 id="board-title">Categories</h2>
          <p>
            Put the clusters of all apps into categories that mean the same everywhere: drag a card, or choose its category in its
            menu.{" "}
            {loose > 0
              ? `${count(loose)} of ${count(clusters.length)} clusters are in no category; train wants each of them in one.`
              : `All ${count(clusters.length)} clusters are in a category.`}
          </p>
          {data.previous && (
            <p>
              Names were carried over from discovery {data.previous.id}.
              {data.gone.length > 0 && ` Gone since then: ${data.gone.join("; ")}.`}
            </p>
          )}
          <Overview apps={data.apps.map(({ app }) => app)} board={board} clusters={clusters} />
          <BoardView data={data} board={board} clusters={clusters} act={act} />
        </section>
        <section id="numbers" aria-labelledby="numbers-title">
          <h2 id="numbers-title">Numbers of clusters</h2>
          {data.apps
            .filter(({ candidates }) => candidates.length > 0)
            .map((app) => (
              <Numbers key={app.app} app={app} say={setStatus} />
            ))}
        </section>
      </main>
    </>
  );
}

const WEAK = {
  weak: "treat these clusters with care; shuffled data come back about as reliably.",
  none: "do not name these clusters; shuffled data cluster as well.",
};

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && target.type === "text");

/** `cluster 3 of web`. */
export function clusterName(key: string): string {
  const { app, cluster } = parseClusterKey(key);
  return `cluster ${cluster} of ${app}`;
}
