// Opens reports in Chromium and fails on anything that a reader should not meet. See scripts/report-check.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { hostileScenarios } from "./hostile.mjs";
import {
  clippedLabels, crampedTables, cutTables, fallsAtTheEnd, lostByScript, lostCaptions, watchCanvases,
} from "./layout.mjs";

const here = import.meta.dirname;
const root = join(here, "../..");
const shots = join(here, "shots");
const axe = readFileSync(join(here, "node_modules/axe-core/axe.min.js"), "utf8");
const work = mkdtempSync(join(tmpdir(), "riskband-report-"));
rmSync(shots, { recursive: true, force: true });
mkdirSync(shots);

const VIEWS = [[390, "light"], [390, "dark"], [1400, "light"], [1400, "dark"], [2000, "light"]]
  .map(([width, scheme]) => ({ width, scheme }));
// Rules of accessibility look at structure, which is that of all widths, and at contrast, which is the scheme's: one view a
// scheme. With --whole, all.
const ACCESSIBLE = process.argv.includes("--whole") ? VIEWS : [VIEWS[1], VIEWS[2]];
// A page of A4 between its margins, and the most of them that a comparison with all its reasons takes.
const PAPER = 688;
const PAGES = 30;
const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];
const failures = [];
let checks = 0;

function expect(holds, what) {
  checks += 1;
  if (!holds) failures.push(what);
}

function page(name, output, ...words) {
  const file = join(work, `${name}.html`);
  execFileSync(process.env.RISKBAND, [...words, output, file, "--quiet"], { cwd: root });
  return { name, url: pathToFileURL(file).href };
}

const report = (name, scenarios, paths, ...options) =>
  page(name, "-o", "report", ...scenarios, "--paths", paths, ...options);
const sweep = (name, paths, ...options) => page(name, "--report", "sweep", "--paths", paths, ...options);

// A market on a ceiling, which most paths share, in quarters, and a target that is met below its number.
const ATOM = {
  riskband: 1,
  title: "A market on its ceiling",
  horizon: { start: 2025, end: 2027, step: "quarter" },
  market: { start: 10, unit: "MW" },
  drivers: { trend: { normal: { mean: 0.4, sd: 0.2 }, over_time: "constant" } },
  constraints: { grid: 14 },
  targets: { within_plan: "market[2027] <= 13" },
};

