#include "contract/compare.hpp"

#include "contract/noise.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <regex>

namespace contract {
namespace {

std::string shown(const Json& value) {
    std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (text.size() > 160) text = text.substr(0, 157) + "...";
    return text;
}

bool is_zero(const Json& value) {
    if (value.is_number()) return value == 0;
    if (!value.is_string()) return value.is_null();
    const auto& text = value.get_ref<const std::string&>();
    return text.empty() || text.starts_with("0001-");
}

std::string first_word(const std::string& text) { return text.substr(0, text.find(' ')); }

bool looks_random(const std::string& text) {
    const std::string bare = text.starts_with("sha256:") ? text.substr(7) : text;
    return bare.size() >= 12 &&
           std::ranges::all_of(bare, [](unsigned char c) { return std::isalnum(c) != 0 || c == '-'; });
}

// Lists whose order is random on one side are brought into the order of what identifies their items.
std::string sort_key(const Json& item) {
    if (!item.is_object()) return {};
    if (item.contains("lastTransitionTime")) return item.value("type", ""); // conditions, the last written at the end
    if (item.contains("fieldsV1"))
        return item.value("manager", "") + item.value("operation", "") + item.value("subresource", "");
    if (item.contains("IsSystem") && item.contains("Name")) return item.value("Name", ""); // 2.23 goes through a map
    for (const char* pointer : {"/Spec/ContainerSpec/Labels/com.docker.stack.namespace", "/Spec/Name"}) {
        const Json::json_pointer at(pointer);
        if (item.contains(at) && item[at].is_string())
            return item[at].get<std::string>() + std::to_string(item.value("Slot", 0));
    }
    return {};
}

Json in_order(Json list) {
    const bool sortable =
        !list.empty() && std::ranges::all_of(list, [](const Json& item) { return !sort_key(item).empty(); });
    if (sortable)
        std::stable_sort(list.begin(), list.end(),
                         [](const Json& a, const Json& b) { return sort_key(a) < sort_key(b); });
    return list;
}

class Comparison {
  public:
    Comparison(Names& names, const CompareOptions& options) : names_(names), options_(options) {}

    void json(const std::string& path, const std::string& place, const Json& recorded, const Json& actual);
    void add(const std::string& place, const std::string& recorded, const std::string& actual) {
        found_.push_back({.path = place, .recorded = recorded, .actual = actual});
    }
    std::vector<Difference> take() { return std::move(found_); }

  private:
    Names& names_;
    const CompareOptions& options_;
    std::vector<Difference> found_;

