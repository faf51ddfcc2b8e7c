// The canonical tree: what a compose file means, with every spelling gone.
#pragma once

#include "compose/compose.hpp"
#include "compose/rules.hpp"
#include "yaml/node.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mooring::compose {

enum class Shape : std::uint8_t {
    null,     // a key that counts though it has no value (environment)
    boolean,  // text is "true" or "false"
    number,   // text is its decimal form
    text,     // text is itself
    map,      // members by key
    keyed,    // a set: members by the identity of its elements (compose-oracle §2)
    sequence, // members in order, keys empty
};

struct Member;

struct Value {
    Shape shape = Shape::null;
    bool free_keys = false; // maps: keys are the user's (environment, labels), not fields of the format
    bool open = false;      // texts in lists of words: no word of a list says the same (words.hpp)
    bool path = false;      // texts: a path that the loader resolves (text.hpp)
    std::uint32_t line = 0; // in the file the value came from
    std::string text;
    std::vector<Member> members; // maps and keyed lists are sorted by key
};

struct Member {
    std::string key;
    Value value;
};

// The member of this key of a map or keyed list; nullptr if there is none.
const Value* find(const Value& value, std::string_view key);
Value* find(Value& value, std::string_view key);

// Puts a member at its sorted place; an existing one is replaced.
void put(Value& map, std::string_view key, Value&& value);
void remove(Value& map, std::string_view key);

// Sorts the members of a map or keyed list by key; of two with one key the later one stays.
void sort_members(Value& value);

Value make_text(std::string text, std::uint32_t line);
Value make_path(std::string path, std::uint32_t line);
Value make_number(std::string text, std::uint32_t line);
Value make_boolean(bool value, std::uint32_t line);

bool is_text(const Value* value, std::string_view text);

// The walk from parsed YAML to canonical values, along the tree of rules.
enum class Outcome : std::uint8_t {
    absent,  // says the same as if it were not there
    present, // the value was made
    failed,  // Context::problem says why
};

// Where the walk stands, and the first thing that went wrong.
class Context {
  public:
    // Remembers the problem, with the path in front. Always Outcome::failed.
    Outcome fail(const yaml::Node& node, std::string_view message, std::string_view code = "wrong-value");
    const std::optional<yaml::Problem>& problem() const { return problem_; }
    // Counts what short forms are written out to; false, with the problem remembered, when it is too much: a line of
    // text may stand for 65,535 ports.
    bool may_make(yaml::Mark mark, std::size_t values);
    // Services that the file itself calls jobs (`x-mooring: {job: true}`), by name.
    void note_job() { jobs_.emplace_back(last_key()); }
    std::vector<std::string> take_jobs() { return std::move(jobs_); }
    // The key under which the value at hand stands; "" at the top.
    std::string_view last_key() const { return path_.empty() ? std::string_view{} : path_.back(); }

    // Stands at a key for as long as it lives.
    class Step {
      public:
        Step(Context& context, std::string_view key) : context_(context) { context_.path_.push_back(key); }
        Step(const Step&) = delete;
        Step& operator=(const Step&) = delete;
        ~Step() { context_.path_.pop_back(); }

      private:
        Context& context_;
    };

  private:
    std::vector<std::string_view> path_;
    std::size_t made_ = 0;
    std::optional<yaml::Problem> problem_;
    std::vector<std::string> jobs_;
};

// Brings what stands at `rule` into its canonical form. The node's texts are moved out of it.
Outcome canonicalise(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);

// The function of one form. Each stands in the file of its topic: single_values.cpp, lists.cpp, maps.cpp, forms.cpp,
// ports.cpp, mounts.cpp, services.cpp.
using Converter = Outcome (*)(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);

// What a form does, in words and as a function.
struct FormInfo {
    std::string_view words;
    Converter convert;
};
const FormInfo& info(Form form);

// The text of a scalar that must be one: moved out of the node, settled (facts.hpp). Fails with "must be a text".
std::optional<std::string> take_text(yaml::Node& node, Context& context);
// The text of any scalar but a list or mapping, as Go prints it ("" for null); infinities are refused.
std::optional<std::string> take_printed(yaml::Node& node, Context& context);
// resolve(), with the problem remembered.
std::optional<yaml::Scalar> take_scalar(const yaml::Node& node, Context& context);
// Fails unless every key of the mapping is a text.
bool has_text_keys(const yaml::Node& mapping, Context& context);

// The members of a mapping with fixed keys (unknown ones fail, x- ones are dropped when `extensions`), sorted.
bool read_fields(yaml::Node& mapping, const RuleNode& rule, Context& context, bool extensions, Value& out);

inline Outcome present_unless_empty(const Value& value) {
    return value.members.empty() ? Outcome::absent : Outcome::present;
}

// What a File holds.
struct File::Tree {
    Value root;
    std::vector<std::string>
        jobs;           // services under whose key `x-mooring: {job: true}` stands; extensions are not in root
    std::string source; // the text, where variables are referred to; else ""
};

// Deploying::data of two files.
std::vector<std::string> data_between(const Value& desired, const Value& actual);
// Takes the targets from paths of mounts that none of the files writes so: only the value of a variable says them.
// Sorts them, each once.
void hide_values(std::vector<std::string>& paths, std::initializer_list<const File*> files);

// What happens to YAML trees before they become canonical: compose's own tags, `extends` within the file, and several
// documents becoming one.

// Where `!reset` and `!override` stood, as keys from the top.
using KeyPath = std::vector<std::string>;

// canonical.cpp: removes what is tagged `!reset`, and gives the places of both tags, which say that what an earlier
// document or an extended service has there is gone. Recurses as deep as the tree.
std::vector<KeyPath> take_tags(yaml::Node& document);
// Removes the values at the places, where they exist.
void remove_at(yaml::Node& tree, const std::vector<KeyPath>& places);

// services.cpp: merges every service into those that extend it. `most_nodes` bounds what is written out. Problems: a
// service that is not there, a circle.
std::optional<yaml::Problem> apply_extends(yaml::Node& document, const std::vector<KeyPath>& tagged,
                                           std::size_t most_nodes);

// merge.cpp: lays `over` over `base` as `docker compose -f base -f over` does: maps merge, lists are appended, commands
// are replaced.
std::optional<yaml::Problem> lay_over(yaml::Node& base, yaml::Node&& over);
// The same for two services.
std::optional<yaml::Problem> lay_service_over(yaml::Node& base, yaml::Node&& over);

// All documents of a file as one. Problems: none at all, one that is no mapping, and those above.
std::expected<yaml::Node, yaml::Problem> join_documents(std::vector<yaml::Node>&& documents,
                                                        const yaml::Limits& limits);

} // namespace mooring::compose
