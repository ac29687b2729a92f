import type uPlot from "uplot";
import type { SeriesView } from "../view.ts";

/** A dashed line across the chart, with its value. */
export function thresholdLine(threshold: () => number | undefined, colour: string): uPlot.Plugin {
  return {
    hooks: {
      draw: (plot) => {
        const value = threshold();
        if (value === undefined) return;
        const { ctx, bbox } = plot;
        const y = Math.round(plot.valToPos(value, "y", true));
        ctx.save();
        ctx.strokeStyle = colour;
        ctx.fillStyle = colour;
        ctx.lineWidth = 1.5 * devicePixelRatio;
        ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
        ctx.beginPath();
        ctx.moveTo(bbox.left, y);
        ctx.lineTo(bbox.left + bbox.width, y);
        ctx.stroke();
        ctx.font = `${12 * devicePixelRatio}px system-ui, sans-serif`;
        ctx.textAlign = "left";
        const above = y - 5 * devicePixelRatio;
        ctx.fillText(
          `threshold ${value} %`,
          bbox.left + 6 * devicePixelRatio,
          above < bbox.top + 12 ? y + 15 * devicePixelRatio : above,
        );
        ctx.restore();
      },
    },
  };
}

/** The windows that raised an alert: exactly as wide as they are, with a triangle on top. */
export function firedWindows(series: () => SeriesView | undefined, colour: string): uPlot.Plugin {
  return {
    hooks: {
      drawClear: (plot) => {
        const shown = series();
        if (shown === undefined) return;
        const { ctx, bbox } = plot;
        ctx.save();
        ctx.beginPath();
        ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
        ctx.clip();
        ctx.fillStyle = colour;
        for (const [start, end] of shown.fired) {
          const left = plot.valToPos(start / 1000, "x", true);
          const right = plot.valToPos(end / 1000, "x", true);
          ctx.globalAlpha = 0.22;
          ctx.fillRect(left, bbox.top, Math.max(2, right - left), bbox.height);
          ctx.globalAlpha = 1;
          triangle(ctx, (left + right) / 2, bbox.top, 5 * devicePixelRatio);
        }
        ctx.restore();
      },
    },
  };
}

function triangle(ctx: CanvasRenderingContext2D, x: number, y: number, size: number): void {
  ctx.beginPath();
  ctx.moveTo(x - size, y);
  ctx.lineTo(x + size, y);
  ctx.lineTo(x, y + 1.6 * size);
  ctx.fill();
}
