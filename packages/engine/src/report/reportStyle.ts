/** The page's own style; charts bring theirs. */
export const REPORT_STYLE = `
:root{color-scheme:light dark;--ground:#f6f7f9;--card:#fff;--ink:#14181d;--quiet:#5a6470;--line:#e0e4e9;--good:#12805c;--bad:#c2371f;--accent:#2a78d6}
@media(prefers-color-scheme:dark){:root{--ground:#0f1215;--card:#16191d;--ink:#eef1f4;--quiet:#9aa5b1;--line:#2a3037;--good:#3fc79b;--bad:#ff8a6b;--accent:#6aa9f4}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:1120px;margin:0 auto;padding:24px 20px 60px}
h1{font-size:22px;margin:0;display:flex;flex-wrap:wrap;gap:12px;align-items:center;overflow-wrap:anywhere}
h2{font-size:16px;margin:32px 0 10px}
h3{font-size:13px;font-weight:600;margin:14px 0 6px;color:var(--quiet)}
.quiet{color:var(--quiet);font-size:13px;margin:4px 0;overflow-wrap:anywhere}
.status{font-size:12px;font-weight:600;border:1px solid currentColor;border-radius:99px;padding:1px 10px;color:var(--accent)}
.status.finished{color:var(--good)}.status.failed{color:var(--bad)}.status.stopped{color:var(--quiet)}
.error{color:var(--bad);background:var(--card);border:1px solid var(--bad);border-radius:8px;padding:8px 12px;overflow-wrap:anywhere}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(170px,1fr));gap:12px;margin-top:18px}
.tile{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:10px 14px;display:flex;flex-direction:column}
.tile strong{font-size:22px;font-variant-numeric:tabular-nums}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(460px,100%),1fr));gap:14px}
figure{margin:0;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:8px}
.chart{display:block;width:100%;height:auto}
.samples{display:grid;grid-template-columns:repeat(auto-fill,minmax(120px,1fr));gap:10px}
.sample{font-size:12px;line-height:1.35;border-top-width:3px}
.sample img{width:100%;aspect-ratio:1;object-fit:contain;border-radius:4px;image-rendering:pixelated;background:var(--ground)}
.sample.right{border-top-color:var(--good)}.sample.wrong{border-top-color:var(--bad)}
.scroll{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:10px}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;width:100%;font-size:13px}
th,td{padding:5px 12px;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
tbody tr:last-child>*{border-bottom:0}
th{color:var(--quiet);font-weight:600}
.best{font-weight:700;color:var(--good)}
.confusion{width:auto}.confusion td,.confusion th{padding:4px 9px;text-align:center;border:0}
.hit{background:color-mix(in srgb,var(--good) calc(var(--share)*60%),transparent)}.miss{background:color-mix(in srgb,var(--bad) min(calc(var(--share)*200%),60%),transparent)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 18px;margin:0;font-size:13px;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:12px 16px}
dt{color:var(--quiet)}dd{margin:0;overflow-wrap:anywhere}
details{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:8px 16px}
summary{cursor:pointer}pre{overflow-x:auto;font-size:12px;line-height:1.45}
@media print{body{background:#fff}figure,.tile{break-inside:avoid}}
`.replaceAll('\n', '')
