// The words and colours of the pages: tones, signs, times. Pure.
#pragma once

#include "base/clock.hpp"
#include "ledger/entries.hpp"
#include "model/memory.hpp"
#include "model/verdict.hpp"
#include "serve/board.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mooring::serve {

// The colour of a verdict: a class of the style sheet. Denied has one that nothing else has.
std::string_view tone_of(Verdict verdict);
// A sign beside the word, so that colour is never the only difference.
std::string_view sign_of(Verdict verdict);

// "2 h": for how much of the time since then anybody saw it so; "" where that is all of it, in the words of age_words.
std::string seen_words(const Count& count, UnixSeconds now);

// The same text, of which no number stands in another line than its `%`.
std::string unbroken(std::string text);

// A time as the pages write it: for machines "2026-11-25T09:00:00Z", for people "2026-11-25 09:00:00 UTC".
struct Moment {
    std::string machine;
    std::string words;
};
Moment moment_of(UnixSeconds at);
// When the newest run of any server ended, which is how old the newest of the data is; empty without one.
Moment newest_run(const Board& board);

// What the status page shows of correcting: what would be done, what waits or needs a person and the command for it,
// what was done. Never a button. Values; pure.
struct CorrectionRow {
    std::string href; // the stack's page
    std::string name;
    std::string environment;
    std::string state; // "update", "held", "quarantined", "blocked"; of what was done: "done", "not converged"
    std::string tone;
    std::string brief;  // what differs, or why it is not done
    std::string remedy; // what to type or to write; may be empty
    Moment at;          // of what was done
};

// Of one server that the agent may correct.
struct CorrectionsCard {
    std::string server;
    std::string halted;    // why nothing is written to it, with the command; "" if something may be
    std::string under_way; // "update shop/production: its deployment is under way, since ..."; "" if nothing is
    std::vector<CorrectionRow> steps; // those that need a person first
    std::vector<CorrectionRow> done;  // newest first
    std::size_t more = 0;             // steps that are left out
    std::string empty;                // in place of steps
};
std::vector<CorrectionsCard> corrections_of(const Board& board);

// The filters of the status page: which stacks fit a query, and links that change one part of it. Pure.

// verdict, server and environment as they are; name: a part of the stack's name, in any case; page: from 1. Others mean
// nothing.
using Query = std::map<std::string, std::string>;

struct Filter {
    std::string label; // "drifted"
    std::size_t count = 0;
    std::string href;
    std::string tone;
    bool current = false;
};

bool fits(const StackView& stack, const Query& query);

// The status page with another value of one filter; "" takes the filter away.
std::string link_with(Query query, const std::string& name, const std::string& value);

// Which page of the stacks is asked for, from 1; 1 for what is no number.
std::size_t page_asked(const Query& query);
// Runs before which one are asked for; 0: from the newest on, also for what is no number.
std::int64_t before_asked(const Query& query);
constexpr std::size_t runs_a_page = 100;
// The same filters on another page.
std::string link_to_page(const Query& query, std::size_t page);

// What a search by name must hand on: the other filters and their values.
std::vector<std::pair<std::string, std::string>> beside_name(const Query& query);

// "all" first; verdicts that no stack has are left out.
std::vector<Filter> verdict_filters(const std::vector<const StackView*>& stacks, const Query& query);
// By environment or server, "every environment" first, at most 40 beside it; none where there is only one.
std::vector<Filter> environment_filters(const std::vector<const StackView*>& stacks, const Query& query);
std::vector<Filter> server_filters(const std::vector<const StackView*>& stacks, const Query& query);

// What the status page and a stack's page show, as values: texts that are ready but for escaping. Pure.
struct Headline {
    std::string tone; // good, drift, blind, waiting
    std::string text; // one sentence
    std::string more; // coverage and score; "" without any
};
Headline headline_of(const Board& board);

// One piece of a bar; x and width in thousandths of it.
struct BarPiece {
    int x = 0;
    int width = 0;
    std::string tone;
    std::string title; // "drifted, 2026-11-24 … to …"
};

struct StackRow {
    std::string href;
    std::string name;
    std::string server;
    std::string environment;
    std::string verdict; // words
    std::string tone;
    std::string sign;
    Moment since;
    std::string age;
    std::string seen;  // for how much of it anybody saw it so; "" for all of it
    std::string brief; // what differs, or why
};

struct ServerCard {
    std::string name;
    std::string href; // its stacks alone
    std::string url;
    std::string identity; // "alice, user"; "" unknown
    std::string shares;   // "coverage 78 %, score 61 %"
    std::string last;     // "3 min ago, 0.8 s"
    std::string next;     // "in 4 min", "under way"
    std::string problem;  // why it could not be judged; "" if it could
};

