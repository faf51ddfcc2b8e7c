#include "compose/text.hpp"

#include "compose/compose.hpp"
#include "compose/facts.hpp"
#include "yaml/parts.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace mooring::compose {
namespace {

using Path = std::vector<std::string_view>;

bool is_one_of(std::span<const std::string_view> list, std::string_view word) {
    return std::ranges::find(list, word) != list.end();
}

// Below these keys of a file stand things under names that people gave them.
bool holds_named(const Path& path) {
    constexpr std::array<std::string_view, 6> top{"services", "networks", "volumes", "secrets", "configs", "models"};
    constexpr std::array<std::string_view, 6> of_service{"depends_on", "networks", "ulimits",
                                                         "volumes",    "secrets",  "configs"};
    if (path.size() == 1) return is_one_of(top, path[0]);
    const bool service = path.size() == 3 && path[0] == "services";
    return service && is_one_of(of_service, path[2]);
}

// Here names of secrets and configs stand, not they.
bool holds_names(const Path& path) {
    constexpr std::array<std::string_view, 3> lists{"secrets", "configs", "credential_spec"};
    if (path.empty() || path[0] != "services") return false;
    return (path.size() == 3 && is_one_of(lists, path[2])) ||
           (path.size() == 4 && path[2] == "build" && path[3] == "secrets");
}

bool is_content(const Path& path) {
    return path.size() == 3 && (path[0] == "configs" || path[0] == "secrets") && path[2] == "content";
}

bool is_command(std::string_view key) {
    constexpr std::array<std::string_view, 5> keys{"command", "entrypoint", "test", "args", "runtime_flags"};
    return is_one_of(keys, key);
}

constexpr std::array<std::string_view, 3> value_keys{"value", "val", "default"};

bool is_build_args(const Path& path) {
    return path.size() > 1 && path.back() == "args" && path[path.size() - 2] == "build";
}

// Lists of NAME=value that may be written as maps, too.
bool holds_pairs(const Path& path) {
    constexpr std::array<std::string_view, 8> keys{"environment", "labels",  "annotations", "sysctls",
                                                   "driver_opts", "options", "extra_hosts", "additional_contexts"};
    return !path.empty() && (is_one_of(keys, path.back()) || is_build_args(path));
}

class Walk {
  public:
    explicit Walk(const MaskOptions& options) : options_(options) {}

    // `under`: the name above that makes everything below secret; "" for none.
    void walk(const yaml::Node& node, std::string_view under) { // NOLINT(misc-no-recursion): bounded by Limits::depth
        if (node.kind == yaml::Kind::scalar) return scalar(node, path_.empty() ? "" : path_.back(), under);
        if (node.kind == yaml::Kind::sequence) return sequence(node, under);
        if (holds_names(path_)) return;
        const bool named = holds_named(path_);
        const std::string_view teller = named ? std::string_view() : told_by_sibling(node);
        for (const auto& [key, value] : node.entries) {
            if (!named) text(key);
            const bool told = !teller.empty() && is_one_of(value_keys, key.text);
            if (told && value.kind == yaml::Kind::scalar && is_secret_under(teller, value.text)) {
                add(value, 0, value.text.size(), teller);
                continue;
            }
            path_.push_back(key.text);
            const bool tells = under.empty() && !named && value.kind != yaml::Kind::scalar && tells_name(key.text) &&
                               !holds_named(path_);
            walk(value, tells ? std::string_view(key.text) : under);
            path_.pop_back();
        }
    }

    std::vector<SecretPiece> take() { return std::move(found_); }

  private:
    bool tells_name(std::string_view name) const {
        return looks_secret(name) || (options_.more_names && options_.more_names(name));
    }

    // `{name: DB_PASSWORD, value: X}`: what the name says of the value.
    static std::string_view told_by_sibling(const yaml::Node& map) {
        for (const std::string_view key : {"name", "key", "variable", "header"}) {
            const yaml::Node* name = map.find(key);
            if (name != nullptr && name->kind == yaml::Kind::scalar && looks_secret(name->text)) return name->text;
        }
        return {};
    }

    void add(const yaml::Node& node, std::size_t from, std::size_t to, std::string_view name) {
        if (from < to) found_.push_back({&node, from, to, std::string(name)});
    }

    void text(const yaml::Node& node) {
        const std::array<std::string_view, 1> words{node.text};
        const auto found = secret_spans(words, options_); // outlives the loop
        for (const SecretSpan& span : found.front()) add(node, span.from, span.to, span.name);
    }

    bool is_secret_under(std::string_view name, std::string_view value) const {
        const bool more =
            options_.more_names && options_.more_names(name) && !tells_nothing(value, options_.references);
        return more || is_secret(name, value, options_.references);
    }

