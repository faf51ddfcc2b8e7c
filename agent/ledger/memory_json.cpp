#include "ledger/json.hpp"

#include "model/fields.hpp"

#include <algorithm>
#include <concepts>
#include <fmt/format.h>
#include <iterator>
#include <utility>
#include <vector>

namespace mooring::ledger {
namespace {

// 1: Mooring 0.1.0, which did not know when an environment was seen, what was declared, and the like.
constexpr std::int64_t version = 2;

std::string json(const std::string& text) { return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace); }
std::string json(std::int64_t number) { return std::to_string(number); }
std::string json(bool flag) { return flag ? "true" : "false"; }
template <typename T>
std::string json(const std::vector<T>& values);
template <typename T>
std::string json(const std::map<std::int64_t, T>& values);

// One object, its members in the order of their names, in the form that Json::dump(1) gives the whole. Lists are long
// and a tree of them takes ten times their room, so that one element after the other becomes text.
class ObjectText {
  public:
    template <typename T>
    void operator()(std::string_view name, const T& value) {
        members_.emplace_back(name, json(value));
    }
    template <typename T>
    void added(std::string_view name, const T& value) {
        (*this)(name, value);
    }
    void digest(std::string_view name, const std::string& value) { (*this)(name, value); }

    std::string take(std::size_t indent) {
        std::ranges::sort(members_);
        std::string text = "{";
        for (const auto& [name, value] : members_) {
            fmt::format_to(std::back_inserter(text), "{}\n{:{}}\"{}\": {}", text.size() > 1 ? "," : "", "", indent + 1,
                           name, value);
        }
        return text + fmt::format("\n{:{}}}}", "", indent);
    }

  private:
    std::vector<std::pair<std::string_view, std::string>> members_;
};

class ListText {
  public:
    void add(ObjectText element) { add(element.take(4), 4); }
    void add(const std::string& element, std::size_t indent) {
        fmt::format_to(std::back_inserter(text_), "{}\n{:{}}{}", text_.empty() ? "[" : ",", "", indent, element);
    }
    std::string take(std::size_t indent) {
        if (text_.empty()) return "[]";
        fmt::format_to(std::back_inserter(text_), "\n{:{}}]", "", indent);
        return std::move(text_);
    }

  private:
    std::string text_;
};

template <typename T>
std::string json(const std::vector<T>& values) {
    ListText list;
    for (const T& value : values) {
        if constexpr (std::same_as<T, RememberedAbsence>) {
            ObjectText element;
            fields(element, value);
            list.add(std::move(element));
        } else {
            list.add(json(value), 6);
        }
    }
    return list.take(std::same_as<T, RememberedAbsence> ? 3 : 5);
}

template <typename T>
std::string json(const std::map<std::int64_t, T>& values) {
    ListText list;
    for (const auto& [id, value] : values) {
        ObjectText element;
        element("id", id);
        row_fields(element, value);
        list.add(std::move(element));
    }
    return list.take(3);
}

// The names of an object's fields, as a version has them.
class Keys {
  public:
    explicit Keys(bool all) : all_(all) {}
    void operator()(std::string_view name, const auto& /*value*/) { names.push_back(name); }
    void added(std::string_view name, const auto& /*value*/) {
        if (all_) names.push_back(name);
    }
    void digest(std::string_view name, const auto& /*value*/) { names.push_back(name); }

    std::vector<std::string_view> names;

  private:
    bool all_;
};

// Reads one object whose keys are those of its fields, in the version of the file; every problem goes to `reader`.
class ObjectReader {
  public:
    ObjectReader(const Json& object, std::string path, bool all, StrictReader& reader)
        : object_(object), path_(std::move(path)), all_(all), reader_(reader) {}

    template <typename T>
    void read(T& value, std::vector<std::string_view> more = {}) {
        Keys keys(all_);
        row_fields(keys, value);
        keys.names.insert(keys.names.end(), more.begin(), more.end());
        reader_.expect_keys(object_, path_, keys.names);
        row_fields(*this, value);
    }

