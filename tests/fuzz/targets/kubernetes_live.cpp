// A Kubernetes manifest and what an API server answers, `=====` between them: a live object or a list of them.
#include "fuzz/target.hpp"
#include "kubernetes/live.hpp"
#include "kubernetes/walk.hpp"

#include <algorithm>

namespace mooring::fuzz {
namespace {

constexpr yaml::Limits limits{.bytes = 1U << 14U, .depth = 50, .expanded_nodes = 2'000, .documents = 20};
constexpr kubernetes::JsonLimits json_limits{.bytes = 1U << 16U, .depth = 50, .values = 5'000};

// Every label a text, no Portainer's among them, no stringData: then canonical form changes nothing. No element without
// a key that managedFields know it by.
bool is_as_the_server_writes(const kubernetes::Object& itself, const kubernetes::Live& live) {
    if (kubernetes::with_keys(itself, live)) return false;
    const kubernetes::Value* labels = kubernetes::at(live.tree, {"metadata", "labels"});
    const bool are_texts = labels == nullptr || std::ranges::all_of(labels->members, [](const auto& label) {
                               return label.value.shape == kubernetes::Shape::text;
                           });
    return are_texts && kubernetes::find(live.tree, "stringData") == nullptr;
}

void compare_with(const kubernetes::Object& declared, const kubernetes::Live& live) {
    const auto found = compare_live(declared, live);
    for (const auto& one : found.differences) {
        require(one.what != kubernetes::What::missing, "a live object is not missing", one.path);
        require(one.what != kubernetes::What::dropped || one.held_by.has_value(), "what is dropped has a holder",
                one.path);
    }
    require(found.is_equal() == found.differences.empty(), "without an autoscaler each difference counts");
}

void check_live(const kubernetes::File& file, const kubernetes::Live& live) {
    for (const kubernetes::Object& declared : file.objects) compare_with(declared, live);
    static_cast<void>(kubernetes::autoscaler(live));
    const kubernetes::Object itself{.api_version = live.api_version, .key = live.key, .tree = live.tree};
    if (!is_as_the_server_writes(itself, live)) return;
    for (const auto& one : compare_live(itself, live).differences) {
        require(one.what == kubernetes::What::dropped || one.what == kubernetes::What::order,
                "an object that is declared as it lives is as declared", one.path);
    }
}

} // namespace

void run(std::string_view input) {
    const auto parts = parts_of(input, 2);
    const auto file = kubernetes::load(parts[0], limits);
    if (!file) return;
    if (const auto live = kubernetes::read_live(parts[1], {}, {}, json_limits)) check_live(*file, *live);
    const auto list = kubernetes::read_list(parts[1], json_limits.bytes);
    if (!list)
        return require(is_harmless(list.error()) || !is_harmless(parts[1]), "a problem is one line", list.error());
    for (const kubernetes::Item& item : list->items) {
        const auto live = kubernetes::read_live(item.json, list->api_version, list->kind, json_limits);
        if (!live) continue;
        check_live(*file, *live);
    }
}

} // namespace mooring::fuzz
