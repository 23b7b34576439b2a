import { chromium } from "playwright-core";
const b = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox","--disable-gpu"] });
for (const [n,w,s,clipY,h] of [["one",1280,"light",0,2600],["one",390,"dark",0,3000],["several",1280,"dark",0,2000]]) {
  const p = await b.newPage({ viewport: { width: w, height: 900 }, colorScheme: s });
  p.on("console", m => console.log(n, m.text()));
  await p.goto(`file:///tmp/t/shots/${n}.html`);
  await p.screenshot({ path: `/tmp/t/shots/q-${n}-${w}-${s}.png`, fullPage: true, clip: {x:0,y:clipY,width:w,height:h} });
  await p.close();
}
await b.close();
