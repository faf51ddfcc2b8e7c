// Values -> JSON.

#include "ledger/json.hpp"
#include "snapshot/fields.hpp"
#include "snapshot/snapshot.hpp"

#include <charconv>
#include <fmt/format.h>
#include <variant>

namespace mooring::snapshot {
namespace {

using ledger::Json;

class Writer {
  public:
    Json object = Json::object();

    template <typename T>
    void operator()(const char* key, const T& value) {
        object[key] = to_json(value);
    }

    template <typename T>
    void added(const char* key, const T& value) {
        (*this)(key, value);
    }

    // A mark is a number; what is public is text.
    void secret(const Secret& value) {
        const auto number = mark_number(value.reveal());
        object["secret"] = number ? Json(*number) : Json(nullptr);
        object["value"] = number ? Json(nullptr) : Json(std::string(value.reveal()));
    }
    void secret(const std::optional<Secret>& value) {
        object["secret"] = object["value"] = nullptr;
        if (value) secret(*value);
    }

    void is_set(const char* key, const std::string& value) { object[key] = !value.empty(); }

    template <typename One, typename Other>
    void either(const char* one, const char* other, const std::variant<One, Other>& value) {
        object[one] = object[other] = nullptr;
        std::visit([&](const auto& given) { object[value.index() == 0 ? one : other] = to_json(given); }, value);
    }

  private:
    static Json to_json(const std::string& value) { return value; }
    static Json to_json(bool value) { return value; }
    template <std::integral T>
    static Json to_json(T value) {
        return value;
    }
    template <Worded T>
    static Json to_json(T value) {
        return std::string(word_of(value));
    }
    template <typename T>
    static Json to_json(const std::optional<T>& value) {
        return value ? to_json(*value) : Json(nullptr);
    }
    template <typename T>
    static Json to_json(const std::vector<T>& values) {
        Json list = Json::array();
        for (const T& value : values) list.push_back(to_json(value));
        return list;
    }
    static Json to_json(const std::map<std::string, std::string>& values) { return values; }
    template <typename Key, typename T>
    static Json to_json(const std::map<Key, std::vector<T>>& values) {
        Json list = Json::array();
        for (const auto& [key, value] : values) list.push_back({{"of", to_json(key)}, {"answers", to_json(value)}});
        return list;
    }
    template <typename T>
    static Json to_json(const Answer<T>& answer) {
        return {{"reply", to_json(answer.reply)}, {"value", to_json(answer.value)}};
    }
    template <typename T>
        requires requires(Writer& writer, const T& value) { fields(writer, value); }
    static Json to_json(const T& value) {
        Writer writer;
        fields(writer, value);
        return std::move(writer.object);
    }
};

} // namespace

std::string write(const Snapshot& snapshot) {
    Writer writer;
    writer("apiVersion", std::string("mooring/v1"));
    writer("kind", std::string("Snapshot"));
    writer("mooring", snapshot.mooring_version);
    writer("startedAt", snapshot.started_at);
    writer("finishedAt", snapshot.finished_at);
    writer("desired", snapshot.desired);
    writer("texts", snapshot.texts);
    writer("servers", snapshot.servers);
    writer.object["memory"] = Json::parse(ledger::write_memory(snapshot.memory));
    return writer.object.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

namespace {

constexpr std::string_view opening = "<secret ";
constexpr std::int64_t most_marks = 100'000'000;

std::string environment_key(const EnvironmentRef& environment) {
    return environment.id ? fmt::format("id {}", *environment.id) : "name " + environment.name;
}

std::string environment_key(const EnvironmentSelector& selector) {
    std::string key = "group " + selector.group;
    for (const std::string& tag : selector.tags) key += "\ntag " + tag;
    return key;
}

} // namespace

std::string key_of(const DesiredStack& stack) {
    const std::string environment =
        std::visit([](const auto& named) { return environment_key(named); }, stack.environment);
    return fmt::format("{}\n{}\n{}:{}\n{}\n{}", stack.server, stack.name, stack.where.file, stack.where.line,
                       stack.namespace_, environment);
}

std::string mark_text(std::int64_t number) { return fmt::format("{}{}>", opening, number); }

std::optional<std::int64_t> mark_number(std::string_view text) {
    if (!text.starts_with(opening) || !text.ends_with('>')) return std::nullopt;
    const std::string_view digits = text.substr(opening.size(), text.size() - opening.size() - 1);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    const bool whole = error == std::errc() && end == digits.data() + digits.size();
    return whole && number > 0 && number <= most_marks ? std::optional(number) : std::nullopt;
}

} // namespace mooring::snapshot
