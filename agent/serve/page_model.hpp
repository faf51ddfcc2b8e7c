// What the status page and a stack's page show, as values: texts that are ready but for escaping. Pure.
#pragma once

#include "ledger/entries.hpp"
#include "serve/board.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::serve {

// The colour of a verdict: a class of the style sheet. Denied has one that nothing else has.
std::string_view tone_of(Verdict verdict);
// A sign beside the word, so that colour is never the only difference.
std::string_view sign_of(Verdict verdict);

// "now", "4 min", "3 h", "12 days": how long ago.
std::string age_words(UnixSeconds seconds);

// "is-good", "Everything is in sync", ...: the page's headline.
struct Headline {
    std::string tone; // good, drift, blind, waiting
    std::string text; // one sentence
    std::string more; // coverage and score; "" without any
};
Headline headline_of(const Board& board);

struct Filter {
    std::string label; // "drifted"
    std::size_t count = 0;
    std::string href;
    std::string tone;
    bool current = false;
};

struct StackRow {
    std::string href;
    std::string name;
    std::string server;
    std::string environment;
    std::string verdict; // words
    std::string tone;
    std::string sign;
    std::string since; // "2026-11-25T09:00:00Z"
    std::string age;
    std::string brief; // what differs, or why
};

struct ServerCard {
    std::string name;
    std::string url;
    std::string identity; // "alice, user"; "" unknown
    std::string shares;   // "coverage 78 %, score 61 %"
    std::string last;     // "3 min ago, 0.8 s"
    std::string next;     // "in 4 min", "under way"
    std::string problem;  // why it could not be judged; "" if it could
};

struct StatusModel {
    Headline headline;
    std::vector<std::string> warnings; // manifests, ledger
    std::vector<Filter> verdicts;      // "all" first
    std::vector<Filter> environments;  // none where there is only one
    std::vector<StackRow> rows;        // what needs a person first
    std::size_t hidden = 0;            // stacks that the filters leave out
    std::vector<ServerCard> servers;
    std::string version;
    std::string now;
};
// Query: verdict, server, environment.
StatusModel status_model(const Board& board, const std::map<std::string, std::string>& query, UnixSeconds now);

struct ChangeRow {
    std::string plane;
    std::string path;
    std::string desired;
    std::string actual;
    std::string note;  // "accepted by waiver old-nginx"
    std::string place; // "manifests/shop.yaml:3"
};

// One piece of the history's strip; x and width in thousandths.
struct StripPiece {
    int x = 0;
    int width = 0;
    std::string tone;
    std::string title; // "drifted, 2026-11-24T… to …"
};

struct SpellRow {
    std::string verdict;
    std::string tone;
    std::string sign;
    std::string from;
    std::string to;
    std::string brief;
};

struct StackModel {
    std::string name;
    std::string environment;
    std::string server;
    std::string verdict;
    std::string tone;
    std::string sign;
    std::string since;
    std::string age;
    std::string place;
    std::string owner;
    std::vector<ChangeRow> changes;
    std::vector<std::string> reasons;
    std::string remedy;
    std::vector<std::string> asides;   // notes, ignored differences
    std::vector<std::string> evidence; // requests and what came back
    std::string rule;
    std::vector<StripPiece> strip; // empty without a history
    std::string strip_from;
    std::string strip_to;
    std::vector<SpellRow> spells; // newest first, at most 50
    bool shown = true;            // false: only the history knows it
    std::string version;
    std::string now;
};
// nullopt: neither board nor history know the stack.
std::optional<StackModel> stack_model(const Board& board, const StackKey& key,
                                      const std::vector<ledger::Spell>& history, UnixSeconds now);

// The pieces of a history between two times; what lies between spells stays empty: nothing was observed then.
std::vector<StripPiece> strip_of(const std::vector<ledger::Spell>& history, UnixSeconds from, UnixSeconds to);

} // namespace mooring::serve