// Everything that would show that text became code, or that the page is not alone.
async function open(context, { name, url }, view) {
  const page = await context.newPage();
  await page.addInitScript(watchCanvases);
  const where = `${name} at ${view.width} px, ${view.scheme}`;
  // A page of many scenarios takes its time where other programs have the processors.
  page.setDefaultTimeout(120_000);
  page.on("console", (message) => {
    // The checks read the canvas, not the page.
    if (!message.text().includes("willReadFrequently")) failures.push(`${where}: console: ${message.text()}`);
  });
  page.on("pageerror", (error) => failures.push(`${where}: error: ${error.message}`));
  page.on("dialog", (dialog) => {
    failures.push(`${where}: dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("request", (request) => {
    if (request.url() !== url) failures.push(`${where}: request: ${request.url()}`);
  });
  page.on("popup", () => failures.push(`${where}: opened a window`));
  await page.goto(url, { waitUntil: "load" });
  return { page, where };
}

async function inspect(page, where) {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow <= 0, `${where}: ${overflow} px wider than the window`);
  expect(!(await page.evaluate(() => "hit" in window)), `${where}: a payload ran`);
  expect((await page.locator("h1").count()) === 1, `${where}: not one h1`);
  const styled = await page.evaluate(() => getComputedStyle(document.querySelector("h1")).fontWeight);
  expect(Number(styled) >= 600, `${where}: the style sheet does not apply`);
}

// Nothing is clipped, cramped or lost, whatever the width; all tables are unfolded for it.
async function complete(page, where) {
  await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
  const none = (found, what) => expect(found.length === 0, `${where}: ${what}: ${found.slice(0, 3).join(" | ")}`);
  none(await page.evaluate(crampedTables), "tables scroll beside free room");
  none(await page.evaluate(lostCaptions), "captions or names of rows scroll away");
  none(await page.evaluate(clippedLabels), "labels are clipped");
  none(await page.evaluate(lostByScript), "the script draws less than the picture shows");
  await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = false)));
}

async function accessible(page, where) {
  for (const details of await page.locator("details").all()) await details.evaluate((element) => (element.open = true));
  // Through the debugger, which the policy of the page does not bind.
  await page.evaluate(axe);
  // What passes is not told: to name every such element takes as long as to judge them.
  const { violations } = await page.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
  const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  for (const { id, help, nodes } of grave) {
    failures.push(`${where}: axe ${id}: ${help}: ${nodes.slice(0, 3).map((node) => node.html).join(" | ")}`);
  }
  checks += 1;
}

// Pointing at the first chart names values; the arrow keys do so too; dragging zooms.
async function hovers(page, where) {
  const plot = page.locator(".plot").first();
  expect((await plot.count()) === 1, `${where}: no chart to zoom`);
  const values = () => plot.locator(".u-legend .u-value").allTextContents();
  await plot.scrollIntoViewIfNeeded();
  const box = await plot.locator(".u-over").boundingBox();
  const at = async (share) => {
    await page.mouse.move(box.x + box.width * share, box.y + box.height / 2);
    return (await values()).join(" ");
  };
  const first = await at(0.01);
  const last = await at(0.99);
  expect(/2025/.test(first) && /2031/.test(last) && first !== last, `${where}: hovering reads "${first}", "${last}"`);
  await plot.focus();
  await page.keyboard.press("Home");
  expect(/2025/.test((await values()).join(" ")), `${where}: the Home key does not read the first period`);
  await page.mouse.move(box.x + box.width * 0.4, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.8, box.y + 60, { steps: 5 });
  await page.mouse.up();
  await plot.screenshot({ path: join(shots, `zoomed-${where.replace(/\W+/g, "-")}.png`) });
  await plot.dblclick();
}

// A page that lets everything in must fail, or the checks above see nothing.
async function control(browser) {
  const file = join(work, "control.html");
  writeFileSync(file, `<h1>x</h1><img src="http://evil.invalid/x.png"><script>window.hit=1;alert("hit")</script><p style="width:3000px">x`);
  const before = failures.length;
  const context = await browser.newContext({ viewport: { width: 390, height: 900 } });
  const { page, where } = await open(context, { name: "control", url: pathToFileURL(file).href }, { width: 390, scheme: "light" });
  await inspect(page, where);
  const found = failures.splice(before).join("\n");
  for (const sign of ["dialog: hit", "request: http://evil.invalid", "wider than the window", "a payload ran"]) {
    expect(found.includes(sign), `the control page does not show: ${sign}`);
  }
  await context.close();
}

// The difference can be zoomed, and stands beside its reasons.
async function comparison(page, where, view) {
  const section = page.locator("section#c0");
  expect((await section.locator("figure").count()) === 3, `${where}: not a difference and two reasons`);
  expect((await section.locator(".plot").count()) === 1, `${where}: the difference cannot be zoomed`);
  await section.screenshot({ path: join(shots, `comparison-${view.width}-${view.scheme}.png`) });
}

// The curve falls where the paths share a value; a target below its number says how often it is met; charts that were asked
// for are there.
async function onCeiling(page, where) {
  const curve = page.locator("figure", { hasText: "how likely the market in 2027Q4" });
  expect(await curve.evaluate(fallsAtTheEnd), `${where}: the curve does not fall at the ceiling`);
  const told = await curve.locator("svg.wide desc").textContent();
  expect(/within_plan is at most 13\.\d*, met on/.test(told), `${where}: the target is told as "${told}"`);
  for (const title of ["demand, MW, 2025Q4 to 2027Q4", "market, MW in 2026Q4, share of paths by value"]) {
    expect((await page.locator("figcaption", { hasText: title }).count()) === 1, `${where}: no chart "${title}"`);
  }
}

async function withoutScript(browser, target) {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.goto(target.url);
  expect(await page.locator("svg.wide").first().isVisible(), `${target.name}: no picture without script`);
  expect((await page.locator("svg[role=img] title").count()) > 4, `${target.name}: pictures without titles`);
  await page.screenshot({ path: join(shots, `${target.name}-static.png`), fullPage: true });
  await context.close();
}

async function printed(browser, target) {
  const context = await browser.newContext({ viewport: { width: PAPER, height: 900 } });
  const page = await context.newPage();
  await page.goto(target.url);
  await page.emulateMedia({ media: "print" });
  expect(await page.locator("svg.wide").first().isVisible(), `${target.name}: no picture in print`);
  for (const part of [".plot", ".hint", ".key", "nav"]) {
    for (const element of await page.locator(part).all()) {
      expect(await element.isHidden(), `${target.name}: ${part} in print`);
    }
  }
  const cut = await page.evaluate(cutTables);
  expect(cut.length === 0, `${target.name}: tables are cut in print: ${cut.slice(0, 3).join(" | ")}`);
  const paper = await page.pdf({ path: join(shots, `${target.name}.pdf`), format: "A4" });
  const pages = paper.toString("latin1").match(/\/Type\s*\/Page\b/g).length;
  expect(pages <= PAGES, `${target.name}: ${pages} pages of paper`);
  await context.close();
}

const hostile = join(work, "hostile");
mkdirSync(hostile);
const payloads = hostileScenarios((name, text) => writeFileSync(join(hostile, name), text));
const one = report("baseline", ["baseline"], "20000");
const several = report("several", ["baseline", "supply-glut"], "5000");
const many = report("many", ["scenarios"], "2000");
const compared = report("compared", ["baseline", "power-limited-grid"], "5000", "--why");
const fixed = report("static", ["scenarios/examples/ishigami.json"], "2000");
const drivers = report("drivers", ["scenarios/examples/market-fan.json"], "5000", "--sensitivity");
const heat = sweep(
  "heat", "300", "scenarios/examples/market-fan.json",
  "--vary", "constraints.power.start=6..14/12", "--vary", "constraints.cooling.start=6..14/12",
);
const line = sweep(
  "line", "500", "scenarios/examples/market-fan.json", "--vary", "constraints.power.start=6..14/9", "--compare",
);
const solve = (name, ...options) =>
  page(name, "--report", "solve", "scenarios/examples/market-fan.json", "--paths", "1000", ...options);
const answer = solve("answer", "--for", "probability(report_2031) = 30%", "--vary", "constraints.power.start=6..14");
const frontier = solve(
  "frontier", "--for", "median(market, 2031) = 34", "--vary", "constraints.power.start=6..14",
  "--vary", "constraints.cooling.start=6..14",
);
const evil = report("hostile", [hostile], "200");
writeFileSync(join(work, "atom.json"), JSON.stringify(ATOM));
const atom = report("atom", [join(work, "atom.json")], "5000", "--charts-of", "demand, market[2026]");
const again = report("baseline-again", ["baseline"], "20000");
const bytes = ({ url }) => readFileSync(new URL(url));
expect(bytes(one).equals(bytes(again)), "two reports of the same run differ");

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, headless: true, args: FLAGS });
try {
  // Views wait for pictures and animations most of the time, so they share the processors.
  await Promise.all(VIEWS.map(async (view) => {
    const context = await browser.newContext({ viewport: { width: view.width, height: 900 }, colorScheme: view.scheme });
    // What runs or overflows does so in any theme, and the long pages take long.
    const long = view.scheme === "light" ? [many, evil] : [];
    for (const target of [one, several, compared, fixed, atom, drivers, heat, line, answer, frontier, ...long]) {
      const { page, where } = await open(context, target, view);
      if (target === one) await hovers(page, where);
      await page.mouse.move(0, 0);
      await page.evaluate(() => scrollTo(0, 0));
      await inspect(page, where);
      await complete(page, where);
      if (target === atom) await onCeiling(page, where);
      if (target === compared) await comparison(page, where, view);
      // The long pages have the same parts many times over.
      if (target !== many && target !== evil) {
        await page.screenshot({ path: join(shots, `${target.name}-${view.width}-${view.scheme}.png`), fullPage: true });
        if (ACCESSIBLE.includes(view)) await accessible(page, where);
      }
      await page.close();
    }
    await context.close();
  }));
  await control(browser);
  await withoutScript(browser, one);
  for (const target of [one, compared, fixed, atom, drivers, heat, line, answer, frontier]) await printed(browser, target);
} finally {
  await browser.close();
  rmSync(work, { recursive: true, force: true });
}

for (const failure of failures) console.error(`FAILED ${failure}`);
console.log(`report-check: ${checks} checks, ${payloads} payloads, ${failures.length} failures`);
process.exitCode = failures.length > 0 ? 1 : 0;
