// Two Kubernetes manifests, `=====` between them: one never differs from itself, nor from itself in other words, and
// both directions find a difference, or none.
#include "kubernetes/kubernetes.hpp"
#include "fuzz/target.hpp"
#include "unit/kubernetes/respell.hpp"

#include <algorithm>

namespace mooring::fuzz {
namespace {

constexpr yaml::Limits limits{.bytes = 1U << 14U, .depth = 50, .expanded_nodes = 2'000, .documents = 20};

std::string first_path(const std::vector<kubernetes::Difference>& differences) {
    return differences.empty() ? std::string() : differences.front().object + ":" + differences.front().path;
}

void check(const kubernetes::Difference& one) {
    require(one.desired.has_value() || one.actual.has_value(), "a difference has a side", one.path);
    require(one.desired != one.actual || one.secret || one.what == kubernetes::What::order,
            "what looks equal is called secret", one.path);
    static_cast<void>(kubernetes::explain(one.object + ":" + one.path));
}

// Respelling writes what is plain; other bytes would need escapes of their own.
bool is_plain(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return (c >= ' ' && c <= '~' && c != '\\') || c == '\n'; });
}

// What is sent says no more than that it was placed, and would be sent again as it is.
void check_sending(std::string_view text) {
    const auto sent = kubernetes::text_to_send(text, "shop");
    if (!sent) return require(is_harmless(sent.error()), "a reason is one line", sent.error());
    const auto again = kubernetes::text_to_send(*sent, "shop");
    require(again.has_value(), "what is sent can be sent", again ? "" : again.error() + "\n" + *sent);
    require(*again == *sent, "what is sent stays as it is", *again + "\n=====\n" + *sent);
}

} // namespace

void run(std::string_view input) {
    const auto parts = parts_of(input, 2);
    const auto desired = kubernetes::load(parts[0], limits);
    if (!desired)
        return require(is_harmless(desired.error().message), "a problem is one line", desired.error().message);
    check_sending(parts[0]);
    const auto same = compare_files(*desired, *desired, "shop");
    require(same.empty(), "a file does not differ from itself", first_path(same));
    static_cast<void>(kubernetes::remarks(*desired, "shop"));
    static_cast<void>(kubernetes::secret_texts(parts[0]));
    if (is_plain(parts[0])) {
        kubernetes::Random random(number_of(input));
        const std::string spelt = respell(kubernetes::read_objects(std::string(parts[0])), random);
        const auto other = kubernetes::load(spelt, {.depth = 60});
        require(other.has_value(), "the same in other words loads", other ? "" : other.error().message + "\n" + spelt);
    }
    const auto actual = kubernetes::load(parts[1], limits);
    if (!actual) return;
    const auto differences = compare_files(*desired, *actual, "shop");
    // How much is found may differ: each direction goes by the forms of its own desired version.
    require(differences.empty() == compare_files(*actual, *desired, "shop").empty(),
            "both directions find a difference, or none", first_path(differences));
    const auto shown = compare_files(*desired, *actual, "shop", kubernetes::Secrets::shown);
    require(shown.size() == differences.size(), "masking hides no difference");
    std::ranges::for_each(differences, check);
}

} // namespace mooring::fuzz
