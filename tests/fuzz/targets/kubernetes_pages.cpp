// The pages of one list as a cluster answers them, `=====` between them: what is asked next, and what came of it.
#include "base/text.hpp"
#include "fuzz/target.hpp"
#include "kubernetes/live.hpp"
#include "portainer/decode.hpp"
#include "runtime/cluster.hpp"

#include <algorithm>

namespace mooring::fuzz {
namespace {

constexpr std::size_t most_pages = 4;
constexpr kubernetes::JsonLimits limits{.bytes = 1U << 16U, .depth = 50, .values = 5'000};

std::size_t times(std::string_view text, std::string_view word) {
    std::size_t count = 0;
    for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) ++count;
    return count;
}

// What goes into a request line, whatever a server called its next page.
void check_path(const std::string& path) {
    const std::string target = portainer::path_of_kubernetes(7, path);
    const bool plain = std::ranges::all_of(target, [](char c) { return c > ' ' && c < '\x7f'; });
    require(plain && !target.contains('#'), "what is asked is one word", target);
    require(target.starts_with("/api/endpoints/7/kubernetes/apis/apps/v1/deployments?"), "it is the list's own path",
            target);
    require(times(target, "?") == 1, "it has one query", target);
    const auto parameters = split(std::string_view(target).substr(target.find('?') + 1), '&');
    require(parameters.size() <= 2 && parameters[0] == "limit=500", "a page's token adds no parameter", target);
    require(parameters.size() < 2 || parameters[1].starts_with("continue="), "the second one is the page", target);
}

// What the items were found by is what they say when they are decoded.
void check_items(const kubernetes::List& list) {
    for (const kubernetes::Item& item : list.items) {
        require(!item.name.empty(), "an item has a name");
        const auto tree = kubernetes::read_json(item.json, limits);
        // No API server writes a member twice, or letters of its keys as numbers.
        if (!tree || item.json.contains("\\u") || times(item.json, "\"metadata\"") > 1) continue;
        require(kubernetes::text_at(*tree, {"metadata", "name"}) == item.name, "skimmed and decoded are one name",
                item.json);
        require(kubernetes::text_at(*tree, {"metadata", "namespace"}) == item.namespace_, "and one namespace",
                item.json);
    }
}

Answer<std::string> answer_of(std::string_view page) {
    Answer<std::string> answer;
    answer.reply.call = Call::kubernetes;
    answer.reply.status = page.starts_with("410") ? 410 : 200;
    answer.reply.outcome = page.starts_with("410") ? Outcome::unavailable : Outcome::ok;
    if (answer.reply.outcome == Outcome::ok) answer.value = std::string(page);
    return answer;
}

} // namespace

void run(std::string_view input) {
    runtime::ClusterQuestion question;
    question.what = "apis/apps/v1/deployments";
    question.api_version = "apps/v1";
    question.kind = "Deployment";
    runtime::ClusterPages pages(question);
    std::size_t most = 0;
    bool more = true;
    for (const std::string_view page : parts_of(input, most_pages)) {
        const auto list = kubernetes::read_list(page);
        if (list) check_items(*list);
        most += list ? list->items.size() : 0;
        if (!more) continue;
        check_path(pages.path());
        more = pages.take(answer_of(page));
    }
    if (more) check_path(pages.path());
    const runtime::ClusterList result = std::move(pages).result();
    require(result.items.size() <= most, "no item is there twice");
    require(more || result.reply.ok() || result.items.empty(), "a list that was not read whole holds nothing");
    require(is_harmless(printable(result.reply.message)), "why it was not is one line");
    const bool sorted = std::ranges::is_sorted(result.items, {}, [](const auto& item) {
        return std::pair(std::string_view(item.namespace_), std::string_view(item.name));
    });
    require(more || sorted, "items come in order");
}

} // namespace mooring::fuzz
