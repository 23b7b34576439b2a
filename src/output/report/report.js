// Lets the charts that carry their data be zoomed and read under the pointer. Without it the pictures stay as they are.
"use strict";
(() => {
  const styles = getComputedStyle(document.documentElement);
  const colour = (name) => styles.getPropertyValue(`--${name}`).trim();
  const family = "system-ui, sans-serif";
  const axisFont = `12px ${family}`;
  // Six digits hide what binary fractions add: 0.30000000000000004.
  const plain = (value) => String(Number(value.toPrecision(6)));
  const percent = (value) => `${plain(value * 100)} %`;
  const ruler = document.createElement("canvas").getContext("2d");
  const measure = (text, font) => {
    ruler.font = font;
    return ruler.measureText(text).width;
  };
  // A text that fits, with an ellipsis where it had to be cut.
  const shortened = (text, room, font) => {
    if (measure(text, font) <= room) return text;
    let kept = [...text];
    while (kept.length > 0 && measure(`${kept.join("")}…`, font) > room) kept = kept.slice(0, -1);
    return `${kept.join("").trimEnd()}…`;
  };
  const endFont = (end) => `${end.class === "strong" ? 600 : 400} 13px ${family}`;

  // Draws in pixels of the page, whatever those of the screen are.
  function paint(plot, draw) {
    const context = plot.ctx;
    const ratio = devicePixelRatio;
    const { left, top, width, height } = plot.bbox;
    context.save();
    context.scale(ratio, ratio);
    context.textBaseline = "alphabetic";
    context.textAlign = "left";
    draw(context, { left: left / ratio, top: top / ratio, right: (left + width) / ratio, bottom: (top + height) / ratio });
    context.restore();
  }
  const at = (plot, value, axis) => plot.valToPos(value, axis, true) / devicePixelRatio;

  // Heights moved apart so that neighbours keep the gap, each near its own; groups that touch are centred on their mean.
  function spread(wanted, gap, low, high) {
    const clamp = (centre, count) => Math.max(Math.min(centre, high - gap * (count - 1) / 2), low + gap * (count - 1) / 2);
    const groups = [];
    for (const height of wanted) {
      let group = { centre: clamp(height, 1), count: 1 };
      for (let last = groups.at(-1); last && group.centre - last.centre < gap * (last.count + group.count) / 2; last = groups.at(-1)) {
        groups.pop();
        const count = last.count + group.count;
        group = { centre: clamp((last.centre * last.count + group.centre * group.count) / count, count), count };
      }
      groups.push(group);
    }
    return groups.flatMap(({ centre, count }) => Array.from({ length: count }, (_, index) => centre + gap * (index - (count - 1) / 2)));
  }

  // Names at the ends of the lines, tied to their places where they had to move.
  function writeEnds(plot, data) {
    paint(plot, (context, box) => {
      // After zooming the lines may end elsewhere.
      if (data.ends.length === 0 || Math.abs(at(plot, data.x.at(-1), "x") - box.right) > 12) return;
      const ends = data.ends.map((end) => ({ end, y: at(plot, end.value, "y") })).sort((a, b) => a.y - b.y);
      const places = spread(ends.map(({ y }) => y), 15, box.top - 2, box.bottom);
      const room = plot.width - box.right - 16;
      context.strokeStyle = colour("axis");
      context.lineWidth = 1;
      ends.forEach(({ end, y }, index) => {
        if (Math.abs(places[index] - y) > 1) {
          context.beginPath();
          context.moveTo(box.right + 2, y);
          context.lineTo(box.right + 11, places[index]);
          context.stroke();
        }
        context.font = endFont(end);
        context.fillStyle = colour({ "published-text": "published", "reference-text": "s4" }[end.class] ?? "ink");
        context.fillText(shortened(end.text, room, context.font), box.right + 14, places[index] + 4);
      });
    });
  }

  // What the vertical axis measures, on top of it.
  function writeTitle(plot, data) {
    if (data.y_title === "") return;
    paint(plot, (context, box) => {
      context.font = axisFont;
      context.fillStyle = colour("soft");
      context.fillText(shortened(data.y_title, plot.width - 8, axisFont), 2, box.top - 10 - ROW * data.marks.length);
    });
  }

  // Values that readers ask about: a line, a label in a row of its own, a dot on the curve.
  const ROW = 16;
  function drawMarks(plot, data) {
    paint(plot, (context, box) => {
      context.lineWidth = 1.5;
      context.font = axisFont;
      data.marks.forEach((mark, row) => {
        const x = at(plot, mark.value, "x");
        if (x < box.left - 0.5 || x > box.right + 0.5) return;
        const y = box.top - 6 - ROW * (data.marks.length - 1 - row);
        context.strokeStyle = context.fillStyle = colour("published");
        context.setLineDash([4, 3]);
        context.beginPath();
        context.moveTo(x, y - 8);
        context.lineTo(x, box.bottom);
        context.stroke();
        const label = shortened(mark.label, plot.width - 8, axisFont);
        const wide = measure(label, axisFont);
        const fits = x + 6 + wide <= plot.width - 2;
        context.fillText(label, fits ? x + 6 : x - 6 - wide >= 2 ? x - 6 - wide : plot.width - 4 - wide, y);
        if (mark.height === null) return;
        context.fillStyle = colour("median");
        context.setLineDash([]);
        context.beginPath();
        context.arc(x, at(plot, mark.height, "y"), 4, 0, 2 * Math.PI);
        context.fill();
      });
    });
  }

  // Room for the names at the ends of the lines, or for the half of the last label that stands beyond the plot.
  function endRoom(data, width) {
    const longest = Math.max(...data.ends.map((end) => measure(end.text, endFont(end))), 0);
    const beyond = measure(data.x_named ? data.x_texts.at(-1) : "0000000", axisFont) / 2 + 4;
    return Math.max(longest === 0 ? 16 : Math.min(longest + 22, width * 0.4), beyond);
  }

  // Values that never stand at one place, moved by less than anybody sees.
  function rising(values) {
    const least = (values.at(-1) - values[0]) * 1e-6;
    let before = -Infinity;
    return values.map((value) => (before = Math.max(value, before + least)));
  }

  function options(data, width) {
    const axis = { stroke: colour("soft"), font: axisFont, gap: 8, size: 34, grid: { stroke: colour("rule"), width: 1 }, ticks: { show: false } };
    const steps = (plot, _, low, high, space) => {
      const widest = Math.max(...data.x_texts.map((text) => text.length)) * 7 + 12;
      const fit = Math.max(1, Math.floor(plot.bbox.width / devicePixelRatio / widest));
      const inside = data.x.filter((x) => x >= low && x <= high);
      const stride = Math.ceil(inside.length / fit) || 1;
      return inside.filter((_, index) => (inside.length - 1 - index) % stride === 0);
    };
    const x = data.x_named
      ? { ...axis, splits: steps, values: (_, splits) => splits.map((split) => data.x_texts[data.x.indexOf(split)] ?? ""), grid: { show: false } }
      : { ...axis, values: (_, splits) => splits.map(data.x_percent ? percent : plain), label: shortened(data.x_title, width - endRoom(data, width) - 60, axisFont), labelFont: axisFont, labelSize: 22 };
    // Zooming moves along the periods or values; how high things stand stays comparable.
    const values = data.series.flatMap((series) => series.values).filter((value) => value !== null);
    const yText = data.y_percent ? percent : plain;
    const labelRoom = (_, texts) => Math.max(36, ...(texts ?? []).map((text) => measure(text, axisFont) + 14));
    const shade = (band) => `${colour(band.colour)}${band.veil ? "21" : ""}`;
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const range = uPlot.rangeNum(low > 0 && low < high / 2 ? 0 : low, high, { min: { pad: 0, soft: 0, mode: 2 }, max: { pad: 0.05, soft: 0, mode: 2 } });
    // With nothing pointed at, periods show where they end.
    const texts = (of) => (_, __, ___, index) => of[index ?? (data.x_named ? of.length - 1 : -1)] ?? "–";
    return {
      width,
      height: Math.round(Math.min(400, Math.max(280, width * 0.55))),
      padding: [16 + (data.y_title === "" ? 0 : 10) + ROW * data.marks.length, endRoom(data, width), 0, 0],
      scales: { x: { time: false }, y: { range } },
      axes: [x, { ...axis, size: labelRoom, values: (_, splits) => splits.map(yText) }],
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
      bands: data.bands.map((band) => ({ series: [band.low + 1, band.high + 1], fill: shade(band), dir: 1 })),
      hooks: { draw: [drawMarks, writeTitle, writeEnds].map((write) => (plot) => write(plot, data)) },
    };
  }

  // The legend of the picture, drawn by its own style sheet.
  function legend(data) {
    const make = (name, attributes) => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", name);
      Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
      return element;
    };
    const list = document.createElement("p");
    list.className = "key";
    for (const entry of data.key) {
      const sign = make("svg", { class: "chart", viewBox: "0 0 16 10", "aria-hidden": "true" });
      const shape = entry.filled ? make("rect", { width: 16, height: 10 }) : make("line", { x1: 0, y1: 5, x2: 16, y2: 5 });
      shape.setAttribute("class", entry.class);
      sign.append(shape);
      const item = document.createElement("span");
      item.append(sign, entry.text);
      list.append(item);
    }
    return list;
  }

  function start(figure) {
    const source = figure.querySelector('script[type="application/json"]');
    const picture = figure.querySelector(".picture");
    if (!source || !picture) return;
    const data = JSON.parse(source.textContent);
    // Where many paths share a value the curve falls at one place, and uPlot draws one point a place.
    if (!data.x_named) data.x = rising(data.x);
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
    picture.after(legend(data), box, hint);
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
      figure.querySelectorAll(".key, .plot, .hint").forEach((part) => part.remove());
      console.error(error);
    }
  });
})();
