// What a reader must see of charts and tables in a window of any width and on paper.

// Notes what is written and filled on canvases, so that it can be compared with the pictures. Runs before the page does.
export function watchCanvases() {
  const context = CanvasRenderingContext2D.prototype;
  const { fillText, fill } = context;
  window.written = [];
  window.filled = [];
  context.fillText = function (text, x, y, ...rest) {
    const { a, e, d, f } = this.getTransform();
    const wide = this.measureText(text).width * a;
    const left = a * x + e - { left: 0, start: 0, center: wide / 2, right: wide, end: wide }[this.textAlign];
    window.written.push({ canvas: this.canvas, text, left, right: left + wide, y: d * y + f });
    return fillText.call(this, text, x, y, ...rest);
  };
  context.fill = function (...rest) {
    window.filled.push({ canvas: this.canvas, style: this.fillStyle });
    return fill.apply(this, rest);
  };
}

// Tables that scroll although the window has room beside them.
export const crampedTables = () => [...document.querySelectorAll(".scroll")]
  .filter((box) => box.scrollWidth > box.clientWidth + 1 && box.clientWidth < innerWidth - 64)
  .map((box) => `${box.getAttribute("aria-label")}: ${box.scrollWidth} px in ${box.clientWidth}`);

// Captions and names of rows that leave the window when their table is scrolled to its end.
export const lostCaptions = () => [...document.querySelectorAll(".scroll")]
  .filter((box) => box.scrollWidth > box.clientWidth + 1)
  .flatMap((box) => {
    box.scrollLeft = box.scrollWidth;
    const { left, right } = box.getBoundingClientRect();
    const parts = [box.querySelector("caption span"), box.querySelector("tbody th")].filter(Boolean);
    const lost = parts.filter((part) => {
      const seen = part.getBoundingClientRect();
      return seen.left < left - 1 || seen.right > right + 1;
    });
    box.scrollLeft = 0;
    return lost.map((part) => part.textContent);
  });

// Texts of pictures that stand beyond their edges.
export const clippedLabels = () => [...document.querySelectorAll(".picture")].flatMap((picture) => {
  const replaced = picture.classList.contains("replaced");
  picture.classList.remove("replaced");
  const clipped = [...picture.querySelectorAll("svg")].flatMap((svg) => {
    const box = svg.getBoundingClientRect();
    return [...svg.querySelectorAll("text")].filter((text) => {
      const seen = text.getBoundingClientRect();
      return seen.width > 0 && (seen.left < box.left - 1 || seen.right > box.right + 1);
    });
  });
  picture.classList.toggle("replaced", replaced);
  return clipped.map((text) => text.textContent);
});

// What charts that are drawn again lack of their pictures: names and units that are not written or leave the canvas, names
// in another order, bands that are not filled.
export const lostByScript = () => [...document.querySelectorAll("figure")].flatMap((figure) => {
  const source = figure.querySelector("script[type='application/json']");
  const canvas = figure.querySelector("canvas");
  if (!source || !canvas) return [];
  const data = JSON.parse(source.textContent);
  const name = figure.querySelector("figcaption").textContent;
  const written = window.written.filter((note) => note.canvas === canvas);
  const is = (text) => (note) => note.text === text
    || (note.text.endsWith("…") && text.startsWith(note.text.slice(0, -1)));
  const wanted = [...data.ends.map(({ text }) => text), ...data.marks.map(({ label }) => label), data.y_title].filter(Boolean);
  const lost = wanted.filter((text) => !written.some(is(text))).map((text) => `${name}: "${text}" is not written`);
  for (const note of written) {
    if (note.left < -1 || note.right > canvas.width + 1) lost.push(`${name}: "${note.text}" leaves the canvas`);
  }
  const order = (heights) => heights.sort((a, b) => a.y - b.y).map(({ text }) => text).join(", ");
  const ofCanvas = data.ends.map(({ text }) => ({ text, y: written.findLast(is(text))?.y ?? 0 }));
  const texts = [...figure.querySelectorAll("svg.wide text")];
  const ofPicture = data.ends.map(({ text }) => {
    const label = texts.find((label) => is(text)({ text: label.textContent }));
    return { text, y: Number(label?.getAttribute("y") ?? 0) };
  });
  if (order(ofCanvas) !== order(ofPicture)) lost.push(`${name}: ${order(ofCanvas)}; in the picture ${order(ofPicture)}`);
  const filled = window.filled.filter((note) => note.canvas === canvas).length;
  if (filled < data.bands.length) lost.push(`${name}: ${filled} of ${data.bands.length} bands are filled`);
  for (const { text } of data.key) {
    if (!figure.querySelector(".key").textContent.includes(text)) lost.push(`${name}: the legend lacks "${text}"`);
  }
  return lost;
});

// Whether the curve of a figure falls at its right end: pixels of its colour all the way down.
export const fallsAtTheEnd = (figure) => {
  const canvas = figure.querySelector("canvas");
  const over = figure.querySelector(".u-over").getBoundingClientRect();
  const box = canvas.getBoundingClientRect();
  const ratio = canvas.width / box.width;
  const [left, top] = [(over.right - box.left - 4) * ratio, (over.top - box.top) * ratio];
  const rows = [0.3, 0.5, 0.7, 0.9].map((share) => Math.round(top + over.height * ratio * share));
  const series = JSON.parse(figure.querySelector("script[type='application/json']").textContent).series[0];
  const stroke = getComputedStyle(document.documentElement).getPropertyValue(`--${series.colour}`).trim();
  const wanted = [1, 3, 5].map((at) => parseInt(stroke.slice(at, at + 2), 16));
  // Edges are smoothed: near the colour of the curve is on it.
  const isCurve = (pixel) => pixel.every((value, index) => Math.abs(value - wanted[index]) < 40);
  return rows.every((y) => {
    const pixels = canvas.getContext("2d").getImageData(Math.round(left), y, Math.round(8 * ratio), 1).data;
    return Array.from({ length: pixels.length / 4 }, (_, index) => [...pixels.slice(4 * index, 4 * index + 3)]).some(isCurve);
  });
};

// Tables that are wider than the paper.
export const cutTables = () => [...document.querySelectorAll("table")]
  .filter((table) => table.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map((table) => `${table.caption?.textContent ?? "a legend"}: ${Math.round(table.getBoundingClientRect().width)} px`);
