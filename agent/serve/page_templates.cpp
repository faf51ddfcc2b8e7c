#include "serve/page_templates.hpp"

namespace mooring::serve {

std::string_view status_template() {
    return R"~(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{{title}} – Mooring</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<a class="skip" href="#stacks">Skip to the stacks</a>
<header class="top">
<a class="brand" href="/"><svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="5" r="2.5"/><path d="M12 7.5V21M7 11h10M4 14c0 4.5 3.5 7 8 7s8-2.5 8-7"/></svg>Mooring</a>
<p class="clock">as of <time datetime="{{now}}">{{now}}</time></p>
</header>
<main>
<section class="hero {{tone}}" aria-labelledby="headline">
<span class="lamp" aria-hidden="true"></span>
<div>
<h1 id="headline">{{headline}}</h1>
{{#more}}<p>{{text}}</p>{{/more}}
</div>
</section>
{{#warnings}}<p class="warning" role="note"><strong>Note</strong> {{text}}</p>
{{/warnings}}
<nav class="filters" aria-label="Filter by verdict">
<ul>
{{#verdicts}}<li><a class="chip {{tone}}" href="{{href}}"{{#current}} aria-current="true"{{/current}}>{{label}} <b>{{count}}</b></a></li>
{{/verdicts}}
</ul>
</nav>
{{#has_environments}}<nav class="filters small" aria-label="Filter by environment">
<ul>
{{#environments}}<li><a class="chip {{tone}}" href="{{href}}"{{#current}} aria-current="true"{{/current}}>{{label}}</a></li>
{{/environments}}
</ul>
</nav>
{{/has_environments}}
<section id="stacks" aria-labelledby="stacks-title" tabindex="-1">
<h2 id="stacks-title">Stacks</h2>
{{#has_rows}}<table class="stacks">
<thead><tr><th scope="col">Stack</th><th scope="col">Verdict</th><th scope="col">Since</th><th scope="col">What differs, or why</th></tr></thead>
<tbody>
{{#rows}}<tr>
<th scope="row"><a href="{{href}}">{{name}}</a><span class="where">{{environment}}{{#with_server}} on {{server}}{{/with_server}}</span></th>
<td><span class="badge {{tone}}"><span aria-hidden="true">{{sign}}</span> {{verdict}}</span></td>
<td class="since"><time datetime="{{since}}" title="{{since}}">{{age}}</time></td>
<td class="brief">{{brief}}</td>
</tr>
{{/rows}}
</tbody>
</table>
{{/has_rows}}{{^has_rows}}<p class="empty">{{empty}}</p>
{{/has_rows}}
{{#hidden}}<p class="hidden">{{text}} <a href="/">Show all</a></p>
{{/hidden}}
</section>
<section aria-labelledby="servers-title">
<h2 id="servers-title">Servers</h2>
<ul class="cards">
{{#servers}}<li class="card">
<h3>{{name}}</h3>
<p class="url">{{url}}</p>
{{#problem}}<p class="problem">{{text}}</p>{{/problem}}
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
</main>
<footer><p>Mooring {{version}} · <a href="/v1/stacks">JSON</a> · <a href="/v1/runs">Runs</a> · <a href="/metrics">Metrics</a> · <a href="/v1/openapi.yaml">API</a></p></footer>
</body>
</html>
)~";
}

std::string_view stack_template() {
    return R"~(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{{name}}: {{verdict}} – Mooring</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<a class="skip" href="#what">Skip to what differs</a>
<header class="top">
<a class="brand" href="/"><svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="5" r="2.5"/><path d="M12 7.5V21M7 11h10M4 14c0 4.5 3.5 7 8 7s8-2.5 8-7"/></svg>Mooring</a>
<p class="clock">as of <time datetime="{{now}}">{{now}}</time></p>
</header>
<main>
<nav class="crumbs" aria-label="Where you are"><a href="/">All stacks</a> <span aria-hidden="true">/</span> <a href="{{environment_href}}">{{environment}}</a> <span aria-hidden="true">/</span> <span aria-current="page">{{name}}</span></nav>
<section class="stack-head" aria-labelledby="name">
<h1 id="name">{{name}}</h1>
{{#shown}}<p><span class="badge big {{tone}}"><span aria-hidden="true">{{sign}}</span> {{verdict}}</span> <span class="where">for <time datetime="{{since}}" title="{{since}}">{{age}}</time>, in {{environment}} on {{server}}</span></p>{{/shown}}
{{^shown}}<p class="warning" role="note">This stack is not among those that are watched now; below is what the ledger knows of it.</p>{{/shown}}
</section>
<section id="what" aria-labelledby="what-title" tabindex="-1">
{{#has_changes}}<h2 id="what-title">What differs</h2>
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
{{/has_changes}}{{^has_changes}}<h2 id="what-title">Verdict</h2>
{{/has_changes}}
{{#reasons}}<p>{{text}}</p>
{{/reasons}}
{{#remedy}}<p class="remedy"><strong>What to do</strong> {{text}}</p>
{{/remedy}}
{{^has_anything}}<p>Record, file and what runs were read, and agree with the manifest.</p>
{{/has_anything}}
</section>
{{#has_history}}<section aria-labelledby="history-title">
<h2 id="history-title">History</h2>
<figure class="strip">
<svg viewBox="0 0 1000 36" preserveAspectRatio="none" role="img" aria-label="Verdicts from {{strip_from}} to {{strip_to}}; the table below says the same"><rect class="bare" x="0" y="0" width="1000" height="36"/>{{#strip}}<rect class="{{tone}}" x="{{x}}" y="0" width="{{width}}" height="36"><title>{{title}}</title></rect>{{/strip}}</svg>
<figcaption><span>{{strip_from}}</span><span>{{strip_to}}</span></figcaption>
</figure>
<table class="spells">
<thead><tr><th scope="col">Verdict</th><th scope="col">From</th><th scope="col">Last seen so</th><th scope="col">What</th></tr></thead>
<tbody>
{{#spells}}<tr><th scope="row"><span class="badge {{tone}}"><span aria-hidden="true">{{sign}}</span> {{verdict}}</span></th><td><time datetime="{{from}}">{{from}}</time></td><td><time datetime="{{to}}">{{to}}</time></td><td class="brief">{{brief}}</td></tr>
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
{{#rule}}<div><dt>Rule</dt><dd>{{text}}</dd></div>{{/rule}}
</dl>
{{#has_evidence}}<ol class="evidence">
{{#evidence}}<li><code>{{text}}</code></li>
{{/evidence}}
</ol>{{/has_evidence}}
{{#has_asides}}<ul class="asides">
{{#asides}}<li>{{text}}</li>
{{/asides}}
</ul>{{/has_asides}}
</section>{{/shown}}
</main>
<footer><p>Mooring {{version}} · <a href="{{json_href}}">JSON</a></p></footer>
</body>
</html>
)~";
}

} // namespace mooring::serve
