// YAML: the limits hold, every scalar means something, and the quick reader only ever says what the library says.
#include "fuzz/target.hpp"

#include "unit/yaml/known_faults.hpp"
#include "unit/yaml/print_tree.hpp"
#include "yaml/node.hpp"
#include "yaml/parts.hpp"
#include "yaml/quick.hpp"

#include <algorithm>
#include <string>

namespace mooring::fuzz {
namespace {

using yaml::Kind;
using yaml::Node;

// The quick reader leaves limits on depth below 42 to the libraries.
constexpr yaml::Limits limits{.bytes = 1U << 14U, .depth = 50, .expanded_nodes = 2'000, .documents = 20};

struct Size {
    std::size_t nodes = 0;
    std::size_t depth = 0;
};

void measure(const Node& node, std::size_t depth, Size& size) {
    ++size.nodes;
    size.depth = std::max(size.depth, depth);
    if (node.kind == Kind::scalar || node.kind == Kind::null) {
        const auto scalar = yaml::resolve(node);
        require(yaml::is_text(node) == (scalar && scalar->type == yaml::Type::text),
                "is_text() says what resolve() says", node.text);
    }
    for (const auto& [key, value] : node.entries) {
        measure(key, depth + 1, size);
        measure(value, depth + 1, size);
    }
    for (const Node& item : node.items) measure(item, depth + 1, size);
}

// A tree without its white space: how lines are folded is where yaml-cpp has most of its faults. That correct texts are
// folded alike is tested to the letter (tests/unit/yaml/events_test.cpp).
std::string without_blanks(std::string tree) {
    std::erase_if(tree, [](unsigned char c) { return c <= ' '; });
    return tree;
}

} // namespace

void run(std::string_view input) {
    const auto slow = yaml::parse_with_library(input, limits);
    if (const auto quick = yaml::parse_quickly(input, limits)) {
        require(slow.has_value(), "what the quick reader takes the library takes", slow ? "" : slow.error().message);
        require(yaml::print(*quick) == yaml::print(*slow), "both readers see the same",
                yaml::print(*quick) + "\n" + yaml::print(*slow));
    }
    const auto events = yaml::parse_events(input, limits);
    if (const auto quick = yaml::parse_quickly(input, limits)) {
        require(events && *events && yaml::print(*quick) == yaml::print(**events),
                "libyaml sees what the quick one does", yaml::print(*quick));
    }
    if (events) {
        const bool both = events->has_value() && slow.has_value() && !yaml::is_lost_on_yaml_cpp(input);
        require(!both || without_blanks(yaml::print(**events)) == without_blanks(yaml::print(*slow)),
                "libyaml and yaml-cpp see the same", both ? yaml::print(**events) + "\n" + yaml::print(*slow) : "");
    }
    if (!slow) {
        require(!slow.error().message.empty() && !slow.error().code.empty(), "a problem says what it is");
        require(is_harmless(slow.error().message), "a problem is one line", slow.error().message);
        return;
    }
    Size size;
    for (const Node& document : *slow) measure(document, 0, size);
    require(slow->size() <= limits.documents, "the limit on documents holds");
    require(size.nodes <= 2 * limits.expanded_nodes, "the limit on nodes holds");
    require(size.depth <= limits.depth + 1, "the limit on depth holds");
}

} // namespace mooring::fuzz
