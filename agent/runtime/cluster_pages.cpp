// Answers of a cluster, taken apart: lists page by page, and discovery.
#include "base/text.hpp"
#include "runtime/cluster.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <tuple>
#include <utility>

namespace mooring::runtime {
namespace {

using kubernetes::Shape;
using kubernetes::Value;

constexpr std::size_t items_a_page = 500;
constexpr std::size_t most_pages = 400; // 200,000 objects of one kind
constexpr int expired = 410;            // the page's state of the cluster is not kept any more

void make_useless(Reply& reply, std::string why) {
    reply.outcome = Outcome::unavailable;
    reply.cause.reset();
    reply.failure = Failure::not_the_api;
    reply.message = std::move(why);
}

// The elements of a list under a key; none where it is something else.
const std::vector<kubernetes::Member>& elements(const Value& tree, std::string_view key) {
    static const std::vector<kubernetes::Member> none;
    const Value* found = kubernetes::find(tree, key);
    return found != nullptr && found->shape == Shape::list ? found->members : none;
}

// The body as a tree of this kind; nullopt: the reply says that it is none.
std::optional<Value> tree_of(const Answer<std::string>& answer, std::string_view kind, Reply& reply) {
    if (!answer.value) return std::nullopt;
    auto tree = kubernetes::read_json(*answer.value);
    if (tree && kubernetes::text_at(*tree, {"kind"}) == kind) return std::move(*tree);
    make_useless(reply, fmt::format("not the API's answer: {}", tree ? "it is of another kind" : tree.error()));
    return std::nullopt;
}

// A definition may call its lists what it likes (`spec.names.listKind`); its items say what they are.
bool is_asked_for(const kubernetes::List& list, const ClusterQuestion& question) {
    if (list.api_version != question.api_version) return false;
    if (list.kind == question.kind) return true;
    if (kubernetes::resource(question.api_version, question.kind)) return false;
    return std::ranges::all_of(list.items, [&](const kubernetes::Item& item) {
        const auto tree = kubernetes::read_json(item.json);
        return tree && kubernetes::text_at(*tree, {"kind"}) == question.kind;
    });
}

} // namespace

std::string ClusterPages::path() const {
    const char sign = question_.what.contains('?') ? '&' : '?';
    std::string path = fmt::format("{}{}limit={}", question_.what, sign, items_a_page);
    if (!continue_.empty()) path += "&continue=" + continue_;
    return path;
}

bool ClusterPages::end(Reply reply) {
    list_.reply = std::move(reply);
    if (!list_.reply.ok()) list_.items.clear();
    return false;
}

bool ClusterPages::fail(Reply reply, std::string why) {
    make_useless(reply, std::move(why));
    return end(std::move(reply));
}

bool ClusterPages::once_more(Reply reply, std::string why) {
    if (again_) return fail(std::move(reply), std::move(why));
    again_ = true;
    list_.items.clear();
    resource_version_.clear();
    continue_.clear();
    pages_ = 0;
    return true;
}

bool ClusterPages::take(Answer<std::string> page) {
    const bool first = pages_ == 0;
    if (!page.value) {
        const bool gone = !first && page.reply.status == expired;
        return gone ? once_more(std::move(page.reply), "the list changed while it was read, twice")
                    : end(std::move(page.reply));
    }
    auto read = kubernetes::read_list(*page.value);
    page.value.reset();
    if (!read) return fail(std::move(page.reply), "not the API's answer: " + read.error());
    if (!is_asked_for(*read, question_)) return fail(std::move(page.reply), "not the list that was asked for");
    if (first) resource_version_ = read->resource_version;
    if (read->resource_version != resource_version_)
        return once_more(std::move(page.reply), "the list changed while it was read, twice");
    std::ranges::move(read->items, std::back_inserter(list_.items));
    continue_ = std::move(read->continue_);
    ++pages_;
    if (continue_.contains('&'))
        return fail(std::move(page.reply), "not the API's answer: what it calls its next page");
    if (continue_.empty() && read->has_more)
        return fail(std::move(page.reply), "the list is not whole, and says so itself");
    if (continue_.empty()) return end(std::move(page.reply));
    return pages_ < most_pages || fail(std::move(page.reply), "the list is longer than Mooring reads");
}

ClusterList ClusterPages::result() && {
    const auto place = [](const auto& item) { return std::tie(item.namespace_, item.name); };
    std::ranges::sort(list_.items, {}, place);
    // Which of the two it is that the cluster holds, nobody can tell.
    if (std::ranges::adjacent_find(list_.items, {}, place) != list_.items.end()) {
        make_useless(list_.reply, "not the API's answer: it has one object twice");
        list_.items.clear();
    }
    return std::move(list_);
}

Answer<std::vector<ClusterKind>> read_kinds(const Answer<std::string>& answer) {
    Answer<std::vector<ClusterKind>> out{.reply = answer.reply, .value = {}};
    const auto tree = tree_of(answer, "APIResourceList", out.reply);
    if (!tree) return out;
    out.value.emplace();
    for (const auto& [key, one] : elements(*tree, "resources")) {
        const std::string_view plural = kubernetes::text_at(one, {"name"});
        if (plural.empty() || plural.contains('/')) continue; // "widgets/status"
        const Value* namespaced = kubernetes::find(one, "namespaced");
        out.value->push_back({.kind = std::string(kubernetes::text_at(one, {"kind"})),
                              .plural = std::string(plural),
                              .namespaced = namespaced != nullptr && namespaced->text == "true"});
    }
    return out;
}

Answer<std::map<std::string, std::vector<std::string>>> read_groups(const Answer<std::string>& answer) {
    Answer<std::map<std::string, std::vector<std::string>>> out{.reply = answer.reply, .value = {}};
    const auto tree = tree_of(answer, "APIGroupList", out.reply);
    if (!tree) return out;
    out.value.emplace();
    for (const auto& [key, group] : elements(*tree, "groups")) {
        std::vector<std::string>& versions = (*out.value)[std::string(kubernetes::text_at(group, {"name"}))];
        for (const auto& [index, version] : elements(group, "versions"))
            versions.emplace_back(kubernetes::text_at(version, {"groupVersion"}));
    }
    return out;
}

} // namespace mooring::runtime