    void object(const std::string& path, const std::string& place, const Json& recorded, const Json& actual);
    void list(const std::string& path, const std::string& place, const Json& recorded, const Json& actual);
    bool scalar_equal(const std::string& path, Treatment treatment, const Json& recorded, const Json& actual);
    Json renamed(const std::string& path, const Json& recorded, const Json& actual);
    bool numbers_may_differ(const std::string& path) const;
};

std::string below(const std::string& path, const std::string& key) { return path.empty() ? key : path + "." + key; }

// Keys of a network's "Containers" are container ids.
Json Comparison::renamed(const std::string& path, const Json& recorded, const Json& actual) {
    const bool of_network = path == "Containers" || path.ends_with(".Containers"); // no pod's initContainers
    if (!of_network || recorded.size() != actual.size()) return recorded;
    Json result = Json::object();
    for (const auto& [key, value] : recorded.items()) {
        for (const auto& [other, candidate] : actual.items()) {
            if (candidate.value("Name", "") == value.value("Name", "") && names_.same(key, other))
                result[other] = value;
        }
    }
    return result;
}

void Comparison::object(const std::string& path, const std::string& place, const Json& recorded_as_is,
                        const Json& actual) {
    const Json recorded = renamed(path, recorded_as_is, actual);
    for (const auto& [key, value] : recorded.items()) {
        const std::string inner = below(path, key);
        if (actual.contains(key)) {
            json(inner, below(place, key), value, actual[key]);
        } else if (treatment_of(inner) != Treatment::optional) {
            add(below(place, key), shown(value), "(missing)");
        }
    }
    for (const auto& [key, value] : actual.items()) {
        const Treatment treatment = treatment_of(below(path, key));
        const bool surplus =
            !recorded.contains(key) && treatment != Treatment::optional && treatment != Treatment::sparse;
        if (surplus) add(below(place, key), "(missing)", shown(value));
    }
}

void Comparison::list(const std::string& path, const std::string& place, const Json& recorded, const Json& actual) {
    if (recorded.size() != actual.size()) {
        add(place, std::to_string(recorded.size()) + " items " + shown(recorded),
            std::to_string(actual.size()) + " items " + shown(actual));
        return;
    }
    Json left = in_order(recorded);
    Json right = in_order(actual);
    if (treatment_of(path) == Treatment::set) {
        std::sort(left.begin(), left.end());
        std::sort(right.begin(), right.end());
    }
    for (std::size_t i = 0; i < left.size(); ++i) json(path, place + "[" + std::to_string(i) + "]", left[i], right[i]);
}

bool Comparison::numbers_may_differ(const std::string& path) const {
    if (options_.exact_ids) return false;
    constexpr std::array ids{"Id", "EndpointId", "UserId", "UserID", "TeamId", "TeamID", "id", "userId", "JobID"};
    return std::ranges::any_of(
        ids, [&](std::string_view id) { return path == id || path.ends_with("." + std::string(id)); });
}

std::string without_digits(std::string text) {
    std::erase_if(text, [](unsigned char c) { return std::isdigit(c) != 0; });
    return text;
}

bool Comparison::scalar_equal(const std::string& path, Treatment treatment, const Json& recorded, const Json& actual) {
    if (treatment == Treatment::time) return is_zero(recorded) == is_zero(actual);
    if (recorded.type() != actual.type() && !(recorded.is_number() && actual.is_number())) return false;
    if (recorded.is_number()) return treatment == Treatment::kind || recorded == actual || numbers_may_differ(path);
    if (!recorded.is_string()) return treatment == Treatment::kind || recorded == actual;
    const auto left = recorded.get<std::string>();
    const auto right = actual.get<std::string>();
    switch (treatment) {
    case Treatment::kind:
        return true;
    case Treatment::first_word:
        return first_word(left) == first_word(right);
    case Treatment::text:
        return without_weather(left) == without_weather(right) ||
               (!options_.exact_ids && without_digits(without_weather(left)) == without_digits(without_weather(right)));
    case Treatment::number:
        return left.empty() == right.empty() && names_.same("number " + left, "number " + right);
    case Treatment::name:
        return left == right || (looks_random(left) && looks_random(right) && names_.same(left, right));
    default:
        return left == right || (!options_.exact_ids && without_digits(left) == without_digits(right));
    }
}

void Comparison::json(const std::string& path, const std::string& place, const Json& recorded, const Json& actual) {
    const Treatment treatment = treatment_of(path);
    if (treatment == Treatment::anything || treatment == Treatment::optional) return;
    if (recorded.is_object() && actual.is_object()) {
        object(path, place, recorded, actual);
    } else if (recorded.is_array() && actual.is_array() && treatment != Treatment::kind) {
        list(path, place, recorded, actual);
    } else if (recorded.is_array() || recorded.is_object() || actual.is_array() || actual.is_object()) {
        if (recorded.type() != actual.type()) add(place, shown(recorded), shown(actual));
    } else if (!scalar_equal(path, treatment, recorded, actual)) {
        add(place, shown(recorded), shown(actual));
    }
}

void compare_headers(const Response& recorded, const Response& actual, Comparison& comparison) {
    if (!recorded.headers_recorded) return;
    for (const char* name : {"content-type", "x-total-count", "x-total-available"}) {
        const auto value = [&](const Response& response) {
            const auto at = response.headers.find(name);
            return at == response.headers.end() ? std::string("(none)") : at->second;
        };
        if (value(recorded) != value(actual)) comparison.add(name, value(recorded), value(actual));
    }
}

} // namespace

bool Names::same(const std::string& recorded, const std::string& actual) {
    const auto [forward, is_new] = actual_by_recorded_.emplace(recorded, actual);
    if (!is_new) return forward->second == actual;
    return recorded_by_actual_.emplace(actual, recorded).first->second == recorded;
}

std::string Names::translate(std::string text) const {
    for (const auto& [recorded, actual] : actual_by_recorded_) {
        for (std::size_t at = text.find(recorded); at != std::string::npos;
             at = text.find(recorded, at + actual.size())) {
            text.replace(at, recorded.size(), actual);
        }
    }
    return text;
}

// Long answers are recorded by their beginning: "...(3813 bytes in all)".
static bool is_cut(const std::string& text) { return text.ends_with(" bytes in all)"); }

// What a JSON reader quotes of the text that it does not like, at the end or in front of the type it wants.
// Later builds call the type by another name.
static std::string without_excerpt(const std::string& text) {
    const std::size_t wanted = text.find(" into Go ");
    if (text.starts_with("Json: cannot unmarshal ") && wanted != std::string::npos)
        return text.substr(wanted, text.find(" of type ") - wanted);
    return text.substr(0, text.find(": ", std::string_view("Json: ").size()));
}

// Names that a server draws inside of texts: instance ids, hashes of pod templates, suffixes of pods, times of events,
// nodes that were free.
static std::string without_random(const std::string& text) {
    if (text.starts_with("/datac/")) return "/data/" + text.substr(7); // of a second server beside the first
    static const std::regex age("[0-9]+[smh]([0-9]+[sm])?");
    if (text.find('-') == std::string::npos) return std::regex_match(text, age) ? "AGE" : text;
    static const std::regex instance("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    static const std::regex hash("-[bcdfghjklmnpqrstvwxz0-9]{8,10}(-[bcdfghjklmnpqrstvwxz0-9]{5})?(?=$|\"|-$|\\.| )");
    static const std::regex event("(\\.[0-9a-f]{16}| to node-[0-9]+)$");
    static const std::regex volume("kube-api-access-[a-z0-9]{5}");
    static const std::regex moment("[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8}| +[0-9]+[smh][0-9smh]* +");
    const std::string timeless = std::regex_replace(std::regex_replace(text, moment, " TIME "), event, "");
    const std::string bare = std::regex_replace(timeless, instance, "INSTANCE");
    return std::regex_replace(std::regex_replace(bare, hash, "-HASH"), volume, "kube-api-access-X");
}

std::string without_weather(const std::string& text) {
    constexpr std::array marks{
        "ailed to deploy a stack:", "failed to clone git repository:", "tack config file is invalid:"};
    for (const char* mark : marks) {
        const std::size_t at = text.find(mark);
        if (at != std::string::npos) return text.substr(0, at + std::string_view(mark).size());
    }
    return text.starts_with("Json: ") ? without_excerpt(text) : without_random(text);
}

std::vector<Difference> compare(const Response& recorded, const Response& actual, Names& names,
                                const CompareOptions& options) {
    Comparison comparison(names, options);
    if (recorded.status != actual.status)
        comparison.add("status", std::to_string(recorded.status), std::to_string(actual.status));
    compare_headers(recorded, actual, comparison);
    if (is_cut(recorded.text)) return comparison.take(); // the body was too long to be kept
    if (recorded.json && actual.json) {
        comparison.json("", "json", *recorded.json, *actual.json);
    } else if (recorded.json.has_value() != actual.json.has_value()) {
        comparison.add("body", recorded.json ? shown(*recorded.json) : recorded.text,
                       actual.json ? shown(*actual.json) : actual.text);
    } else if (recorded.text != actual.text) {
        comparison.add("body", recorded.text, actual.text);
    }
    return comparison.take();
}

} // namespace contract
