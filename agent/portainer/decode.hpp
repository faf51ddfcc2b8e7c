// Portainer's and Docker's JSON into values. Keys are found whatever their case, null and missing mean the default
// (portainer-api.md §2.1) except for what identifies an object: without it, or where a field has another type, the
// answer is not the API's. Every function fills `into` and returns what is wrong, "" if nothing is.
#pragma once

#include "base/text.hpp"
#include "model/answer.hpp"
#include "model/stack.hpp"
#include "net/message.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/fwd.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <concepts>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::portainer {

std::string decode(const boost::json::object& body, ServerStatus& into);
std::string decode(const boost::json::object& body, Identity& into);
std::string decode(const boost::json::object& body, Environment& into);
std::string decode(const boost::json::object& body, StackRecord& into);
std::string decode(const boost::json::object& body, Container& into);
std::string decode(const boost::json::object& body, SwarmService& into);
std::string decode(const boost::json::object& body, SwarmTask& into);
std::string decode(const boost::json::object& body, DockerImage& into);
std::string decode(const boost::json::object& body, Registry& into);
std::string decode(const boost::json::object& body, Engine& into);
std::string decode(const boost::json::object& body, ContainerDetail& into);
std::string decode(const boost::json::object& body, NamedId& into); // users ("Username") as well as teams, tags, groups
std::string decode_file(const boost::json::object& body, std::string& into); // {"StackFileContent": "..."}

// Reads a JSON body as it arrives and hands out one element of a list at a time: neither the text nor the tree of a
// long list ever lies in memory as a whole. Depth is bounded before anything is built.
class JsonStream final : public net::BodySink {
  public:
    enum class Shape { object, list }; // one object, or a list of objects
    // Given each object; returns what is wrong with it, "" if nothing is.
    using OnObject = std::function<std::string(const boost::json::object&)>;

    // `restart` is called before the first object of every attempt: drop what an earlier one left.
    JsonStream(Shape shape, std::function<void()> restart, OnObject on_object);
    ~JsonStream() override;

    // Only a 200 with a JSON content type is taken; every other body is left to the response.
    bool begin(int status, std::string_view content_type) override;
    bool write(std::string_view piece) override;

    bool taken() const; // whether the last attempt's body came here
    // Call once the exchange has ended: why the body is not of that shape, "" if it is.
    std::string finish();

  private:
    class Parser;
    Shape shape_;
    std::function<void()> restart_;
    OnObject on_object_;
    std::unique_ptr<Parser> parser_;
};

// `message` and `details` of an error body; nullopt where it is not a JSON object with a text `message`.
struct ErrorBody {
    std::string message;
    std::optional<std::string> details;
    std::optional<std::string> reason; // of an API server's `kind: Status`
    std::string about;                 // of such a one: "deployments/web", from its details; "" where they name nothing
};
std::optional<ErrorBody> parse_error_body(std::string_view text);

// Reads the fields of one JSON object and remembers the first thing that is wrong with them.
class Fields {
  public:
    // `problem` is written to once, and outlives this.
    Fields(const boost::json::object& object, std::string& problem) : object_(object), problem_(problem) {}

    // The same fields, which tell another what is wrong with them.
    Fields telling(std::string& problem) const { return {object_, problem}; }

    // The value of the key, spelt like that or else in any case; nullptr if it is missing or null.
    const boost::json::value* find(std::string_view key) const {
        const auto* value = object_.if_contains(boost::json::string_view(key.data(), key.size()));
        if (value == nullptr) value = find_folded(key);
        return value == nullptr || value->is_null() ? nullptr : value;
    }

    std::string text(std::string_view key) const {
        const auto* value = find(key);
        if (value == nullptr) return {};
        if (!value->is_string()) return wrong<std::string>(key, "is not a text");
        return std::string(value->get_string());
    }

    std::int64_t number(std::string_view key) const {
        const auto* value = find(key);
        return value == nullptr ? 0 : as_number(*value, key);
    }

    std::optional<std::int64_t> optional_number(std::string_view key) const {
        const auto* value = find(key);
        return value == nullptr ? std::nullopt : std::optional(as_number(*value, key));
    }

    bool flag(std::string_view key, bool otherwise = false) const {
        const auto* value = find(key);
        if (value == nullptr) return otherwise;
        if (!value->is_bool()) return wrong<bool>(key, "is not true or false");
        return value->get_bool();
    }

    // The keys whose value is false, sorted: settings that deny something.
    std::vector<std::string> denied() const {
        std::vector<std::string> found;
        for (const auto& pair : object_) {
            if (pair.value().is_bool() && !pair.value().get_bool()) found.emplace_back(pair.key());
        }
        std::ranges::sort(found);
        return found;
    }

