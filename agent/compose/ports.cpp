// Published ports: short and long syntax become one keyed list (compose-oracle §2, §3.2).
#include "compose/converters.hpp"
#include "compose/facts.hpp"

#include "base/text.hpp"

#include <arpa/inet.h>

#include <array>
#include <charconv>

namespace mooring::compose {
namespace {

struct Port {
    std::string host_ip;
    std::string published; // a number, a range, a reference; empty: a random one
    std::string target;
    std::string protocol = "tcp";
    std::string mode = "ingress";
    std::string name;
    std::string app_protocol;
};

struct Range {
    unsigned first = 0;
    unsigned last = 0;
    unsigned length() const { return last - first; }
};

std::optional<unsigned> parse_port(std::string_view text) {
    unsigned value = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(end - text.size(), end, value);
    if (error != std::errc{} || stopped != end || text.empty() || value > 65535) return std::nullopt;
    return value;
}

std::optional<Range> parse_range(std::string_view text) {
    const std::size_t dash = text.find('-');
    const auto first = parse_port(text.substr(0, dash));
    if (dash == std::string_view::npos) return first ? std::optional(Range{*first, *first}) : std::nullopt;
    const auto last = parse_port(text.substr(dash + 1));
    if (!first || !last || *last < *first) return std::nullopt;
    return Range{*first, *last};
}

bool is_address(const std::string& text) {
    std::array<unsigned char, sizeof(in6_addr)> buffer{};
    return inet_pton(AF_INET, text.c_str(), buffer.data()) == 1 ||
           inet_pton(AF_INET6, text.c_str(), buffer.data()) == 1;
}

// host_ip:published:target, split from the right; colons inside ${...} do not split.
struct Parts {
    std::string_view host_ip;
    std::string_view published;
    std::string_view target;
};

Parts split_parts(std::string_view text) {
    const auto parts = split_outside(text, ':');
    const std::size_t count = parts.size();
    if (count == 1) return {.host_ip = {}, .published = {}, .target = parts[0]};
    const std::string_view published = parts[count - 2];
    const auto before = static_cast<std::size_t>(published.data() - text.data());
    return {
        .host_ip = text.substr(0, before == 0 ? 0 : before - 1), .published = published, .target = parts[count - 1]};
}

void add(Value& list, const Port& port, std::uint32_t line) {
    std::string identity = port.host_ip;
    if (!identity.empty()) identity += ':';
    identity += port.published;
    if (!port.published.empty()) identity += ':';
    identity += port.target;
    identity += '/';
    identity += port.protocol;
    Value settings{.shape = Shape::map, .line = line};
    if (!port.app_protocol.empty()) put(settings, "app_protocol", make_text(port.app_protocol, line));
    put(settings, "mode", make_text(port.mode, line));
    if (!port.name.empty()) put(settings, "name", make_text(port.name, line));
    list.members.push_back({.key = std::move(identity), .value = std::move(settings)});
}

// One port for each of the range, or one port with a range of published ones.
void add_range(Value& list, Port port, const Range& targets, const std::optional<Range>& published,
               std::uint32_t line) {
    for (unsigned i = 0; i <= targets.length(); ++i) {
        port.target = std::to_string(targets.first + i);
        if (published) port.published = std::to_string(published->first + i);
        if (published && targets.length() == 0 && published->length() != 0) {
            port.published += "-" + std::to_string(published->last);
        }
        add(list, port, line);
    }
}

// Takes the protocol off the target and checks what holds no reference. False: context has the problem.
bool read_protocol(std::string_view& target, Port& port, const yaml::Node& node, Context& context) {
    const std::size_t slash = find_outside(target, '/');
    if (slash == std::string_view::npos) return true;
    std::string_view protocol = target.substr(slash + 1);
    protocol = protocol.substr(0, find_outside(protocol, '/')); // the loader reads no further
    target = target.substr(0, slash);
    if (protocol.empty()) return true;
    port.protocol = has_reference(protocol) ? std::string(protocol) : to_lower(protocol);
    const bool known =
        has_reference(protocol) || port.protocol == "tcp" || port.protocol == "udp" || port.protocol == "sctp";
    if (!known) context.fail(node, "the protocol is tcp, udp or sctp, not `" + std::string(protocol) + "`");
    return known;
}

bool read_address(std::string_view text, Port& port, const yaml::Node& node, Context& context) {
    port.host_ip = text;
    if (text.empty() || has_reference(text)) return true;
    const bool bracketed = text.starts_with('[') && text.ends_with(']');
    if (bracketed) port.host_ip = text.substr(1, text.size() - 2);
    const bool fine = is_address(port.host_ip) && (bracketed || !text.contains(':'));
    if (!fine) context.fail(node, "`" + std::string(text) + "` is not an IP address (IPv6 stands in brackets)");
    return fine;
}

// What holds references is kept as written, what does not is still brought into its form.
void add_symbolic(Value& list, Port port, const Parts& parts, std::string_view target, std::uint32_t line) {
    const auto settle = [](std::string_view text) {
        const auto range = has_reference(text) ? std::nullopt : parse_range(text);
        if (!range) return std::string(text);
        if (range->length() == 0) return std::to_string(range->first);
        return std::to_string(range->first) + "-" + std::to_string(range->last);
    };
    port.published = settle(parts.published);
    port.target = settle(target);
    add(list, port, line);
}

Outcome read_short(yaml::Node& node, std::string_view text, Context& context, Value& list) {
    if (is_one_reference(text)) { // it may stand for anything: compared as text
        list.members.push_back({.key = std::string(text), .value = {.shape = Shape::map, .line = node.mark.line}});
        return Outcome::present;
    }
    Port port;
    const Parts parts = split_parts(text);
    std::string_view target = parts.target;
    if (!read_protocol(target, port, node, context) || !read_address(parts.host_ip, port, node, context))
        return Outcome::failed;
    const auto targets = parse_range(target);
    const auto published = parse_range(parts.published);
    if (!targets && !has_reference(target))
        return context.fail(node, "`" + std::string(target) + "` is not a port or range of ports");
    if (!parts.published.empty() && !published && !has_reference(parts.published)) {
        return context.fail(node, "`" + std::string(parts.published) + "` is not a port or range of ports");
    }
    if (!targets || (!parts.published.empty() && !published)) {
        add_symbolic(list, std::move(port), parts, target, node.mark.line);
        return Outcome::present;
    }
    if (targets->first == 0) return context.fail(node, "0 is not a target port");
    if (published && targets->length() != 0 && targets->length() != published->length()) {
        return context.fail(node, "the ranges of published and target ports have different lengths");
    }
    if (!context.may_make(node.mark, targets->length() + 1)) return Outcome::failed;
    add_range(list, std::move(port), *targets, published, node.mark.line);
    return Outcome::present;
}

// The text of a field of the long syntax; empty if it is not there.
std::string field(const Value& fields, std::string_view name) {
    const Value* value = find(fields, name);
    return value == nullptr ? std::string{} : value->text;
}

Outcome read_long_port(yaml::Node& node, const RuleNode& rule, Context& context, Value& list) {
    Value fields;
    if (!read_fields(node, rule, context, true, fields)) return Outcome::failed;
    Port port;
    port.host_ip = field(fields, "host_ip");
    port.published = field(fields, "published");
    port.target = field(fields, "target");
    port.name = field(fields, "name");
    port.app_protocol = field(fields, "app_protocol");
    if (std::string mode = field(fields, "mode"); !mode.empty()) port.mode = std::move(mode);
    const std::string protocol = field(fields, "protocol");
    if (!protocol.empty()) port.protocol = has_reference(protocol) ? protocol : to_lower(protocol);
    add(list, port, node.mark.line);
    return Outcome::present;
}

Outcome read_port(yaml::Node& node, const RuleNode& rule, Context& context, Value& list) {
    if (node.kind == yaml::Kind::mapping) return read_long_port(node, rule, context, list);
    if (!yaml::is_text(node)) {
        const auto scalar = yaml::resolve(node);
        if (!scalar || scalar->type != yaml::Type::integer) {
            return context.fail(node, "must be a port: a string, a whole number or a mapping", "wrong-type");
        }
        return read_short(node, scalar->text, context, list);
    }
    const auto text = take_text(node, context);
    return text ? read_short(node, *text, context, list) : Outcome::failed;
}

} // namespace

Outcome read_ports(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    if (node.kind != yaml::Kind::sequence) return context.fail(node, "must be a list", "wrong-type");
    out.shape = Shape::keyed;
    out.members.reserve(node.items.size());
    for (yaml::Node& item : node.items) {
        if (read_port(item, *rule.element, context, out) == Outcome::failed) return Outcome::failed;
    }
    sort_members(out);
    return present_unless_empty(out);
}

} // namespace mooring::compose
