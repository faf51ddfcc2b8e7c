#include "compose/facts.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace mooring::compose {
namespace {

bool starts_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool continues_name(char c) { return starts_name(c) || (c >= '0' && c <= '9'); }

// Whether a single dollar before this would be read as the beginning of something.
bool is_read_with_dollar(std::string_view rest) {
    return !rest.empty() && (rest[0] == '$' || rest[0] == '{' || starts_name(rest[0]));
}

} // namespace

bool has_reference(std::string_view text) {
    constexpr auto none = std::string_view::npos;
    for (std::size_t at = text.find('$'); at != none && at + 1 < text.size(); at = text.find('$', at)) {
        const char next = text[at + 1];
        if (next == '{' || starts_name(next)) return true;
        at += next == '$' ? 2 : 1;
    }
    return false;
}

std::string settled(std::string text) {
    if (!text.contains('$')) return text;
    std::string out;
    out.reserve(text.size() + 8);
    const std::string_view whole = text;
    for (std::size_t at = 0; at < text.size();) {
        const char next = at + 1 < text.size() ? text[at + 1] : '\0';
        if (text[at] != '$' || next == '{') {
            out += text[at++];
        } else if (starts_name(next)) {
            std::size_t end = at + 1;
            while (end < text.size() && continues_name(text[end])) ++end;
            out += "${";
            out += whole.substr(at + 1, end - at - 1);
            out += '}';
            at = end;
        } else {
            at += next == '$' ? 2 : 1;
            out += is_read_with_dollar(whole.substr(at)) ? "$$" : "$";
        }
    }
    return out;
}

std::string settled_literal(std::string text) {
    if (!text.contains('$')) return text;
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        out += text[at];
        if (text[at] == '$' && is_read_with_dollar(std::string_view(text).substr(at + 1))) out += '$';
    }
    return out;
}

std::string with_single_dollars(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        out += text[at];
        if (text[at] == '$' && at + 1 < text.size() && text[at + 1] == '$') ++at;
    }
    return out;
}

std::size_t reference_length(std::string_view text) {
    if (text.size() < 2 || text[0] != '$') return 0;
    if (text[1] != '{') {
        std::size_t end = 1;
        if (starts_name(text[1])) {
            while (end < text.size() && continues_name(text[end])) ++end;
        }
        return end == 1 ? 0 : end;
    }
    std::size_t depth = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '}' && --depth == 0) return at + 1;
        if (text[at] == '$' && at + 1 < text.size() && text[at + 1] == '{') {
            ++depth;
            ++at;
        }
    }
    return text.size();
}

bool is_one_reference(std::string_view text) {
    return text.starts_with("${") && text.ends_with('}') && reference_length(text) == text.size();
}

std::size_t find_outside(std::string_view text, char wanted, std::size_t from) {
    std::size_t depth = 0;
    for (std::size_t at = from; at < text.size(); ++at) {
        const char c = text[at];
        if (c == wanted && depth == 0) return at;
        if (c == '}' && depth > 0) --depth;
        if (c != '$' || at + 1 == text.size()) continue;
        if (text[at + 1] == '{') ++depth;
        if (text[at + 1] == '{' || text[at + 1] == '$') ++at;
    }
    return std::string_view::npos;
}

std::vector<std::string_view> split_outside(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    std::size_t begin = 0;
    while (true) {
        const std::size_t end = find_outside(text, separator, begin);
        parts.push_back(text.substr(begin, end - begin));
        if (end == std::string_view::npos) return parts;
        begin = end + 1;
    }
}

namespace {

using yaml::Kind;
using yaml::Node;

bool is_literal(const Node& node) {
    return node.kind == Kind::scalar && !node.text.empty() && !node.text.contains('$');
}

bool is_true(const Node* node) { return node != nullptr && node->kind == Kind::scalar && node->text == "true"; }
bool is_false(const Node* node) { return node != nullptr && node->kind == Kind::scalar && node->text == "false"; }

// A list's literal texts, a map's keys, or the one text that stands in a list's place.
std::vector<const Node*> names_in(const Node* node) {
    std::vector<const Node*> out;
    if (node == nullptr) return out;
    if (node->kind == Kind::scalar) out.push_back(node);
    for (const Node& item : node->items) out.push_back(&item);
    for (const auto& [key, value] : node->entries) out.push_back(&key);
    return out;
}

class Search {
  public:
    explicit Search(const Node& file) : file_(file) {}

    LooseEnds run() {
        const Node* includes = file_.find("include");
        add_files("include", includes);
        elsewhere_ = includes != nullptr;
        for (const std::string_view kind : {"configs", "secrets"}) declared_files(kind);
        const Node* services = file_.find("services");
        if (services == nullptr || services->kind != Kind::mapping) return std::move(out_);
        for (const auto& [name, service] : services->entries) of_service(name.text, service);
        if (elsewhere_) out_.undefined.clear();
        return std::move(out_);
    }

  private:
    bool declares(std::string_view kind, std::string_view name) const {
        const Node* all = file_.find(kind);
        return all != nullptr && all->find(name) != nullptr;
    }

    void need(std::string_view user, std::string_view verb, std::string_view kind, std::string_view word,
              const Node& name) {
        if (!is_literal(name) || declares(kind, name.text)) return;
        out_.undefined.push_back({.message = fmt::format("service `{}` {} {} `{}`, which the file does not declare",
                                                         printable(user, 80), verb, word, printable(name.text, 80)),
                                  .mark = name.mark,
                                  .code = "undefined-name"});
    }

