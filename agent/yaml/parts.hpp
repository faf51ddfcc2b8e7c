// What the readers by a library have in common: the text before they see it, the tree after, where yaml-cpp needs
// help; and what a plain date is. Private to this folder.
#pragma once

#include "yaml/node.hpp"

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

namespace mooring::yaml {

// Bytes -> text that the parser may see: checked UTF-8 without byte order mark, with line feeds as the only
// line ends.

// A view of `bytes` (or of `store`, when line ends had to be rewritten) that is YAML's character set. The problem's
// code is "encoding".
std::expected<std::string_view, Problem> decode(std::string_view bytes, std::string& store);

// What libyaml takes for line ends or skips at the start of a line, and yaml-cpp takes for characters.
bool has_odd_characters(std::string_view text);

// Keys that stand twice in one mapping.

// The second of two equal keys as a problem of the code "duplicate-key"; nullopt if all keys differ. Quoting makes no
// difference; keys that are lists or mappings are not looked into.
std::optional<Problem> find_duplicate_key(const Node& mapping);

// Merge keys (`<<`) written out.

// Replaces every plain `<<` below `node` by the entries it stands for: an explicit key beats a merged one, an earlier
// mapping of a list beats a later one, and values are not merged into each other. A problem of the code "merge-key" if
// its value is neither a mapping nor a list of mappings. Recurses as deep as the tree, which is bounded by
// Limits::depth.
std::optional<Problem> write_out_merge_keys(Node& node);

// What yaml-cpp says about a broken text, in words that name the cure.

// `message` is yaml-cpp's, about the place `mark` of `text`. What is not known here stays as it is.
std::string in_plain_words(std::string_view message, std::string_view text, Mark mark);

// Where yaml-cpp and YAML disagree: mistakes that it lets pass and that would silently drop a part of a text.

// Offset behind the tag and anchor of the node at `offset`.
std::size_t skip_properties(std::string_view text, std::size_t offset);

// Whether the scalar at `offset` is quoted and its closing quote is missing: yaml-cpp takes the end of the text for it.
bool is_quote_open(std::string_view text, std::size_t offset);

// Whether the plain key of a block mapping at `offset` has no colon: yaml-cpp takes the last line of a text for a key
// without value.
bool is_colon_missing(std::string_view text, std::size_t offset);

// Gives a folded scalar that keeps its line ends (`>+`, at `offset`) the one that yaml-cpp loses when empty lines
// follow.
void restore_kept_line(std::string_view text, std::size_t offset, std::string& value);

// A line that starts with % where no document follows: yaml-cpp drops it, or what stands behind it.
std::optional<Problem> find_stray_directive(std::string_view text);

// Plain dates, which Docker's loader reads as points in time.

// The text Go prints for a plain `2024-01-31`, `2024-1-31T10:00:00Z` or `2024-01-31 10:00:00.5`: "2024-01-31 10:00:00.5
// +0000 UTC" (or "+0200 +0200"); nullopt if `text` is no such date.
std::optional<std::string> timestamp_text(std::string_view text);

// The second way to read a text, behind the quick reader: libyaml's events, a seventh of the cost of yaml-cpp's, and
// the parser that Docker's loader has (go-yaml is a port of it). It takes every text of correct YAML; what it refuses
// is yaml-cpp's, which says what is wrong. That both give the same tree is a test (tests/unit/yaml/events_test.cpp).

// All documents of the text, or a limit that was reached, a key that is given twice, a wrong merge key; nullopt when
// libyaml refuses the text, or it holds what the two libraries are known to read differently.
std::optional<std::expected<std::vector<Node>, Problem>> parse_events(std::string_view text, const Limits& limits);

// parse() for texts that Docker's loader reads: what is not plain is read from libyaml's events, and yaml-cpp has the
// last word on what libyaml refuses. Manifests and configuration stay with parse(), whose messages they were tested
// with.
std::expected<std::vector<Node>, Problem> parse_compose(std::string_view text, const Limits& limits = {});

// What a YAML parser tells of a text -> nodes, with every limit checked before anything grows.

// Thrown to stop a parser; never leaves agent/yaml.
struct Stop {
    Problem problem;
};

[[noreturn]] void stop(std::string message, Mark mark, std::string code);

// Whether the plain text is a spelling of null: `~`, null, Null, NULL or nothing.
bool is_null_word(std::string_view text);

// One document after another. Anchors are numbers from 1 in each document, 0 is none; an anchor is known from the start
// of its node. Problems are thrown as Stop.
class TreeBuilder {
  public:
    explicit TreeBuilder(const Limits& limits) : limits_(limits) {}

    // The documents read so far; merge keys are still in them.
    std::vector<Node>& documents() { return documents_; }

    void begin_document(Mark mark);
    void end_document() { documents_.push_back(std::move(root_)); }
    // A scalar or null. What is tagged `!!null` becomes a null.
    void leaf(Node&& node, std::size_t anchor);
    void alias(std::size_t anchor, Mark mark);
    // A list or mapping: `node` has its kind, tag and mark; what is told until close() is inside.
    void open(Node&& node, std::size_t anchor, bool block);
    void close();
    bool is_at_root() const { return open_.empty(); }

    // The key of the block mapping that is open innermost and waits for a value; else nullptr.
    const Node* key_before_value() const;

  private:
    // A list or mapping that is not closed yet.
    struct Frame {
        Node node;
        bool key_next = true; // mappings: the next child is a key
        bool block = false;
        std::size_t anchor = 0;
        std::size_t deepest = 0; // levels below the root that were reached inside
        std::size_t nodes_before = 0;
        std::size_t bytes_before = 0;
    };
    // Where an anchored node stands: the child's number at each level. Nodes move while their parents grow, places
    // stay.
    struct Anchor {
        std::vector<std::size_t> path;
        bool open = true;
        std::size_t height = 0;
        std::size_t nodes = 0;
        std::size_t bytes = 0;
    };

    void attach(Node&& node);
    void count(std::size_t nodes, std::size_t bytes, Mark mark);
    Anchor& remember(std::size_t id);
    const Node& anchored(const Anchor& anchor) const;

    const Limits& limits_;
    std::vector<Node> documents_;
    std::vector<Frame> open_;
    std::vector<Anchor> anchors_; // by number
    Node root_;
    std::size_t nodes_ = 0;
    std::size_t bytes_ = 0;
    bool aliased_ = false; // something was written out
};

// yaml-cpp's events -> nodes.

// Throws Stop out of its handlers, which stops yaml-cpp (it recurses once per level).
class LibraryBuilder final : public YAML::EventHandler {
  public:
    // `text` is what the parser reads; it must outlive the builder.
    LibraryBuilder(std::string_view text, const Limits& limits) : text_(text), tree_(limits) {}

    std::vector<Node>& documents() { return tree_.documents(); }

    // A problem if the last quoted scalar never ends.
    std::optional<Problem> find_open_quote() const;

    void OnDocumentStart(const YAML::Mark& mark) override;
    void OnDocumentEnd() override { tree_.end_document(); }
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override;
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value style) override;
    void OnSequenceEnd() override { tree_.close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value style) override;
    void OnMapEnd() override { tree_.close(); }

  private:
    bool quoted_in_text(std::size_t offset) const;

    std::string_view text_;
    TreeBuilder tree_;
    std::optional<YAML::Mark> last_quoted_; // where the scalar starts, its properties included
    std::optional<std::size_t> last_plain_; // offset of the last plain scalar, unless an alias came since
};

} // namespace mooring::yaml
