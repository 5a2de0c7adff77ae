import type { KRow } from "../../model/discoveryReport";
import { decimal } from "./words";

/** Widths the curves are drawn for; the page shows the one that fits, so that text keeps its size. */
const WIDTHS = { wide: 640, narrow: 330 };
const HEIGHT = 220;
const LEFT = 36;
const BOTTOM = 28;
const TOP = 10;
const RIGHT = 12;

const CURVES = [
  {
    name: "stability",
    color: "#009e73",
    dash: "6 3",
    value: (row: KRow) => row.stability?.mean ?? null,
    error: (row: KRow) => row.stability?.standardError ?? null,
  },
  {
    name: "silhouette",
    color: "#3d8fd1",
    dash: "",
    value: (row: KRow) => row.silhouette,
    error: (row: KRow) => row.standardErrors?.silhouette ?? null,
  },
  {
    name: "medoid silhouette",
    color: "#cc79a7",
    dash: "8 3 2 3",
    value: (row: KRow) => row.medoidSilhouette,
    error: (row: KRow) => row.standardErrors?.medoidSilhouette ?? null,
  },
  {
    name: "sessions in the noise-like cluster",
    color: "#d55e00",
    dash: "2 3",
    value: (row: KRow) => row.noiseShare,
    error: ({ noiseShare, sizes }: KRow) =>
      Math.sqrt(
        (noiseShare * (1 - noiseShare)) /
          Math.max(
            1,
            sizes.reduce((sum, size) => sum + size, 0),
          ),
      ),
  },
];

interface KCurvesProps {
  readonly app: string;
  readonly rows: readonly KRow[];
  /** The k looked at. */
  readonly k: number;
  readonly nearTies: readonly number[];
}

/** What speaks for each number of clusters, as curves from 0 to 1. */
export function KCurves(props: KCurvesProps) {
  const curves = CURVES.map((curve) => ({
    ...curve,
    points: props.rows.flatMap((row) => {
      const value = curve.value(row);
      return value === null ? [] : [{ k: row.k, value, error: curve.error(row) }];
    }),
  })).filter(({ points }) => points.length > 0);
  return (
    <>
      <ul class="legend">
        {curves.map(({ name, color }) => (
          <li key={name}>
            <span class="swatch" style={{ background: color }} aria-hidden="true" />
            {name}
          </li>
        ))}
      </ul>
      <Curves {...props} curves={curves} kind="wide" />
      <Curves {...props} curves={curves} kind="narrow" />
      <p class="note">Bars are 95 % intervals.</p>
    </>
  );
}

interface CurvesProps extends KCurvesProps {
  readonly curves: readonly {
    readonly name: string;
    readonly color: string;
    readonly dash: string;
    readonly points: readonly { readonly k: number; readonly value: number; readonly error: number | null }[];
  }[];
  readonly kind: keyof typeof WIDTHS;
}

function Curves({ app, rows, k, nearTies, curves, kind }: CurvesProps) {
  const width = WIDTHS[kind];
  const first = rows[0]?.k ?? 0;
  const last = rows.at(-1)?.k ?? 1;
  const x = (at: number) => LEFT + ((at - first) / Math.max(1, last - first)) * (width - LEFT - RIGHT);
  const y = (value: number) => TOP + (1 - Math.max(0, Math.min(1, value))) * (HEIGHT - TOP - BOTTOM);
  const chosen = rows.find((row) => row.k === k);
  const words = `Curves over k from ${first} to ${last} of ${app}; at k = ${k}: silhouette ${decimal(chosen?.silhouette)}, stability ${decimal(chosen?.stability?.mean)}.`;
  return (
    <svg class={`kcurve ${kind}`} viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={words}>
      {[0, 0.25, 0.5, 0.75, 1].map((value) => (
        <g key={value}>
          <line class="grid" x1={LEFT} x2={width - RIGHT} y1={y(value)} y2={y(value)} />
          <text x={LEFT - 6} y={y(value) + 4} text-anchor="end">
            {value}
          </text>
        </g>
      ))}
      {rows
        .filter((_, i) => kind === "wide" || i % 2 === 0)
        .map((row) => (
          <text key={row.k} x={x(row.k)} y={HEIGHT - 8} text-anchor="middle">
            {row.k}
          </text>
        ))}
      {nearTies.map((tie) => (
        <line key={tie} class="tie" x1={x(tie)} x2={x(tie)} y1={TOP} y2={HEIGHT - BOTTOM} />
      ))}
      <line class="chosen" x1={x(k)} x2={x(k)} y1={TOP} y2={HEIGHT - BOTTOM} />
      {curves.flatMap(({ name, color, points }) =>
        points.map(
          ({ k: at, value, error }) =>
            error !== null && (
              <line
                key={`${name} ${at}`}
                x1={x(at)}
                x2={x(at)}
                y1={y(value - 1.96 * error)}
                y2={y(value + 1.96 * error)}
                stroke={color}
              />
            ),
        ),
      )}
      {curves.map(({ name, color, dash, points }) => (
        <polyline
          key={name}
          points={points.map((point) => `${x(point.k)},${y(point.value)}`).join(" ")}
          fill="none"
          stroke={color}
          stroke-width="2"
          stroke-dasharray={dash}
        />
      ))}
    </svg>
  );
}