// Where a page stands among the others.
struct Pager {
    std::string words;    // "Stacks 501 to 701 of 701, those that need a person first."; "" where there is one page
    std::string previous; // addresses; "" where there is none
    std::string next;
};

struct StatusModel {
    Headline headline;
    std::vector<BarPiece> shares;                          // of each verdict among all stacks
    std::vector<std::string> warnings;                     // manifests, ledger
    std::string unread;                                    // names of the servers that the newest run could not judge
    std::vector<Filter> verdicts;                          // "all" first
    std::vector<Filter> environments;                      // none where there is only one
    std::vector<Filter> sources;                           // the servers; none where there is only one
    std::string search;                                    // part of a name that is looked for
    std::vector<std::pair<std::string, std::string>> kept; // what the search leaves as it is in the query
    std::vector<StackRow> rows;                            // what needs a person first, at most 500 a page
    Pager pager;                                           // where there is more than one page
    std::size_t hidden = 0;                                // stacks that the filters leave out
    std::string empty;                                     // why there is no row
    std::vector<CorrectionsCard> corrections;              // of the servers that the agent may correct
    std::vector<ServerCard> servers;
    std::string version;
    Moment as_of;
};
StatusModel status_model(const Board& board, const Query& query, UnixSeconds now);

struct RunRow {
    std::string number;
    std::string tone;
    std::string servers; // "main, branch"
    std::string why;     // "interval", "a change of the manifests", ...
    Moment began;
    std::string outcome; // "exit 2: drift"
    std::string counts;  // "in sync 11, drifted 2; coverage 78 %, score 61 %"; "" where nothing was judged
};

// The newest runs as the ledger has them, newest first.
struct RunsModel {
    std::vector<RunRow> rows;
    std::string under_way; // "main, branch"; "" none
    std::string empty;     // why there is no row
    Pager pager;           // where there is more than one page; `previous` is the newest one
    std::string version;
    Moment as_of;
};
// `runs`: those before the run that `query` names, one more than a page shows where older ones follow.
RunsModel runs_model(const Board& board, const Query& query, std::vector<ledger::Run> runs);

struct ChangeRow {
    std::string plane;
    std::string path;
    std::string desired;
    std::string actual;
    std::string note;  // "accepted by waiver old-nginx"
    std::string place; // "manifests/shop.yaml:3"
};

struct SpellRow {
    std::string verdict;
    std::string tone;
    std::string sign;
    Moment from;
    Moment to;
    std::string brief;
};

struct StackModel {
    std::string name;
    std::string environment;
    std::string server;
    std::string verdict;
    std::string tone;
    std::string sign;
    Moment since;
    std::string age;
    std::string seen;        // for how much of it anybody saw it so; "" for all of it
    std::string out_of_sync; // since when, if that began under another verdict: a sentence; "" otherwise
    std::string place;
    std::string owner;
    std::string portainer; // the address of its page in Portainer; "" where there is none
    std::vector<ChangeRow> changes;
    std::vector<std::string> reasons;
    std::string remedy;
    std::vector<std::string> asides;   // notes, ignored differences
    std::vector<std::string> evidence; // requests and what came back
    std::string rule;
    std::vector<BarPiece> strip; // empty without a history
    Moment strip_from;
    Moment strip_to;
    std::vector<SpellRow> spells; // newest first, at most 50
    bool shown = true;            // false: only the history knows it
    std::string version;
    Moment as_of;
};
// nullopt: neither board nor history know the stack.
std::optional<StackModel> stack_model(const Board& board, const StackKey& key,
                                      const std::vector<ledger::Spell>& history, UnixSeconds now);

// The pieces of a history between two times; what lies between spells stays empty: nothing was observed then.
std::vector<BarPiece> strip_of(const std::vector<ledger::Spell>& history, UnixSeconds from, UnixSeconds to);

// The status page: models -> HTML. No script; the style sheet is one file beside it.
std::string status_page(const StatusModel& model);
std::string stack_page(const StackModel& model);
std::string runs_page(const RunsModel& model);
// For an address below /stacks/ that no stack has.
std::string no_such_stack_page(const Moment& as_of, const std::string& version);
// What /style.css and /icon.svg answer.
std::string_view style_sheet();
std::string_view icon();

// The pages' mustache templates. Everything in {{ }} is escaped; nothing is put in raw.
std::string status_template();
std::string stack_template();
std::string runs_template();
std::string no_such_stack_template();

} // namespace mooring::serve
