#include "portainer_double/kube_manifest.hpp"

#include "portainer_double/compose_yaml.hpp"

#include <cctype>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <regex>

namespace portainer_double {
namespace {

std::optional<std::int64_t> whole_number(const std::string& text) {
    std::string_view digits = text;
    const bool negative = digits.starts_with('-');
    if (negative || digits.starts_with('+')) digits.remove_prefix(1);
    int base = 10;
    if (digits.starts_with("0x")) base = 16;
    if (digits.starts_with("0o")) base = 8;
    if (base != 10) digits.remove_prefix(2);
    if (base == 10 && digits.size() > 1 && digits[0] == '0') base = 8;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return negative ? -value : value;
}

Json plain_scalar(const std::string& text) {
    if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return nullptr;
    if (text == "true" || text == "True" || text == "TRUE") return true;
    if (text == "false" || text == "False" || text == "FALSE") return false;
    if (const auto number = whole_number(text)) return *number;
    static const std::regex decimal(R"([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?)");
    if (std::regex_match(text, decimal)) return std::strtod(text.c_str(), nullptr);
    static const std::regex date(R"([0-9]{4}-[0-9]{2}-[0-9]{2})");
    if (std::regex_match(text, date)) return text + "T00:00:00Z";
    return text;
}

Json to_json(const YAML::Node& node) {
    if (node.IsSequence()) {
        Json list = Json::array();
        for (const auto& item : node) list.push_back(to_json(item));
        return list;
    }
    if (node.IsMap()) {
        Json map = Json::object();
        for (const auto& [key, value] : entries_of(node)) map[key] = to_json(value);
        return map;
    }
    if (!node.IsScalar()) return nullptr;
    return node.Tag() == "?" ? plain_scalar(node.Scalar()) : Json(node.Scalar());
}

} // namespace

std::expected<std::vector<Json>, ManifestProblem> read_manifest(std::string_view text) {
    std::vector<Json> documents;
    try {
        for (const YAML::Node& node : YAML::LoadAll(std::string(text))) {
            Json document = to_json(node);
            if (!document.is_null()) documents.push_back(std::move(document));
        }
    } catch (const YAML::Exception& error) {
        const std::string line = std::to_string(error.mark.line + 1);
        return std::unexpected(ManifestProblem{"yaml: line " + line + ": did not find expected node content"});
    }
    return documents;
}

std::string label_value(std::string_view name) {
    std::string value;
    bool replaced = false;
    for (const char c : name) {
        const bool fits = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_' || c == '-';
        if (fits || !replaced) value.push_back(fits ? c : '.');
        replaced = !fits;
    }
    const auto edge = [](char c) { return c == '.' || c == '-' || c == '_'; };
    while (!value.empty() && edge(value.front())) value.erase(value.begin());
    while (!value.empty() && edge(value.back())) value.pop_back();
    return value;
}

} // namespace portainer_double