    // NAME=value of a list is asked as the map says it.
    void pair(const yaml::Node& node) {
        const std::size_t equals = node.text.find('=');
        if (equals == std::string::npos) return text(node);
        const std::string_view name = std::string_view(node.text).substr(0, equals);
        if (is_secret_under(name, std::string_view(node.text).substr(equals + 1)))
            return add(node, equals + 1, node.text.size(), name);
        const std::string_view all = node.text;
        const std::array<std::string_view, 1> whole{all};
        const std::array<std::string_view, 1> value{all.substr(equals + 1)};
        SecretSpans found = secret_spans(whole, options_).front();
        const auto inside = secret_spans(value, options_); // outlives the loop
        for (const SecretSpan& span : inside.front())
            found.push_back({equals + 1 + span.from, equals + 1 + span.to, span.name});
        const SecretSpans pieces = joined(std::move(found)); // both may find a part of one
        for (const SecretSpan& span : pieces) add(node, span.from, span.to, span.name);
    }

    void scalar(const yaml::Node& node, std::string_view key, std::string_view under) {
        const bool content = is_content(path_);
        if (content || !under.empty()) {
            const std::string name = content ? std::string(path_[1]) + "_content" : std::string(under);
            if (!tells_nothing(node.text, options_.references)) add(node, 0, node.text.size(), name);
            return;
        }
        const bool named = !holds_named(path_) && !(path_.size() > 1 && holds_named({path_.begin(), path_.end() - 1}));
        if (named && is_secret_under(key, node.text)) return add(node, 0, node.text.size(), key);
        text(node);
    }

    void sequence(const yaml::Node& node, std::string_view under) { // NOLINT(misc-no-recursion)
        if (holds_names(path_)) return;
        const bool command = under.empty() && !path_.empty() && is_command(path_.back()) && !is_build_args(path_);
        if (command) return words(node);
        const std::string_view key = path_.empty() ? "" : path_.back();
        if (under.empty() && tells_name(key) && !holds_named(path_)) under = key;
        const bool pairs = holds_pairs(path_);
        for (const yaml::Node& item : node.items) {
            if (item.kind == yaml::Kind::scalar && under.empty())
                pairs ? pair(item) : text(item);
            else
                walk(item, under);
        }
    }

    void words(const yaml::Node& node) {
        std::vector<std::string_view> words;
        for (const yaml::Node& item : node.items) words.emplace_back(item.text);
        const auto found = secret_spans(words, options_);
        for (std::size_t i = 0; i < found.size(); ++i) {
            for (const SecretSpan& span : found[i]) add(node.items[i], span.from, span.to, span.name);
        }
    }

    const MaskOptions& options_;
    Path path_;
    std::vector<SecretPiece> found_;
};

bool is_name_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// `${NAME...}` and `$NAME`, not `$$NAME`.
void add_references(std::string_view text, std::set<std::string>& out) {
    for (std::size_t at = text.find('$'); at != std::string_view::npos; at = text.find('$', at)) {
        ++at;
        if (at < text.size() && text[at] == '$') {
            ++at;
            continue;
        }
        if (at < text.size() && text[at] == '{') ++at;
        const std::size_t from = at;
        while (at < text.size() && is_name_byte(text[at])) ++at;
        if (at > from) out.emplace(text.substr(from, at - from));
    }
}

void add_named(const yaml::Node& document, std::string_view section, std::set<std::string>& out) {
    const yaml::Node* found = document.find(section);
    if (found == nullptr) return;
    for (const auto& [name, value] : found->entries) {
        const yaml::Node* variable = value.find("environment");
        if (variable != nullptr && variable->kind == yaml::Kind::scalar) out.insert(variable->text);
    }
}

} // namespace

std::vector<SecretPiece> secret_pieces(const yaml::Node& document, const MaskOptions& options) {
    Walk walk(options);
    walk.walk(document, "");
    return walk.take();
}

std::set<std::string> secret_variables(std::string_view text, const MaskOptions& options) {
    std::set<std::string> out;
    const auto documents = yaml::parse_compose(text);
    if (!documents) return out;
    MaskOptions with_references = options;
    with_references.references = References::secret;
    for (const yaml::Node& document : *documents) {
        add_named(document, "secrets", out);
        add_named(document, "configs", out);
        for (const SecretPiece& piece : secret_pieces(document, with_references)) {
            add_references(std::string_view(piece.node->text).substr(piece.from, piece.to - piece.from), out);
        }
    }
    return out;
}

std::vector<std::string> secret_texts(std::string_view text) {
    std::vector<std::string> out;
    const auto documents = yaml::parse_compose(text);
    if (!documents) {
        for (const SecretSpan& span : secret_spans(text)) out.emplace_back(text.substr(span.from, span.to - span.from));
        return out;
    }
    for (const yaml::Node& document : *documents) {
        for (const SecretPiece& piece : secret_pieces(document)) {
            out.push_back(piece.node->text.substr(piece.from, piece.to - piece.from));
            if (std::string single = with_single_dollars(out.back()); single != out.back())
                out.push_back(std::move(single));
        }
    }
    return out;
}

} // namespace mooring::compose
