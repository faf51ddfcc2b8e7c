#include "serve/page.hpp"

namespace mooring::serve {
namespace {

// Around `body`; skip_to is the id of what it is about.
std::string page_of(std::string_view skip_to, std::string_view skip, std::string_view body) {
    std::string out = R"~(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{{title}} – Mooring</title>
<link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/style.css">
</head>
<body>
)~";
    out.append("<a class=\"skip\" href=\"#").append(skip_to).append("\">").append(skip).append("</a>\n");
    out += R"~(<header class="top">
<a class="brand" href="/"><img src="/icon.svg" alt="" width="24" height="24">Mooring</a>
<p class="clock">{{#as_of}}newest run <time datetime="{{machine}}">{{words}}</time>{{/as_of}}{{^as_of}}no run yet{{/as_of}}</p>
</header>
<main>
)~";
    out += body;
    out += R"~(</main>
<footer><p>Mooring {{version}}{{#links}} · <a href="{{href}}">{{label}}</a>{{/links}}</p></footer>
</body>
</html>
)~";
    return out;
}

constexpr std::string_view status_body = R"~(<section class="hero {{tone}}" aria-labelledby="headline">
<span class="lamp" aria-hidden="true"></span>
<div>
<h1 id="headline">{{headline}}</h1>
{{#more}}<p>{{text}}</p>{{/more}}
</div>
{{#has_shares}}<svg class="bar shares" viewBox="0 0 1000 8" preserveAspectRatio="none" shape-rendering="crispEdges" aria-hidden="true">{{#shares}}<rect class="{{tone}}" x="{{x}}" y="0" width="{{width}}" height="8"><title>{{title}}</title></rect>{{/shares}}</svg>{{/has_shares}}
</section>
{{#warnings}}<p class="warning" role="note"><strong>Note</strong> {{#pieces}}{{>prose}}{{/pieces}}</p>
{{/warnings}}{{#unread}}<p class="warning" role="note"><strong>Not read</strong> {{text}}; <a href="#servers">see below for the reason</a>.</p>
{{/unread}}
<nav class="filters" aria-label="Filter by verdict">
<ul>
{{#verdicts}}<li><a class="chip {{tone}}" href="{{href}}"{{#current}} aria-current="true"{{/current}}>{{label}} <b>{{count}}</b></a></li>
{{/verdicts}}
</ul>
</nav>
{{#has_environments}}<nav class="filters small" aria-label="Filter by environment">
<ul>
{{#environments}}<li><a class="chip {{tone}}" href="{{href}}"{{#current}} aria-current="true"{{/current}}>{{label}} <b>{{count}}</b></a></li>
{{/environments}}
</ul>
</nav>
{{/has_environments}}{{#has_sources}}<nav class="filters small" aria-label="Filter by server">
<ul>
{{#sources}}<li><a class="chip {{tone}}" href="{{href}}"{{#current}} aria-current="true"{{/current}}>{{label}} <b>{{count}}</b></a></li>
{{/sources}}
</ul>
</nav>
{{/has_sources}}
<section id="stacks" aria-labelledby="stacks-title" tabindex="-1">
<div class="section-head">
<h2 id="stacks-title">Stacks</h2>
<form class="search" role="search" action="/" method="get">
<label for="name">Name</label> <input id="name" name="name" type="search" value="{{search}}" autocomplete="off">
{{#kept}}<input type="hidden" name="{{name}}" value="{{value}}">
{{/kept}}<button type="submit">Find</button>
</form>
</div>
{{#pager}}<nav class="pager" aria-label="Pages"><p>{{words}}</p>{{#previous}}<a class="chip all" href="{{text}}" rel="prev">Previous</a>{{/previous}}{{#next}}<a class="chip all" href="{{text}}" rel="next">Next</a>{{/next}}</nav>
{{/pager}}{{#has_rows}}<table class="stacks">
<thead><tr><th scope="col">Stack</th><th scope="col">Verdict</th><th scope="col">For</th><th scope="col">What differs, or why</th></tr></thead>
<tbody>
{{#rows}}<tr>
<th scope="row"><a href="{{href}}">{{name}}</a><span class="where">{{environment}}{{#with_server}} on {{server}}{{/with_server}}</span></th>
<td><span class="badge {{tone}}"><span aria-hidden="true">{{sign}}</span> {{verdict}}</span></td>
<td class="since"><time datetime="{{since.machine}}" title="{{since.words}}">{{age}}</time>{{#seen}}<span class="where">seen {{text}}</span>{{/seen}}</td>
<td class="brief">{{#brief}}{{>prose}}{{/brief}}</td>
</tr>
{{/rows}}
</tbody>
</table>
{{#pager}}<nav class="pager" aria-label="Pages, below the table"><p>{{words}}</p>{{#previous}}<a class="chip all" href="{{text}}" rel="prev">Previous</a>{{/previous}}{{#next}}<a class="chip all" href="{{text}}" rel="next">Next</a>{{/next}}</nav>
{{/pager}}{{/has_rows}}{{^has_rows}}<p class="empty">{{empty}}</p>
{{/has_rows}}
{{#hidden}}<p class="hidden">{{text}} <a href="/">Show all stacks</a></p>
{{/hidden}}
</section>
{{#corrections}}<section class="corrections">
<h2>Corrections{{#with_server}} on {{server}}{{/with_server}}</h2>
{{#halted}}<p class="warning" role="note"><strong>Nothing is written</strong> {{#pieces}}{{>prose}}{{/pieces}}</p>
{{/halted}}{{#under_way}}<p class="remedy"><strong>Under way</strong> {{#pieces}}{{>prose}}{{/pieces}}</p>
{{/under_way}}{{#has_steps}}<table class="spells runs">
<caption>What would be done, and what stands in the way</caption>
<thead><tr><th scope="col">Stack</th><th scope="col">Step</th><th scope="col">Why, and what to do</th></tr></thead>
<tbody>
{{#steps}}<tr><th scope="row"><a href="{{href}}">{{name}}</a><span class="where">{{environment}}</span></th><td><span class="badge {{tone}}">{{state}}</span></td><td class="brief">{{#brief}}{{>prose}}{{/brief}}{{#remedy}}<span class="where">{{text}}</span>{{/remedy}}</td></tr>
{{/steps}}
</tbody>
</table>
{{#more}}<p class="hidden">{{text}}</p>
{{/more}}{{/has_steps}}{{^has_steps}}<p class="empty">{{#empty}}{{>prose}}{{/empty}}</p>
{{/has_steps}}{{#has_done}}<table class="spells runs">
<caption>What was done</caption>
<thead><tr><th scope="col">Stack</th><th scope="col">When</th><th scope="col">Outcome</th><th scope="col">What</th></tr></thead>
<tbody>
{{#done}}<tr><th scope="row"><a href="{{href}}">{{name}}</a><span class="where">{{environment}}</span></th><td><time datetime="{{at.machine}}">{{at.words}}</time></td><td><span class="badge {{tone}}">{{state}}</span></td><td class="brief">{{#brief}}{{>prose}}{{/brief}}</td></tr>
{{/done}}
</tbody>
</table>
{{/has_done}}</section>
{{/corrections}}<section id="servers" aria-labelledby="servers-title" tabindex="-1">
<h2 id="servers-title">Servers</h2>
<ul class="cards">
{{#servers}}<li class="card">
<h3><a href="{{href}}">{{name}}</a></h3>
<p class="url">{{url}}</p>
{{#problem}}<p class="problem">{{#pieces}}{{>prose}}{{/pieces}}</p>{{/problem}}
<dl>
<div><dt>Seen as</dt><dd>{{identity}}</dd></div>
<div><dt>Result</dt><dd>{{shares}}</dd></div>
<div><dt>Last run</dt><dd>{{last}}</dd></div>
<div><dt>Next run</dt><dd>{{next}}</dd></div>
</dl>
</li>
{{/servers}}
</ul>
</section>
)~";

constexpr std::string_view stack_body =
    R"~(<nav class="crumbs" aria-label="Where you are"><a href="/">All stacks</a> <span aria-hidden="true">/</span> <a href="{{environment_href}}">{{environment}}</a> <span aria-hidden="true">/</span> <span aria-current="page">{{name}}</span></nav>
<section class="stack-head" aria-labelledby="name">
<h1 id="name">{{name}}</h1>
{{#shown}}<p><span class="badge big {{tone}}"><span aria-hidden="true">{{sign}}</span> {{verdict}}</span> <span class="where">for <time datetime="{{since.machine}}" title="{{since.words}}">{{age}}</time>{{#seen}}, seen so for {{text}}{{/seen}}, in {{environment}} on {{server}}</span></p>
{{#out_of_sync}}<p>{{text}}</p>{{/out_of_sync}}{{/shown}}
{{^shown}}<p class="warning" role="note">This stack is not among those that are watched now; below is what the ledger knows of it.</p>{{/shown}}
</section>
<section id="what" aria-labelledby="what-title" tabindex="-1">
<h2 id="what-title">{{#has_changes}}What differs{{/has_changes}}{{^has_changes}}Verdict{{/has_changes}}</h2>
{{#reasons}}<p>{{#pieces}}{{>prose}}{{/pieces}}</p>
{{/reasons}}{{#has_changes}}
<table class="changes">
<thead><tr><th scope="col">Where</th><th scope="col">Desired</th><th scope="col">Actual</th></tr></thead>
<tbody>
{{#changes}}<tr>
<th scope="row"><code>{{path}}</code><span class="where">{{plane}}{{#place}} · {{text}}{{/place}}{{#note}} · {{text}}{{/note}}</span></th>
<td class="desired"><pre>{{desired}}</pre></td>
<td class="actual"><pre>{{actual}}</pre></td>
</tr>
{{/changes}}
</tbody>
</table>
{{/has_changes}}
{{#remedy}}<p class="remedy"><strong>What to do</strong> {{#pieces}}{{>prose}}{{/pieces}}</p>
{{/remedy}}
{{^has_anything}}<p>Record, file and what runs were read, and agree with the manifest.</p>
{{/has_anything}}
</section>
{{#has_history}}<section aria-labelledby="history-title">
<h2 id="history-title">History</h2>
<figure class="strip">
<svg class="bar" viewBox="0 0 1000 36" preserveAspectRatio="none" role="img" aria-label="Verdicts from {{strip_from.words}} to {{strip_to.words}}; the table below says the same"><rect class="bare" x="0" y="0" width="1000" height="36"/>{{#strip}}<rect class="{{tone}}" x="{{x}}" y="0" width="{{width}}" height="36"><title>{{title}}</title></rect>{{/strip}}</svg>
<figcaption><span>{{strip_from.words}}</span><span>{{strip_to.words}}</span></figcaption>
</figure>
<table class="spells">
<thead><tr><th scope="col">Verdict</th><th scope="col">From</th><th scope="col">Last seen so</th><th scope="col">What</th></tr></thead>
<tbody>
{{#spells}}<tr><th scope="row"><span class="badge {{tone}}"><span aria-hidden="true">{{sign}}</span> {{verdict}}</span></th><td><span class="label">From </span><time datetime="{{from.machine}}">{{from.words}}</time></td><td><span class="label">Last seen so </span><time datetime="{{to.machine}}">{{to.words}}</time></td><td class="brief">{{#brief}}{{>prose}}{{/brief}}</td></tr>
{{/spells}}
</tbody>
</table>
</section>
{{/has_history}}
{{#shown}}<section aria-labelledby="evidence-title">
<h2 id="evidence-title">Evidence</h2>
<dl class="facts">
{{#place}}<div><dt>Manifest</dt><dd><code>{{text}}</code></dd></div>{{/place}}
{{#owner}}<div><dt>Owner</dt><dd>{{text}}</dd></div>{{/owner}}
{{#portainer}}<div><dt>Portainer</dt><dd><a href="{{text}}">Look at it there</a></dd></div>{{/portainer}}
{{#rule}}<div><dt>Rule</dt><dd>{{text}}</dd></div>{{/rule}}
</dl>
{{#has_evidence}}<ol class="evidence">
{{#evidence}}<li><code>{{text}}</code></li>
{{/evidence}}
</ol>{{/has_evidence}}
{{#has_asides}}<ul class="asides">
{{#asides}}<li>{{#pieces}}{{>prose}}{{/pieces}}</li>
{{/asides}}
</ul>{{/has_asides}}
</section>{{/shown}}
)~";

constexpr std::string_view runs_body =
    R"~(<nav class="crumbs" aria-label="Where you are"><a href="/">All stacks</a> <span aria-hidden="true">/</span> <span aria-current="page">Runs</span></nav>
<section id="runs" aria-labelledby="runs-title" tabindex="-1">
<h1 id="runs-title">Runs</h1>
<p class="hidden">{{^pager}}{{#has_rows}}The newest {{count}}, newest first. {{/has_rows}}{{/pager}}{{#under_way}}Under way: {{text}}.{{/under_way}}</p>
{{#pager}}<nav class="pager" aria-label="Pages"><p>{{words}}</p>{{#previous}}<a class="chip all" href="{{text}}">Newest</a>{{/previous}}{{#next}}<a class="chip all" href="{{text}}" rel="next">Older</a>{{/next}}</nav>
{{/pager}}{{#has_rows}}<table class="spells runs">
<thead><tr><th scope="col">Run</th><th scope="col">Began</th><th scope="col">Servers</th><th scope="col">Why</th><th scope="col">Outcome</th></tr></thead>
<tbody>
{{#rows}}<tr><th scope="row">{{number}}</th><td><time datetime="{{began.machine}}">{{began.words}}</time></td><td>{{servers}}</td><td>{{why}}</td><td class="brief"><span class="badge {{tone}}">{{outcome}}</span>{{#counts}}<span class="where">{{text}}</span>{{/counts}}</td></tr>
{{/rows}}
</tbody>
</table>
{{#pager}}<nav class="pager" aria-label="Pages, below the table"><p>{{words}}</p>{{#previous}}<a class="chip all" href="{{text}}">Newest</a>{{/previous}}{{#next}}<a class="chip all" href="{{text}}" rel="next">Older</a>{{/next}}</nav>
{{/pager}}{{/has_rows}}{{^has_rows}}<p class="empty">{{#empty}}{{>prose}}{{/empty}}</p>
{{/has_rows}}
</section>
)~";

constexpr std::string_view no_such_stack_body = R"~(<section id="missing" aria-labelledby="missing-title" tabindex="-1">
<h1 id="missing-title">There is no such stack</h1>
<p class="empty">No stack of this address is watched, and the ledger knows none: its name, its environment or its server may have changed. <a href="/">Show all stacks</a></p>
</section>
)~";

} // namespace

std::string status_template() { return page_of("stacks", "Skip to the stacks", status_body); }

std::string runs_template() { return page_of("runs", "Skip to the runs", runs_body); }

std::string no_such_stack_template() { return page_of("missing", "Skip to what is missing", no_such_stack_body); }

std::string stack_template() { return page_of("what", "Skip to what differs", stack_body); }

} // namespace mooring::serve
