// The style sheet of the pages, and their icon: phone width and wide, light and dark, paper. Every pair of text and
// ground has a contrast of at least 4.5 (WCAG 2.2 AA).
#include "serve/page.hpp"

namespace mooring::serve {

namespace {

constexpr std::string_view rules = R"~(:root{
--ground:#f7f8fa;--card:#fff;--text:#16202c;--soft:#52606f;--line:#dde3ea;--edge:#7f8c9a;--link:#0b57a4;--focus:#0b57a4;
--good:#0f5132;--good-bg:#d9f2e3;--good-mark:#1f9d5b;
--drifted:#7a3200;--drifted-bg:#ffe8d1;--drifted-mark:#e07a1f;
--missing:#8a1220;--missing-bg:#fde0e2;--missing-mark:#d6303f;
--extra:#5f4300;--extra-bg:#fbefc2;--extra-mark:#c79a11;
--denied:#4b1d8f;--denied-bg:#ebe2fb;--denied-mark:#7c4dce;
--blind:#143f7a;--blind-bg:#dde9fa;--blind-mark:#3d7bd1;
--broken:#7d1050;--broken-bg:#fbe0ef;--broken-mark:#c43a86;
--quiet:#3c4754;--quiet-bg:#e6eaef;--quiet-mark:#8593a3;
--desired-bg:#ecf8f0;--actual-bg:#fdeeee;
}
@media (prefers-color-scheme:dark){:root{
--ground:#10161d;--card:#18212b;--text:#e8eef4;--soft:#a5b2c0;--line:#2b3845;--edge:#6b7a8a;--link:#8cc2ff;--focus:#8cc2ff;
--good:#a4ebc3;--good-bg:#12382a;--good-mark:#35b876;
--drifted:#ffcfa0;--drifted-bg:#47290f;--drifted-mark:#ef8d34;
--missing:#ffb9bf;--missing-bg:#4a1a20;--missing-mark:#ec5a67;
--extra:#f6dd8d;--extra-bg:#3f3310;--extra-mark:#d8ad2b;
--denied:#d6c2ff;--denied-bg:#33235a;--denied-mark:#9a74e6;
--blind:#b7d6ff;--blind-bg:#17325a;--blind-mark:#5b96e6;
--broken:#ffb8dd;--broken-bg:#4a1a36;--broken-mark:#dc5aa2;
--quiet:#c9d3dd;--quiet-bg:#2b3743;--quiet-mark:#75859a;
--desired-bg:#15302a;--actual-bg:#3a1f24;
}}
*{box-sizing:border-box}
html{font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif;background:var(--ground);color:var(--text)}
body{margin:0 auto;max-width:76rem;padding:0 1.25rem 2rem}
a{color:var(--link)}
a:focus-visible,section:focus-visible{outline:3px solid var(--focus);outline-offset:2px;border-radius:4px}
section:focus{outline-offset:8px}
h1,h2,h3,p,ul,ol,dl,dd,figure{margin:0;padding:0}
h1{font-size:1.6rem;line-height:1.25;letter-spacing:-.01em}
h2{font-size:1.05rem;margin:2rem 0 .75rem}
h3{font-size:1.05rem}
code,pre{font:.875rem/1.5 ui-monospace,"SF Mono",Menlo,"Liberation Mono",monospace;overflow-wrap:anywhere}
pre{margin:0;white-space:pre-wrap}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:.5rem;background:var(--card);padding:.5rem 1rem}
.top{display:flex;justify-content:space-between;align-items:center;gap:1rem;padding:1rem 0}
.brand{display:inline-flex;align-items:center;gap:.5rem;font-weight:650;color:var(--text);text-decoration:none;font-size:1.05rem}
.brand img{width:1.5rem;height:1.5rem}
.clock,.where,.url,.hidden,footer{color:var(--soft);font-size:.875rem}
.where{overflow-wrap:anywhere}
.hero{display:flex;flex-wrap:wrap;align-items:center;gap:1rem;background:var(--card);border:1px solid var(--line);border-left:6px solid var(--quiet-mark);border-radius:12px;padding:1.25rem 1.5rem}
.hero p{color:var(--soft);margin-top:.2rem}
.hero div{flex:1;min-width:0}
.lamp{flex:none;width:1.1rem;height:1.1rem;border-radius:50%;background:var(--quiet-mark);box-shadow:0 0 0 5px var(--quiet-bg)}
.hero.good{border-left-color:var(--good-mark)}.hero.good .lamp{background:var(--good-mark);box-shadow:0 0 0 5px var(--good-bg)}
.hero.drift{border-left-color:var(--drifted-mark)}.hero.drift .lamp{background:var(--drifted-mark);box-shadow:0 0 0 5px var(--drifted-bg)}
.hero.blind{border-left-color:var(--blind-mark)}.hero.blind .lamp{background:var(--blind-mark);box-shadow:0 0 0 5px var(--blind-bg)}
.warning,.remedy{background:var(--extra-bg);color:var(--extra);border-radius:10px;padding:.75rem 1rem;margin-top:.75rem;overflow-wrap:anywhere}
.remedy{background:var(--blind-bg);color:var(--blind)}
.warning strong,.remedy strong{margin-right:.5rem}
.warning a{color:inherit}
.filters ul{list-style:none;display:flex;flex-wrap:wrap;gap:.5rem;margin-top:1rem}
.filters.small ul{margin-top:.5rem}
.chip{display:inline-flex;gap:.45rem;align-items:center;padding:.3rem .8rem;border-radius:99px;text-decoration:none;border:1px solid transparent;font-size:.925rem;min-height:2.1rem}
.chip b{font-variant-numeric:tabular-nums}
.chip[aria-current]{border-color:currentColor;box-shadow:inset 0 0 0 1px currentColor;font-weight:600}
.chip:hover{text-decoration:underline}
.chip.all{background:var(--quiet-bg);color:var(--quiet)}
table{width:100%;border-collapse:separate;border-spacing:0;background:var(--card);border:1px solid var(--line);border-radius:12px;overflow:hidden}
thead th{font-size:.8rem;font-weight:600;color:var(--soft);text-align:left;background:var(--ground);border-bottom:1px solid var(--line)}
th,td{padding:.7rem 1rem;text-align:left;vertical-align:top}
tbody th{font-weight:600}
tbody tr+tr>*{border-top:1px solid var(--line)}
.stacks tbody th{min-width:11rem;width:26%;overflow-wrap:anywhere}
.stacks td.brief{min-width:14rem}
.stacks .badge{white-space:normal;border-radius:.8rem}
.stacks td:nth-child(2){min-width:10.5rem}
.stacks tbody tr:hover>*{background:var(--ground)}
.where{display:block;font-weight:400}
.stack-head .where{display:inline}
.since{white-space:nowrap;font-variant-numeric:tabular-nums}
.brief{overflow-wrap:anywhere}
.badge{display:inline-block;white-space:nowrap;padding:.1rem .6rem;border-radius:99px;font-size:.875rem;font-weight:600}
.badge.big{font-size:1rem;padding:.2rem .9rem;margin-right:.5rem}
.chip.good,.badge.good{background:var(--good-bg);color:var(--good)}
.chip.drifted,.badge.drifted{background:var(--drifted-bg);color:var(--drifted)}
.chip.missing,.badge.missing{background:var(--missing-bg);color:var(--missing)}
.chip.extra,.badge.extra{background:var(--extra-bg);color:var(--extra)}
.chip.denied,.badge.denied{background:var(--denied-bg);color:var(--denied)}
.chip.blind,.badge.blind{background:var(--blind-bg);color:var(--blind)}
.chip.broken,.badge.broken{background:var(--broken-bg);color:var(--broken)}
.chip.quiet,.badge.quiet{background:var(--quiet-bg);color:var(--quiet)}
.empty{background:var(--card);border:1px dashed var(--line);border-radius:12px;padding:2.5rem 1rem;text-align:center;color:var(--soft)}
.hidden{padding:.75rem 0}
.pager{display:flex;flex-wrap:wrap;align-items:center;gap:.5rem 1rem;padding:.75rem 0;color:var(--soft);font-size:.925rem}
.pager p{flex:1 1 auto}
.runs .badge{white-space:normal;border-radius:.8rem}
.section-head{display:flex;flex-wrap:wrap;align-items:end;justify-content:space-between;gap:.5rem 1rem;margin:2rem 0 .75rem}
.section-head h2{margin:0}
.search{display:flex;align-items:center;gap:.5rem;font-size:.925rem}
.search label{color:var(--soft)}
.search input,.search button{font:inherit;color:var(--text);background:var(--card);border:1px solid var(--edge);border-radius:8px;padding:.25rem .7rem;min-height:2.1rem;min-width:0}
.search button{cursor:pointer}
.search input:focus-visible,.search button:focus-visible{outline:3px solid var(--focus);outline-offset:1px}
.cards{list-style:none;display:grid;grid-template-columns:repeat(auto-fill,minmax(19rem,1fr));gap:1rem;align-items:start}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:1rem 1.25rem}
.url,.problem{overflow-wrap:anywhere}
.problem{color:var(--missing);margin-top:.4rem}
dl>div{display:flex;gap:.75rem;margin-top:.35rem}
dt{flex:none;width:5.5rem;color:var(--soft)}
dd{text-wrap:balance}
.crumbs{font-size:.925rem;margin-bottom:1rem;overflow-wrap:anywhere}
.stack-head p{margin-top:.6rem}
.changes td{width:32%}
.desired pre,.actual pre{padding:.35rem .6rem;border-radius:6px}
.desired pre{background:var(--desired-bg)}.actual pre{background:var(--actual-bg)}
#what p{margin-top:.75rem;max-width:70ch;overflow-wrap:anywhere}
#what .changes{margin-top:.75rem}
.bar{display:block;width:100%;height:2.25rem;border-radius:8px}
.shares{height:.5rem;border-radius:99px}
.strip figcaption{display:flex;justify-content:space-between;color:var(--soft);font-size:.8rem;margin:.25rem 0 1rem}
.bar .bare{fill:var(--quiet-bg)}.bar .good{fill:var(--good-mark)}.bar .drifted{fill:var(--drifted-mark)}.bar .missing{fill:var(--missing-mark)}
.bar .extra{fill:var(--extra-mark)}.bar .denied{fill:var(--denied-mark)}.bar .blind{fill:var(--blind-mark)}.bar .broken{fill:var(--broken-mark)}.bar .quiet{fill:var(--quiet-mark)}
.spells td,.spells th{font-variant-numeric:tabular-nums}
.spells td:nth-child(2),.spells td:nth-child(3){min-width:9rem}
.evidence,.asides{padding-left:1.4rem;margin-top:.75rem}
.evidence li,.asides li{margin-top:.25rem;overflow-wrap:anywhere}
.spells .label{display:none}
footer{margin-top:2.5rem;border-top:1px solid var(--line);padding-top:1rem}
@media (max-width:44rem){
.spells .label{display:block}
body{padding:0 .9rem 1.5rem}
h1{font-size:1.35rem}
.top{flex-wrap:wrap;gap:.25rem 1rem}
.hero{padding:1rem}
.stacks thead,.spells thead,.changes thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.stacks,.spells,.changes,.stacks tbody,.spells tbody,.changes tbody{display:block}
.stacks tr,.spells tr{display:grid;grid-template-columns:minmax(9rem,1fr) fit-content(11rem);gap:.1rem .75rem;padding:.75rem .9rem}
.changes tr{display:block;padding:.75rem .9rem}
.stacks tbody tr+tr,.spells tbody tr+tr,.changes tbody tr+tr{border-top:1px solid var(--line)}
.stacks tr>*,.spells tr>*,.changes tr>*{padding:0;border:0!important}
.stacks tbody th{grid-row:1/3;width:auto;min-width:0;overflow-wrap:anywhere}
.stacks .badge{text-align:center}
.stacks td,.stacks td:nth-child(2){justify-self:end;min-width:0}
.stacks td.since{color:var(--soft);font-size:.875rem}
.stacks td.brief{min-width:0;grid-column:1/-1;justify-self:start;color:var(--soft);font-size:.925rem}
.spells td.brief,.spells tbody th{grid-column:1/-1}
.spells td,.spells td:nth-child(2),.spells td:nth-child(3){color:var(--soft);font-size:.8rem;min-width:0}
.spells td time{font-size:.75rem;white-space:nowrap}
.spells tr{grid-template-columns:1fr 1fr}
.section-head .search{flex:1 1 100%}
.search input{flex:1}
.changes td{display:block;width:auto;margin-top:.4rem}
.changes td::before{font-size:.8rem;color:var(--soft)}
.changes td.desired::before{content:"Desired"}.changes td.actual::before{content:"Actual"}
}
@media print{
:root{--ground:#fff;--card:#fff;--text:#000;--soft:#333;--line:#999;--link:#000}
html{font-size:10pt}
body{max-width:none;padding:0}
.skip,.filters,.search,.crumbs,.pager a,footer{display:none}
thead{display:table-header-group}
tr,.card{break-inside:avoid}
.badge,.hero,.bar rect,.desired pre,.actual pre{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
)~";

} // namespace

std::string_view style_sheet() { return rules; }

std::string_view icon() {
    return R"~(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#2f7fd1" stroke-width="2" stroke-linecap="round">
<circle cx="12" cy="5" r="2.5"/><path d="M12 7.5V21M7 11h10M4 14c0 4.5 3.5 7 8 7s8-2.5 8-7"/>
</svg>
)~";
}

} // namespace mooring::serve
