// What is stored of what is sent: quantities by value, and nothing where there is nothing (kubernetes.md §5, §8).
#include "portainer_double/kube_defaults.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace portainer_double {
namespace {

// Maps of free keys: nothing in them is looked at, and without a key they go.
constexpr std::array free_maps{"labels",      "annotations",     "data",           "binaryData", "stringData",
                               "matchLabels", "nodeSelector",    "parameters",     "limits",     "requests",
                               "hard",        "default",         "defaultRequest", "min",        "max",
                               "options",     "volumeAttributes"};
// Maps of quantities.
constexpr std::array quantity_maps{"limits", "requests", "hard", "default", "defaultRequest", "min", "max", "capacity"};
// Quantities of their own.
constexpr std::array quantity_fields{"averageValue", "sizeLimit", "divisor"};
// Scalars that are left out where they are zero.
constexpr std::array zero_fields{"hostIPC",
                                 "hostNetwork",
                                 "hostPID",
                                 "minReadySeconds",
                                 "paused",
                                 "publishNotReadyAddresses",
                                 "stdin",
                                 "stdinOnce",
                                 "tty",
                                 "workingDir",
                                 "subPath",
                                 "subPathExpr",
                                 "subdomain",
                                 "initialDelaySeconds",
                                 "priorityClassName",
                                 "volumeName",
                                 "hostPort",
                                 "nodePort",
                                 "loadBalancerIP",
                                 "externalName",
                                 "insecureSkipTLSVerify",
                                 "nodeName"};
// Lists that stand there even when they are empty.
constexpr std::array kept_lists{"containers", "rules", "paths", "subjects", "nodeSelectorTerms"};

template <typename Names>
bool is_one_of(const Names& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

struct Quantity {
    std::int64_t digits = 0; // times ten to the power of `tens`
    int tens = 0;
    int binary = 0; // times 1024 to the power of it; 0: a decimal one
};

std::optional<Quantity> parse_quantity(std::string_view text) {
    const std::size_t end = std::min(text.find_first_not_of("+-.0123456789"), text.size());
    std::string digits(text.substr(0, end));
    const std::string_view suffix = text.substr(end);
    Quantity quantity;
    if (const std::size_t point = digits.find('.'); point != std::string::npos) {
        quantity.tens = -static_cast<int>(digits.size() - point - 1);
        digits.erase(point, 1);
    }
    const auto [last, error] = std::from_chars(digits.data(), digits.data() + digits.size(), quantity.digits);
    if (digits.empty() || error != std::errc{} || last != digits.data() + digits.size()) return std::nullopt;
    constexpr std::array<std::string_view, 10> decimal{"n", "u", "m", "", "k", "M", "G", "T", "P", "E"};
    constexpr std::array<std::string_view, 7> binary{"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
    if (const auto at = std::ranges::find(decimal, suffix); at != decimal.end()) {
        quantity.tens += static_cast<int>(at - decimal.begin() - 3) * 3;
        return quantity;
    }
    const auto at = std::ranges::find(binary, suffix);
    if (at == binary.end()) return std::nullopt; // an exponent, as "1e3"
    quantity.binary = static_cast<int>(at - binary.begin());
    return quantity;
}

std::string decimal_text(Quantity quantity) {
    constexpr std::array<std::string_view, 10> suffixes{"n", "u", "m", "", "k", "M", "G", "T", "P", "E"};
    if (quantity.digits == 0) return "0";
    for (; quantity.digits % 10 == 0; quantity.digits /= 10) ++quantity.tens;
    for (; quantity.tens % 3 != 0; --quantity.tens) quantity.digits *= 10;
    const int at = std::clamp(quantity.tens / 3 + 3, 0, 9);
    return std::to_string(quantity.digits) + std::string(suffixes.at(static_cast<std::size_t>(at)));
}

// "1024Mi" -> "1Gi", "1000m" -> "1", "0.5" -> "500m"
std::string canonical_quantity(const std::string& text) {
    const auto quantity = parse_quantity(text);
    if (!quantity) return text;
    if (quantity->binary == 0) return decimal_text(*quantity);
    const double value =
        static_cast<double>(quantity->digits) * std::pow(10.0, quantity->tens) * std::pow(1024.0, quantity->binary);
    auto whole = static_cast<std::int64_t>(std::ceil(value));
    if (std::abs(whole) < 1024) return decimal_text({.digits = whole, .tens = 0, .binary = 0});
    constexpr std::array<std::string_view, 7> suffixes{"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
    std::size_t power = 0;
    for (; power + 1 < suffixes.size() && whole % 1024 == 0; ++power) whole /= 1024;
    return std::to_string(whole) + std::string(suffixes.at(power));
}

void make_quantity(Json& value) {
    if (value.is_number()) value = value.dump();
    if (value.is_string()) value = canonical_quantity(value.get<std::string>());
}

bool is_nothing(const std::string& key, const Json& value) {
    if (value.is_array() && value.empty()) return !is_one_of(kept_lists, key);
    if (value.is_object() && value.empty()) return is_one_of(free_maps, key);
    const bool zero = value == "" || value == 0 || value == false;
    return zero && is_one_of(zero_fields, key);
}

} // namespace

void normalise(Json& value) {
    if (value.is_array()) {
        for (Json& one : value) normalise(one);
    }
    if (!value.is_object()) return;
    std::vector<std::string> gone;
    for (auto& [key, inner] : value.items()) {
        if (key == "status" && value.contains("kind")) continue;
        if (is_nothing(key, inner)) gone.push_back(key);
        if (is_one_of(quantity_fields, key)) make_quantity(inner);
        if (inner.is_object() && is_one_of(quantity_maps, key)) {
            for (auto& [name, quantity] : inner.items()) make_quantity(quantity);
        } else if (!is_one_of(free_maps, key)) {
            normalise(inner);
        }
    }
    for (const std::string& key : gone) value.erase(key);
}

} // namespace portainer_double