    void operator()(const char* name, std::string& value) { value = reader_.text(object_, path_, name); }
    void operator()(const char* name, std::int64_t& value) { value = reader_.number(object_, path_, name); }
    void operator()(const char* name, bool& value) { value = reader_.flag(object_, path_, name); }
    void operator()(const char* name, std::vector<std::int64_t>& values) {
        each(name, [&](const Json& one, const std::string&) {
            if (!one.is_number_integer()) return reader_.complain(path_ + "." + name, "not a list of whole numbers");
            values.push_back(one.get<std::int64_t>());
        });
    }
    void operator()(const char* name, std::vector<std::string>& values) {
        each(name, [&](const Json& one, const std::string&) {
            if (!one.is_string()) return reader_.complain(path_ + "." + name, "not a list of names");
            values.push_back(one.get<std::string>());
        });
    }
    void operator()(const char* name, std::vector<RememberedAbsence>& values) {
        each(name, [&](const Json& one, const std::string& place) {
            ObjectReader(one, place, all_, reader_).read(values.emplace_back());
        });
    }
    template <typename T>
    void operator()(const char* name, std::map<std::int64_t, T>& values) {
        each(name, [&](const Json& one, const std::string& place) {
            const std::int64_t id = reader_.number(one, place, "id");
            const auto [found, is_new] = values.try_emplace(id);
            if (!is_new) reader_.complain(place + ".id", "twice in the list");
            ObjectReader(one, place, all_, reader_).read(found->second, {"id"});
            if constexpr (requires { found->second.id; }) found->second.id = id;
        });
    }
    template <typename T>
    void added(const char* name, T& value) {
        if (all_) (*this)(name, value);
    }
    void digest(const char* name, std::string& value) {
        (*this)(name, value);
        const bool hex = value.find_first_not_of("0123456789abcdef") == std::string::npos;
        if (!hex || (!value.empty() && value.size() != 64)) reader_.complain(path_ + "." + name, "not a digest");
    }

  private:
    // Calls `read(element, path)` for each element of the list `name`.
    template <typename Read>
    void each(const char* name, Read read) {
        std::size_t index = 0;
        for (const Json& element : reader_.array(object_, path_, name)) {
            if (!reader_.problem().empty()) return;
            read(element, fmt::format("{}.{}[{}]", path_, name, index++));
        }
    }

    const Json& object_;
    std::string path_;
    bool all_; // what version 2 has beside version 1, too
    StrictReader& reader_;
};

Memory memory_of(const Json& document, StrictReader& reader) {
    reader.expect_keys(document, "", {"kind", "version", "servers"});
    if (reader.text(document, "", "kind") != "Memory") reader.complain("kind", "not `Memory`");
    const std::int64_t written = reader.number(document, "", "version");
    if (written < 1 || written > version)
        reader.complain("version", "neither 1 nor 2: written by another version of Mooring");
    Memory memory;
    for (const auto& [name, server] : reader.object(document, "", "servers").items())
        ObjectReader(server, "servers." + name, written > 1, reader).read(memory.servers[name]);
    return memory;
}

} // namespace

std::string write_memory(const Memory& memory) {
    std::string servers;
    for (const auto& [name, server] : memory.servers) {
        ObjectText text;
        fields(text, server);
        fmt::format_to(std::back_inserter(servers), "{}\n  {}: {}", servers.empty() ? "" : ",", json(name),
                       text.take(2));
    }
    if (!servers.empty()) servers += "\n ";
    return fmt::format("{{\n \"kind\": \"Memory\",\n \"servers\": {{{}}},\n \"version\": {}\n}}\n", servers, version);
}

std::expected<Memory, std::string> read_memory(std::string_view text) {
    const auto document = parse_json(text);
    if (!document) return std::unexpected(document.error());
    StrictReader reader;
    Memory memory = memory_of(*document, reader);
    if (!reader.problem().empty()) return std::unexpected(reader.problem());
    return memory;
}

} // namespace mooring::ledger
