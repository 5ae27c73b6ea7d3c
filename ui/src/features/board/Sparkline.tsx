import classes from './board.module.css';

const WIDTH = 120;
const HEIGHT = 32;

/** The points of a curve over the whole width, the highest value (or the limit) near the top. */
export function curve(values: readonly number[], limit: number | undefined): { line: string; area: string; limitY: number | null } {
  const top = Math.max(1, limit ?? 0, ...values) * 1.08;
  const step = values.length > 1 ? WIDTH / (values.length - 1) : 0;
  const y = (v: number) => (HEIGHT - (v / top) * HEIGHT).toFixed(2);
  const points = values.map((v, i) => `${(i * step).toFixed(2)},${y(v)}`);
  return {
    line: points.length === 0 ? '' : `M${points.join('L')}`,
    area: points.length === 0 ? '' : `M0,${String(HEIGHT)}L${points.join('L')}L${String(WIDTH)},${String(HEIGHT)}Z`,
    limitY: limit === undefined ? null : Number(y(limit)),
  };
}

/** A small curve of the last hour; a limit is a dashed line across it. */
export function Sparkline({ values, limit, label }: { values: readonly number[]; limit?: number; label: string }) {
  const { line, area, limitY } = curve(values, limit);
  return (
    <svg className={classes.spark} viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`} preserveAspectRatio="none" role="img" aria-label={label}>
      <path className={classes.sparkArea} d={area} />
      <path className={classes.sparkLine} d={line} vectorEffect="non-scaling-stroke" />
      {limitY === null ? null : (
        <line className={classes.sparkLimit} x1={0} x2={WIDTH} y1={limitY} y2={limitY} vectorEffect="non-scaling-stroke" />
      )}
    </svg>
  );
}
