#include "model/verdict.hpp"

#include "base/text.hpp"
#include "model/stack.hpp"

#include <algorithm>
#include <set>

namespace mooring {
namespace {

std::string stored_name(const DesiredStack& stack) {
    return stack.type == StackType::kubernetes ? stack.name : normalise_stack_name(stack.name);
}

// A walk in depth without recursion: manifests may chain as many stacks as they like.
class CircleSearch {
  public:
    explicit CircleSearch(const DeclaredOrder& order) : order_(order) {}

    void from(const DesiredStack& start) {
        if (done_.contains(&start)) return;
        enter(start);
        while (!way_.empty()) {
            Step& step = way_.back();
            if (step.next == step.before.size()) {
                done_.insert(step.stack);
                on_way_.erase(step.stack);
                way_.pop_back();
                continue;
            }
            const DesiredStack* before = step.before[step.next++];
            if (on_way_.contains(before))
                note(before);
            else if (!done_.contains(before))
                enter(*before);
        }
    }

    std::vector<std::vector<const DesiredStack*>> take() { return std::move(found_); }

  private:
    struct Step {
        const DesiredStack* stack;
        std::vector<const DesiredStack*> before;
        std::size_t next = 0;
    };

    void enter(const DesiredStack& stack) {
        on_way_.insert(&stack);
        way_.push_back({.stack = &stack, .before = order_.before(stack)});
    }

    // Of a knot with several ways through it one circle is enough to be told.
    void note(const DesiredStack* again) {
        const auto begins = std::ranges::find(way_, again, &Step::stack);
        std::vector<const DesiredStack*> circle;
        for (auto step = begins; step != way_.end(); ++step) circle.push_back(step->stack);
        if (std::ranges::any_of(circle, [&](const auto* stack) { return told_.contains(stack); })) return;
        told_.insert(circle.begin(), circle.end());
        found_.push_back(std::move(circle));
    }

    const DeclaredOrder& order_;
    std::vector<Step> way_;
    std::set<const DesiredStack*> on_way_;
    std::set<const DesiredStack*> done_;
    std::set<const DesiredStack*> told_;
    std::vector<std::vector<const DesiredStack*>> found_;
};

} // namespace

bool same_place(const DesiredStack& left, const DesiredStack& right) {
    const auto* one = std::get_if<EnvironmentRef>(&left.environment);
    const auto* other = std::get_if<EnvironmentRef>(&right.environment);
    if (one == nullptr || other == nullptr) return left.environment == right.environment;
    if (one->id && other->id) return *one->id == *other->id;
    return !one->name.empty() && one->name == other->name;
}

DeclaredOrder::DeclaredOrder(std::span<const DesiredStack> stacks) : stacks_(stacks) {
    for (const DesiredStack& stack : stacks) by_name_[{stack.server, stored_name(stack)}].push_back(&stack);
}

std::vector<const DesiredStack*> DeclaredOrder::named(const DesiredStack& stack, const std::string& name) const {
    std::vector<const DesiredStack*> found;
    for (const std::string& key : std::set<std::string>{name, normalise_stack_name(name)}) {
        const auto known = by_name_.find({stack.server, key});
        if (known == by_name_.end()) continue;
        for (const DesiredStack* one : known->second) {
            if (one->type != StackType::kubernetes || one->name == name) found.push_back(one);
        }
    }
    std::vector<const DesiredStack*> here;
    std::ranges::copy_if(found, std::back_inserter(here), [&](const auto* one) { return same_place(*one, stack); });
    return here.empty() ? found : here;
}

std::vector<const DesiredStack*> DeclaredOrder::before(const DesiredStack& stack) const {
    std::vector<const DesiredStack*> all;
    for (const std::string& name : stack.policy.after) {
        for (const DesiredStack* one : named(stack, name)) {
            if (std::ranges::find(all, one) == all.end()) all.push_back(one);
        }
    }
    return all;
}

std::vector<std::vector<const DesiredStack*>> DeclaredOrder::circles() const {
    CircleSearch search(*this);
    for (const DesiredStack& stack : stacks_) search.from(stack);
    return search.take();
}

namespace {

bool is_commit(std::string_view text) {
    return text.size() == 40 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string_view default_port(std::string_view scheme) {
    if (scheme == "https") return ":443";
    if (scheme == "http") return ":80";
    if (scheme == "ssh") return ":22";
    if (scheme == "git") return ":9418";
    return {};
}

// Where host and port end: at `/`, `?` or `#`; at `\`, too, which programs read as `/`, unless what stands before it
// are a user and the start of a password.
std::size_t authority_end(std::string_view url, std::size_t start) {
    const std::size_t end = std::min(url.find_first_of("/?#", start), url.size());
    const std::size_t slash = url.find('\\', start);
    if (slash >= end) return end;
    std::string_view host = url.substr(start, slash - start);
    host.remove_prefix(host.rfind('@') + 1); // npos + 1 is 0
    const std::size_t port = host.starts_with('[') ? host.find(':', host.find(']')) : host.find(':');
    const bool is_host =
        port == std::string_view::npos || host.find_first_not_of("0123456789", port + 1) == std::string_view::npos;
    return is_host ? slash : end;
}

} // namespace

std::string normalise_stack_name(std::string_view name) {
    std::string out = to_lower(name);
    std::erase_if(out, [](char c) { return c != '-' && c != '_' && (c < 'a' || c > 'z') && (c < '0' || c > '9'); });
    return out;
}

std::string full_reference(std::string_view reference) {
    if (reference == "HEAD") return {}; // as Git calls the default branch
    if (reference.empty() || reference.starts_with("refs/") || is_commit(reference)) return std::string(reference);
    return "refs/heads/" + std::string(reference);
}

std::string comparable_git_url(std::string_view url) {
    while (url.ends_with('/')) url.remove_suffix(1);
    if (url.ends_with(".git")) url.remove_suffix(4);
    while (url.ends_with('/')) url.remove_suffix(1);
    const std::size_t colon = url.find("://");
    if (colon == std::string_view::npos) return url_without_user(url); // scp-like, "git@host:path"
    const std::string scheme = to_lower(url.substr(0, colon));
    std::string_view rest = url.substr(colon + 3);
    std::string_view host = rest.substr(0, authority_end(rest, 0));
    const std::string_view path = rest.substr(host.size());
    if (const auto at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
    const std::string_view port = default_port(scheme);
    if (!port.empty() && host.ends_with(port)) host.remove_suffix(port.size());
    return scheme + "://" + to_lower(host) + std::string(path);
}

std::string url_without_user(std::string_view url) {
    const std::size_t colon = url.find("://");
    const std::size_t start = colon == std::string_view::npos ? 0 : colon + 3; // 0: scp-like, "git@host:path"
    const std::string_view authority = url.substr(start, authority_end(url, start) - start);
    const std::size_t at = authority.rfind('@');
    if (at == std::string_view::npos) return std::string(url);
    return std::string(url.substr(0, start)) + std::string(url.substr(start + at + 1));
}

} // namespace mooring
