// A compose file: it never differs from itself, nor from the same YAML in other words.
#include "compose/compose.hpp"
#include "fuzz/target.hpp"
#include "unit/compose/respell.hpp"
#include "yaml/parts.hpp"

namespace mooring::fuzz {
namespace {

constexpr yaml::Limits limits{.bytes = 1U << 14U, .depth = 50, .expanded_nodes = 2'000, .documents = 20};

std::string first_path(const std::vector<compose::Difference>& differences) {
    return differences.empty() ? std::string() : differences.front().path;
}

void check_other_words(std::string_view input, const compose::File& file) {
    const auto documents = yaml::parse_compose(input, limits); // the reader of load(): yaml-cpp has faults of its own
    if (!documents) return;
    const std::string spelt = compose::respell(*documents, number_of(input));
    const auto other =
        compose::load(spelt, {.bytes = 1U << 20U, .depth = 51, .expanded_nodes = 4'000, .documents = 20});
    require(other.has_value(), "the same YAML in other words loads", other ? "" : other.error().message + "\n" + spelt);
    const auto differences = compare(file, *other);
    require(differences.empty(), "the same YAML in other words means the same", first_path(differences) + "\n" + spelt);
}

} // namespace

void run(std::string_view input) {
    const auto file = compose::load(input, limits);
    if (!file) {
        require(is_harmless(file.error().message), "a problem is one line", file.error().message);
        return;
    }
    require(compare(*file, *file).empty(), "a file does not differ from itself");
    static_cast<void>(compose::facts(*file, "p"));
    check_other_words(input, *file);
}

} // namespace mooring::fuzz
