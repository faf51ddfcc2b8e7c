// A manifest on its way to Portainer.

#include "kubernetes/kubernetes.hpp"

#include "base/text.hpp"
#include "kubernetes/live.hpp"
#include "yaml/parts.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <optional>

namespace mooring::kubernetes {
namespace {

// Where a line goes in, or a member of what is written in braces.
struct Insertion {
    std::size_t at = 0; // bytes
    std::string text;
};

std::string with_line_feeds(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
        out += text[i];
    }
    return out;
}

// Of a place that the parser tells; npos beyond the end. Columns count characters.
std::size_t position(std::string_view text, yaml::Mark mark) {
    std::size_t at = 0;
    for (std::uint32_t line = 1; line < mark.line; ++line) {
        at = text.find('\n', at);
        if (at == std::string_view::npos) return at;
        ++at;
    }
    const auto continues = [&](std::size_t i) { return (static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U; };
    for (std::uint32_t column = 1; column < mark.column && at < text.size(); ++column) {
        ++at;
        while (at < text.size() && continues(at)) ++at;
    }
    return at;
}

bool is_namespaced(std::string_view api_version, std::string_view kind, const Kinds& namespaced) {
    const auto known = resource(api_version, kind);
    return known ? known->namespaced : namespaced.contains({std::string(api_version), std::string(kind)});
}

bool is_namespaced(const yaml::Node& document, const Kinds& namespaced) {
    const yaml::Node* version = document.find("apiVersion");
    const yaml::Node* kind = document.find("kind");
    return version != nullptr && kind != nullptr && is_namespaced(version->text, kind->text, namespaced);
}

// In front of the first member of `metadata`, spelt as that is.
std::optional<Insertion> insertion_for(std::string_view text, const yaml::Node& document, std::string_view name) {
    const yaml::Node* metadata = document.find("metadata");
    if (metadata == nullptr || metadata->entries.empty() || metadata->find("namespace") != nullptr) return std::nullopt;
    const yaml::Mark first = metadata->entries.front().first.mark;
    const std::size_t at = position(text, first);
    if (at == std::string_view::npos || at > text.size()) return std::nullopt;
    const std::size_t line = text.rfind('\n', at == 0 ? 0 : at - 1) + 1; // npos + 1 is the beginning
    const bool alone = text.substr(line, at - line).find_first_not_of(' ') == std::string_view::npos;
    if (!alone) return Insertion{.at = at, .text = fmt::format("namespace: {}, ", name)};
    return Insertion{.at = at, .text = fmt::format("namespace: {}\n{}", name, std::string(at - line, ' '))};
}

std::string with(std::string_view text, std::span<const Insertion> insertions) {
    std::string out;
    std::size_t from = 0;
    for (const Insertion& one : insertions) {
        out += text.substr(from, one.at - from);
        out += one.text;
        from = one.at;
    }
    return out + std::string(text.substr(from));
}

// Whether nothing but the namespaces came along. The server's own reader must take the text, so that libyaml must.
bool says_the_same(std::string_view before, std::string_view after, std::string_view stack_namespace,
                   const Kinds& namespaced) {
    const auto strict = yaml::parse_events(after, {});
    if (!strict || !*strict) return false;
    const auto one = load(before);
    const auto other = load(after);
    if (!one || !other || one->objects.size() != other->objects.size()) return false;
    const bool placed = std::ranges::all_of(other->objects, [&](const Object& object) {
        return !is_namespaced(object.api_version, object.key.kind, namespaced) ||
               object.key.namespace_ == stack_namespace;
    });
    return placed && compare_files(*one, *other, stack_namespace).empty();
}

// Names of namespaces are DNS labels, which YAML reads as texts unless they are numbers or words like `no`.
std::string quoted(std::string_view name) { return fmt::format("\"{}\"", name); }

bool is_a_label(std::string_view name) {
    return !name.empty() && name.size() <= 63 && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

} // namespace

std::expected<std::string, std::string> text_to_send(std::string_view text, std::string_view stack_namespace,
                                                     const Kinds& namespaced) {
    std::string plain = with_line_feeds(text);
    const auto file = load(plain);
    if (!file) return std::unexpected(file.error().message);
    const auto documents = yaml::parse_events(plain, {});
    if (!documents || !*documents)
        return std::unexpected("its YAML is read differently by different readers, and some Portainer servers hang on "
                               "what they cannot read: write it plainer");
    if (std::ranges::find(file->remarks, "list", &Remark::code) != file->remarks.end())
        return std::unexpected("it has a `kind: List`, which Portainer 2.39 and newer refuse: write its items as "
                               "documents of their own");
    if (file->objects.empty()) return std::unexpected("it declares no object");
    if (stack_namespace.empty()) return plain;
    if (!is_a_label(stack_namespace)) return std::unexpected("the namespace is not a name that a cluster takes");
    std::vector<Insertion> insertions;
    for (const yaml::Node& document : **documents) {
        if (!is_namespaced(document, namespaced)) continue;
        if (auto one = insertion_for(plain, document, quoted(stack_namespace))) insertions.push_back(std::move(*one));
    }
    std::string sent = with(plain, insertions);
    if (says_the_same(plain, sent, stack_namespace, namespaced)) return sent;
    return std::unexpected(fmt::format("some of its objects name no namespace, and none can be added safely: write "
                                       "`namespace: {}` into the metadata of each",
                                       stack_namespace));
}

File added_objects(const File& desired, const File& recorded, std::string_view stack_namespace) {
    const auto settled = [&](Key key) { // whatever is cluster-wide has none on both sides
        if (key.namespace_.empty()) key.namespace_ = stack_namespace.empty() ? "default" : stack_namespace;
        return key;
    };
    std::set<Key> there;
    for (const Object& object : recorded.objects) there.insert(settled(object.key));
    File added;
    std::ranges::copy_if(desired.objects, std::back_inserter(added.objects),
                         [&](const Object& object) { return !there.contains(settled(object.key)); });
    return added;
}

} // namespace mooring::kubernetes
