// What the status page and a stack's page show, as values: texts that are ready but for escaping. Pure.
#pragma once

#include "ledger/entries.hpp"
#include "serve/board.hpp"
#include "serve/page_corrections.hpp"
#include "serve/page_filters.hpp"
#include "serve/page_words.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mooring::serve {

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
    Moment now;
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
    std::string version;
    Moment now;
};
RunsModel runs_model(const Board& board, const std::vector<ledger::Run>& runs, UnixSeconds now);

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
    Moment now;
};
// nullopt: neither board nor history know the stack.
std::optional<StackModel> stack_model(const Board& board, const StackKey& key,
                                      const std::vector<ledger::Spell>& history, UnixSeconds now);

// The pieces of a history between two times; what lies between spells stays empty: nothing was observed then.
std::vector<BarPiece> strip_of(const std::vector<ledger::Spell>& history, UnixSeconds from, UnixSeconds to);

} // namespace mooring::serve