    void of_service(const std::string& name, const Node& service) {
        if (service.kind != Kind::mapping) return;
        if (const Node* needs = service.find("depends_on")) {
            for (const Node& item : needs->items) need(name, "depends on", "services", "the service", item);
            for (const auto& [key, value] : needs->entries) {
                if (!is_false(value.find("required"))) need(name, "depends on", "services", "the service", key);
            }
        }
        for (const Node* network : names_in(service.find("networks"))) {
            if (network->text != "default") need(name, "uses", "networks", "the network", *network);
        }
        for (const std::string_view kind : {"secrets", "configs"}) {
            const Node* used = service.find(kind);
            for (const Node& item : used == nullptr ? std::vector<Node>() : used->items) {
                const Node* source = item.kind == Kind::mapping ? item.find("source") : &item;
                if (source != nullptr)
                    need(name, "uses", kind, kind == "secrets" ? "the secret" : "the config", *source);
            }
        }
        if (const Node* mounts = service.find("volumes")) {
            for (const Node& mount : mounts->items) of_mount(name, mount);
        }
        of_files(name, service);
    }

    void of_mount(const std::string& user, const Node& mount) {
        if (mount.kind == Kind::mapping) {
            const Node* type = mount.find("type");
            const Node* source = mount.find("source");
            if (type != nullptr && type->text == "volume" && source != nullptr)
                need(user, "mounts", "volumes", "the volume", *source);
            return;
        }
        const std::size_t colon = mount.text.find(':');
        if (!is_literal(mount) || colon == std::string::npos) return;
        Node source = mount;
        source.text.resize(colon);
        // A path is mounted as it is, a letter is a drive of Windows.
        const bool is_name = source.text.size() > 1 && source.text.find_first_of("/\\~.") == std::string::npos;
        if (is_name) need(user, "mounts", "volumes", "the volume", source);
    }

    void of_files(const std::string& name, const Node& service) {
        add_files(fmt::format("env_file of service `{}`", printable(name, 80)), service.find("env_file"));
        const Node* extends = service.find("extends");
        const Node* file = extends == nullptr ? nullptr : extends->find("file");
        if (file == nullptr || file->kind != Kind::scalar) return;
        elsewhere_ = true;
        add_file(fmt::format("extends of service `{}`", printable(name, 80)), *file);
    }

    void declared_files(std::string_view kind) {
        const Node* all = file_.find(kind);
        if (all == nullptr) return;
        for (const auto& [name, one] : all->entries) {
            const Node* file = one.find("file");
            if (file != nullptr && !is_true(one.find("external")))
                add_file(fmt::format("{} `{}`", kind == "secrets" ? "secret" : "config", printable(name.text, 80)),
                         *file);
        }
    }

    // A path, or a list of paths and of maps with `path`.
    void add_files(const std::string& key, const Node* node) {
        if (node == nullptr) return;
        if (node->kind == Kind::scalar) add_file(key, *node);
        for (const Node& item : node->items) {
            const Node* path = item.kind == Kind::mapping ? item.find("path") : &item;
            if (path == nullptr || is_false(item.find("required"))) continue;
            add_file(key, *path);
            for (const Node& one : path->items) add_file(key, one);
        }
    }

    void add_file(const std::string& key, const Node& path) {
        const bool is_remote = path.text.contains("://") || path.text.starts_with("git@");
        if (is_literal(path) && !is_remote) out_.files.push_back({key, path.text, path.mark});
    }

    const Node& file_;
    bool elsewhere_ = false; // other files may declare what this one does not
    LooseEnds out_;
};

} // namespace

LooseEnds loose_ends(std::string_view text) {
    const auto documents = yaml::parse(text);
    if (!documents || documents->size() != 1 || documents->front().kind != Kind::mapping) return {};
    return Search(documents->front()).run();
}

namespace {

constexpr int deepest_default = 16; // `${A:-${B:-x}}` is 2 deep

std::optional<std::string> filled(std::string_view text, const ValueOf& value, int depth);

// Of one `${NAME...}` or `$NAME`, with a default or an alternative that may hold references of its own.
// NOLINTNEXTLINE(misc-no-recursion): bounded
std::optional<std::string> value_of(std::string_view reference, const ValueOf& value, int depth) {
    const bool braced = reference.starts_with("${") && reference.ends_with('}');
    const std::string_view body = braced ? reference.substr(2, reference.size() - 3) : reference.substr(1);
    const auto end = std::ranges::find_if_not(body, continues_name) - body.begin();
    const std::string name(body.substr(0, static_cast<std::size_t>(end)));
    const std::string_view rest = body.substr(name.size());
    std::optional<std::string> set = value(name);
    const bool is_empty_unset = rest.starts_with(':');
    const std::string_view otherwise = rest.substr(is_empty_unset ? 1 : 0);
    if (rest.empty() || otherwise.starts_with('?')) return set;
    const bool is_set = set && !(is_empty_unset && set->empty());
    if (otherwise.starts_with('+')) return is_set ? filled(otherwise.substr(1), value, depth + 1) : std::string();
    if (!otherwise.starts_with('-')) return std::nullopt;
    return is_set ? set : filled(otherwise.substr(1), value, depth + 1);
}

// NOLINTNEXTLINE(misc-no-recursion): bounded
std::optional<std::string> filled(std::string_view text, const ValueOf& value, int depth) {
    if (depth > deepest_default) return std::nullopt;
    std::string out;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t length = reference_length(text.substr(at));
        if (length > 0) {
            const auto found = value_of(text.substr(at, length), value, depth);
            if (!found) return std::nullopt;
            out += *found;
            at += length;
            continue;
        }
        at += text.substr(at).starts_with("$$") ? 1 : 0; // a literal dollar
        out += text[at++];
    }
    return out;
}

} // namespace

std::optional<std::string> with_values(std::string_view text, const ValueOf& value) { return filled(text, value, 0); }

} // namespace mooring::compose