    // What identifies the object: there, not null, and an id not negative.
    std::string required_text(std::string_view key) const {
        if (find(key) == nullptr) return wrong<std::string>(key, "is missing");
        return text(key);
    }

    std::int64_t required_id(std::string_view key) const {
        if (find(key) == nullptr) return wrong<std::int64_t>(key, "is missing");
        const auto id = number(key);
        return id < 0 ? wrong<std::int64_t>(key, "is negative") : id;
    }

    // Calls `read` with the object's own fields; nothing if it is missing or null.
    void object(std::string_view key, const std::invocable<Fields> auto& read) const {
        const auto* value = find(key);
        if (value == nullptr) return;
        if (!value->is_object()) return void(wrong<bool>(key, "is not an object"));
        read(Fields(value->get_object(), problem_));
    }

    // Calls `read` with each element; nothing if the list is missing or null.
    void list(std::string_view key, const std::invocable<const boost::json::value&> auto& read) const {
        const auto* value = find(key);
        if (value == nullptr) return;
        if (!value->is_array()) return void(wrong<bool>(key, "is not a list"));
        for (const auto& element : value->get_array()) read(element);
    }

    // As list(), for elements that are objects.
    void objects(std::string_view key, const std::invocable<Fields> auto& read) const {
        list(key, [&](const boost::json::value& element) {
            if (!element.is_object()) return void(wrong<bool>(key, "holds something other than objects"));
            read(Fields(element.get_object(), problem_));
        });
    }

    std::vector<std::string> texts(std::string_view key) const {
        std::vector<std::string> found;
        list(key, [&](const boost::json::value& element) {
            if (!element.is_string()) return void(wrong<bool>(key, "holds something other than texts"));
            found.emplace_back(element.get_string());
        });
        return found;
    }

    std::vector<std::int64_t> numbers(std::string_view key) const {
        std::vector<std::int64_t> found;
        list(key, [&](const boost::json::value& element) { found.push_back(as_number(element, key)); });
        return found;
    }

  private:
    const boost::json::value* find_folded(std::string_view key) const {
        const auto same = [](char a, char b) { return fold(a) == fold(b); };
        const auto* found =
            std::ranges::find_if(object_, [&](const auto& pair) { return std::ranges::equal(pair.key(), key, same); });
        return found == object_.end() ? nullptr : &found->value();
    }

    static char fold(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

    std::int64_t as_number(const boost::json::value& value, std::string_view key) const {
        if (value.is_int64()) return value.get_int64();
        if (value.is_uint64()) return wrong<std::int64_t>(key, "is out of range");
        return wrong<std::int64_t>(key, "is not a whole number");
    }

    template <typename T>
    T wrong(std::string_view key, std::string_view what) const {
        if (problem_.empty()) problem_ = std::string(key) + " " + std::string(what);
        return T();
    }

    const boost::json::object& object_;
    std::string& problem_;
};

// The routes that Mooring asks, spelt in one place (portainer-api.md §3, §6). The first segment's "/api" is part of
// them.
std::string path_of_status(); // never /system/version, which calls out
std::string path_of_identity();
std::string path_of_settings();
std::string path_of_environments(); // without snapshots, which are large
std::string path_of_environment(EnvironmentId id);
std::string path_of_stacks(); // without filters, which drop more than they say (portainer-api.md §3.1)
std::string path_of_stack(StackId id);
std::string path_of_stack_file(StackId id);
std::string path_of_containers(EnvironmentId id);
std::string path_of_services(EnvironmentId id);
std::string path_of_tasks(EnvironmentId id);
std::string path_of_engine(EnvironmentId id);
std::string path_of_registries(EnvironmentId id);
std::string path_of_images(EnvironmentId id);
// Whether the route leads to the object. A container named "edge" does not: every path with "/edge/" in it goes to the
// Edge handler (portainer-api.md §1.3). "." and ".." would be taken for steps in the path.
bool can_be_asked_for(DockerKind kind, std::string_view name);
// The name is percent-encoded.
std::string path_of_docker_object(EnvironmentId id, DockerKind kind, std::string_view name);
// A cluster's own API below the proxy: `path` with its query, as it is to be read; percent-encoded but for `/`, and in
// the query `&` and `=`.
std::string path_of_kubernetes(EnvironmentId id, std::string_view path);
// "namespaces/shop" of "api/v1/namespaces/shop": what an answer about one object must name.
std::string_view object_of_kubernetes(std::string_view path);

// A record in 32 bytes: whether it is the one that was seen before.

// SHA-256 (raw) of the record's JSON with keys sorted and without AutoUpdate.JobID, which changes by itself
// (portainer-api.md §10, §11). Order of keys and white space make no difference; everything else does.
std::string fingerprint(const boost::json::object& record);

} // namespace mooring::portainer
