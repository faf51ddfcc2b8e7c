// The walk from parsed YAML to canonical values, along the tree of rules.
#pragma once

#include "compose/rule_tree.hpp"
#include "compose/value.hpp"
#include "yaml/node.hpp"
#include "yaml/scalar.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mooring::compose {

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

// The function of one form. Each stands in the file of its topic: single_values.cpp, lists.cpp, maps.cpp, records.cpp,
// ports.cpp, mounts.cpp, hosts.cpp, services.cpp, resources.cpp.
using Converter = Outcome (*)(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);

// What a form does, in words and as a function.
struct FormInfo {
    std::string_view words;
    Converter convert;
};
const FormInfo& info(Form form);

// The text of a scalar that must be one: moved out of the node, settled (references.hpp). Fails with "must be a text".
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

} // namespace mooring::compose
