// Lets the charts that carry their data be zoomed and read under the pointer. Without it the pictures stay as they are.
"use strict";
(() => {
  const styles = getComputedStyle(document.documentElement);
  const colour = (name) => styles.getPropertyValue(`--${name}`).trim();
  const font = (size, weight = 400) => `${weight} ${size * devicePixelRatio}px system-ui, sans-serif`;
  const axisFont = "12px system-ui, sans-serif";
  // Six digits hide what binary fractions add: 0.30000000000000004.
  const plain = (value) => String(Number(value.toPrecision(6)));
  const percent = (value) => `${plain(value * 100)} %`;

  // Names at the ends of the lines, moved apart where they would touch.
  function writeEnds(plot, data) {
    const context = plot.ctx;
    const ratio = devicePixelRatio;
    const gap = 15 * ratio;
    const shown = data.series
      .map((series, index) => ({ series, at: series.values.length - 1, index: index + 1 }))
      .filter(({ series, at }) => series.named && series.values[at] !== null)
      .map(({ series, at }) => ({ series, at, y: plot.valToPos(series.values[at], "y", true) }))
      .sort((a, b) => a.y - b.y);
    const right = plot.bbox.left + plot.bbox.width;
    // After zooming the lines may end elsewhere.
    if (shown.length === 0 || Math.abs(plot.valToPos(data.x[data.x.length - 1], "x", true) - right) > 12 * ratio) return;
    const bottom = plot.bbox.top + plot.bbox.height;
    shown.reduce((last, end) => (end.place = Math.max(end.y, last + gap)), -Infinity);
    shown.reduceRight((next, end) => (end.place = Math.min(end.place, next - gap)), bottom + gap);
    context.save();
    context.textBaseline = "middle";
    context.textAlign = "left";
    for (const { series, at, place } of shown) {
      context.font = font(12, series.colour === "median" ? 600 : 400);
      context.fillStyle = colour(series.colour === "published" ? "published" : "ink");
      const name = series.label.length > 22 ? `${series.label.slice(0, 21)}…` : series.label;
      context.fillText(`${name} ${series.texts[at]}`, right + 8 * ratio, place);
    }
    context.restore();
  }

  function drawMarks(plot, data) {
    const context = plot.ctx;
    const ratio = devicePixelRatio;
    context.save();
    context.strokeStyle = context.fillStyle = colour("published");
    context.lineWidth = 1.5 * ratio;
    context.setLineDash([4 * ratio, 3 * ratio]);
    context.font = font(12);
    context.textAlign = "left";
    context.textBaseline = "alphabetic";
    data.marks.forEach((mark, row) => {
      const x = plot.valToPos(mark.value, "x", true);
      if (x < plot.bbox.left || x > plot.bbox.left + plot.bbox.width) return;
      context.beginPath();
      context.moveTo(x, plot.bbox.top - (6 + 16 * (data.marks.length - 1 - row)) * ratio);
      context.lineTo(x, plot.bbox.top + plot.bbox.height);
      context.stroke();
      const text = { x: x + 6 * ratio, wide: context.measureText(mark.label).width };
      const right = plot.bbox.left + plot.bbox.width;
      context.fillText(mark.label, Math.min(text.x, right - text.wide), plot.bbox.top - (6 + 16 * (data.marks.length - 1 - row)) * ratio);
    });
    context.restore();
  }

  function endRoom(data, width) {
    const longest = data.series.filter((series) => series.named)
      .map((series) => Math.min(series.label.length, 22) + series.texts[series.texts.length - 1].length + 1);
    return longest.length === 0 ? 16 : Math.min(Math.max(...longest) * 7 + 16, width * 0.4);
  }

  function options(data, width, summary) {
    const axis = { stroke: colour("soft"), font: axisFont, gap: 8, size: 34, grid: { stroke: colour("rule"), width: 1 }, ticks: { show: false } };
    const steps = (plot, _, low, high, space) => {
      const fit = Math.max(1, Math.floor((plot.bbox.width / devicePixelRatio) / 56));
      const inside = data.x.filter((x) => x >= low && x <= high);
      const stride = Math.ceil(inside.length / fit) || 1;
      return inside.filter((_, index) => (inside.length - 1 - index) % stride === 0);
    };
    const x = data.x_named
      ? { ...axis, splits: steps, values: (_, splits) => splits.map((split) => data.x_texts[data.x.indexOf(split)] ?? ""), grid: { show: false } }
      : { ...axis, values: (_, splits) => splits.map(data.x_percent ? percent : plain), label: data.unit || undefined, labelFont: axisFont, labelSize: 22 };
    // Zooming moves along the periods or values; how high things stand stays comparable.
    const values = data.series.flatMap((series) => series.values).filter((value) => value !== null);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const range = uPlot.rangeNum(low > 0 && low < high / 2 ? 0 : low, high, { min: { pad: 0, soft: 0, mode: 2 }, max: { pad: 0.05, soft: 0, mode: 2 } });
    // With nothing pointed at, periods show where they end.
    const texts = (of) => (_, __, ___, index) => of[index ?? (data.x_named ? of.length - 1 : -1)] ?? "–";
    return {
      width,
      height: Math.round(Math.min(400, Math.max(280, width * 0.55))),
      padding: [16 + 16 * data.marks.length, endRoom(data, width), 0, 0],
      scales: { x: { time: false }, y: { range } },
      axes: [x, { ...axis, size: 56, values: (_, splits) => splits.map(data.y_percent ? percent : plain) }],
      cursor: { y: false, points: { size: 7 }, drag: { x: true, y: false, dist: 4 } },
      legend: { live: true, isolate: false, markers: { fill: (_, index) => colour(data.series[index - 1].swatch), stroke: "transparent" } },
      series: [
        { label: data.x_label, value: texts(data.x_texts) },
        ...data.series.map((series) => ({
          label: series.label,
          value: texts(series.texts),
          stroke: series.colour === null ? "transparent" : colour(series.colour),
          width: series.width,
          dash: series.dashed ? [6, 4] : undefined,
          points: { show: false },
        })),
      ],
      bands: data.bands.map((band) => ({ series: [band.low + 1, band.high + 1], fill: colour(band.colour), dir: 1 })),
      hooks: { draw: [(plot) => drawMarks(plot, data), (plot) => writeEnds(plot, data)] },
    };
  }

  function start(figure) {
    const source = figure.querySelector('script[type="application/json"]');
    const picture = figure.querySelector(".picture");
    if (!source || !picture) return;
    const data = JSON.parse(source.textContent);
    const columns = [data.x, ...data.series.map((series) => series.values)];
    const box = document.createElement("div");
    box.className = "plot";
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", `${picture.querySelector("title").textContent}: chart to zoom`);
    const description = picture.querySelector("desc");
    box.setAttribute("aria-describedby", description.id);
    const hint = document.createElement("p");
    hint.className = "hint";
    hint.textContent = "Point at the chart to read values, or use the arrow keys; drag to zoom, double-click or Escape to reset.";
    picture.after(box, hint);
    picture.classList.add("replaced");
    let plot = null;
    const draw = () => {
      plot?.destroy();
      plot = new uPlot(options(data, box.clientWidth), columns, box);
    };
    const reset = () => plot.setScale("x", { min: data.x[0], max: data.x[data.x.length - 1] });
    box.addEventListener("keydown", (event) => {
      const move = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
      if (event.key === "Escape") reset();
      if (move === undefined) return;
      event.preventDefault();
      const last = data.x.length - 1;
      const from = plot.cursor.idx ?? (move < 0 ? last + 1 : -1);
      const index = Math.min(Math.max(from + move, 0), last);
      plot.setCursor({ left: plot.valToPos(data.x[index], "x"), top: plot.over.clientHeight / 2 });
    });
    draw();
    let width = box.clientWidth;
    new ResizeObserver(() => {
      if (box.clientWidth === width || box.clientWidth === 0) return;
      width = box.clientWidth;
      draw();
    }).observe(box);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  }

  document.querySelectorAll("figure").forEach((figure) => {
    // A chart that fails must leave its picture and the others.
    try {
      start(figure);
    } catch (error) {
      figure.querySelector(".picture")?.classList.remove("replaced");
      figure.querySelectorAll(".plot, .hint").forEach((part) => part.remove());
      console.error(error);
    }
  });

  // Paper cannot be unfolded.
  const folded = () => document.querySelectorAll("section > details:not([open])");
  let opened = [];
  addEventListener("beforeprint", () => (opened = [...folded()]).forEach((details) => (details.open = true)));
  addEventListener("afterprint", () => opened.forEach((details) => (details.open = false)));
})();
