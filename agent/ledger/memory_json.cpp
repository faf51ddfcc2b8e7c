#include "ledger/memory_json.hpp"

#include "ledger/strict_json.hpp"

#include <fmt/format.h>
#include <initializer_list>
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
std::string json(const std::vector<T>& values) {
    std::string out;
    for (const T& value : values) out += (out.empty() ? "[\n      " : ",\n      ") + json(value);
    return out.empty() ? "[]" : out + "\n     ]";
}

// Lists are long and a tree of them takes ten times their room: one element after the other becomes text, in the form
// that Json::dump(1) gives the whole. Members are named in the order of their names.
class ListWriter {
  public:
    using Members = std::initializer_list<std::pair<std::string_view, std::string>>;

    void add(Members members) {
        text_ += text_.empty() ? "[\n    {" : ",\n    {";
        std::string_view separator;
        for (const auto& [name, value] : members) {
            fmt::format_to(std::back_inserter(text_), "{}\n     \"{}\": {}", separator, name, value);
            separator = ",";
        }
        text_ += "\n    }";
    }
    std::string take() {
        if (text_.empty()) return "[]";
        text_ += "\n   ]";
        return std::move(text_);
    }

  private:
    std::string text_;
};

std::string environments_of(const ServerMemory& server) {
    ListWriter list;
    for (const auto& [id, environment] : server.environments) {
        list.add({{"declaredAt", json(environment.declared_at)},
                  {"gone", json(environment.gone)},
                  {"id", json(id)},
                  {"name", json(environment.name)},
                  {"seenAt", json(environment.seen_at)}});
    }
    return list.take();
}

std::string selections_of(const ServerMemory& server) {
    ListWriter list;
    for (const auto& [id, selection] : server.selections) {
        list.add({{"group", json(selection.group)}, {"id", json(id)}, {"tags", json(selection.tags)}});
    }
    return list.take();
}

std::string names_of(const std::map<std::int64_t, std::string>& names) {
    ListWriter list;
    for (const auto& [id, name] : names) list.add({{"id", json(id)}, {"name", json(name)}});
    return list.take();
}

std::string stacks_of(const ServerMemory& server) {
    ListWriter list;
    for (const auto& [id, stack] : server.stacks) {
        list.add({{"createdAt", json(stack.created_at)},
                  {"declaredAt", json(stack.declared_at)},
                  {"environmentId", json(stack.environment_id)},
                  {"environmentName", json(stack.environment_name)},
                  {"id", json(id)},
                  {"name", json(stack.name)},
                  {"namespace", json(stack.namespace_)},
                  {"olderDropped", json(stack.older_dropped)},
                  {"seenAt", json(stack.seen_at)}});
    }
    return list.take();
}

std::string files_of(const ServerMemory& server) {
    ListWriter list;
    for (const auto& [id, file] : server.files) {
        list.add({{"content", json(file.content_digest)},
                  {"desired", json(file.desired_digest)},
                  {"id", json(id)},
                  {"jobsSeen", json(file.jobs_seen)},
                  {"record", json(file.record_digest)},
                  {"serverDate", json(file.server_date)},
                  {"settled", json(file.settled)},
                  {"verifiedAt", json(file.verified_at)}});
    }
    return list.take();
}

std::string absences_of(const ServerMemory& server) {
    ListWriter list;
    for (const RememberedAbsence& absence : server.absences) {
        list.add({{"environmentId", json(absence.environment_id)},
                  {"firstSeen", json(absence.first_seen)},
                  {"lastSeen", json(absence.last_seen)},
                  {"name", json(absence.name)},
                  {"namespace", json(absence.namespace_)}});
    }
    return list.take();
}

class MemoryReader {
  public:
    Memory read(const Json& document) {
        reader_.expect_keys(document, "", {"kind", "version", "servers"});
        if (reader_.text(document, "", "kind") != "Memory") reader_.complain("kind", "not `Memory`");
        version_ = reader_.number(document, "", "version");
        if (version_ < 1 || version_ > version) {
            reader_.complain("version", "neither 1 nor 2: written by another version of Mooring");
        }
        Memory memory;
        for (const auto& [name, server] : reader_.object(document, "", "servers").items()) {
            memory.servers[name] = read_server(server, "servers." + name);
        }
        return memory;
    }
    const std::string& problem() const { return reader_.problem(); }

  private:
    // Calls `read(element, path)` for each element of the list `key`.
    template <typename Read>
    void each(const Json& object, const std::string& path, const char* key, Read read) {
        std::size_t index = 0;
        for (const Json& element : reader_.array(object, path, key)) {
            if (!reader_.problem().empty()) return;
            read(element, path + "." + key + "[" + std::to_string(index++) + "]");
        }
    }

    using Keys = std::initializer_list<std::string_view>;

    // `added`: keys that version 2 has beside those of version 1. True: they are there to be read.
    bool expect_keys(const Json& element, const std::string& place, Keys keys, Keys added) {
        std::vector<std::string_view> all(keys);
        if (version_ > 1) all.insert(all.end(), added);
        reader_.expect_keys(element, place, all);
        return version_ > 1;
    }

    // The id of an element, which no other element has.
    template <typename Map>
    std::int64_t new_id(const Json& element, const std::string& path, const Map& known) {
        const std::int64_t id = reader_.number(element, path, "id");
        if (known.contains(id)) reader_.complain(path + ".id", "twice in the list");
        return id;
    }

    std::string digest(const Json& element, const std::string& path, const char* key) {
        std::string text = reader_.text(element, path, key);
        const bool hex = text.find_first_not_of("0123456789abcdef") == std::string::npos;
        if (!hex || (!text.empty() && text.size() != 64)) reader_.complain(path + "." + key, "not a digest");
        return text;
    }

    ServerMemory read_server(const Json& server, const std::string& path) {
        const bool all =
            expect_keys(server, path, {"instanceId", "environments", "selections", "stacks", "files", "absences"},
                        {"tags", "groups"});
        ServerMemory memory;
        memory.instance_id = reader_.text(server, path, "instanceId");
        read_environments(server, path, memory);
        each(server, path, "stacks", [&](const Json& element, const std::string& place) {
            RememberedStack stack = read_stack(element, place, memory);
            memory.stacks[stack.id] = std::move(stack);
        });
        each(server, path, "files", [&](const Json& element, const std::string& place) {
            const StackId id = new_id(element, place, memory.files);
            memory.files[id] = read_remembered_file(element, place);
        });
        each(server, path, "absences", [&](const Json& element, const std::string& place) {
            memory.absences.push_back(read_absence(element, place));
        });
        if (all) read_names(server, path, "tags", memory.tags);
        if (all) read_names(server, path, "groups", memory.groups);
        return memory;
    }

    void read_names(const Json& server, const std::string& path, const char* key,
                    std::map<std::int64_t, std::string>& names) {
        each(server, path, key, [&](const Json& element, const std::string& place) {
            reader_.expect_keys(element, place, {"id", "name"});
            const std::int64_t id = new_id(element, place, names);
            names[id] = reader_.text(element, place, "name");
        });
    }

    RememberedAbsence read_absence(const Json& element, const std::string& place) {
        const bool all = expect_keys(element, place, {"environmentId", "name", "firstSeen"}, {"namespace", "lastSeen"});
        return {.environment_id = reader_.number(element, place, "environmentId"),
                .namespace_ = all ? reader_.text(element, place, "namespace") : std::string(),
                .name = reader_.text(element, place, "name"),
                .first_seen = reader_.number(element, place, "firstSeen"),
                .last_seen = all ? reader_.number(element, place, "lastSeen") : 0};
    }

    RememberedEnvironment read_environment(const Json& element, const std::string& place) {
        const bool all = expect_keys(element, place, {"id", "name"}, {"seenAt", "declaredAt", "gone"});
        return {.name = reader_.text(element, place, "name"),
                .seen_at = all ? reader_.number(element, place, "seenAt") : 0,
                .declared_at = all ? reader_.number(element, place, "declaredAt") : 0,
                .gone = all && reader_.flag(element, place, "gone")};
    }

    void read_environments(const Json& server, const std::string& path, ServerMemory& memory) {
        each(server, path, "environments", [&](const Json& element, const std::string& place) {
            const EnvironmentId id = new_id(element, place, memory.environments);
            memory.environments[id] = read_environment(element, place);
        });
        each(server, path, "selections", [&](const Json& element, const std::string& place) {
            reader_.expect_keys(element, place, {"id", "group", "tags"});
            RememberedSelection& selection = memory.selections[new_id(element, place, memory.selections)];
            selection.group = reader_.number(element, place, "group");
            for (const Json& tag : reader_.array(element, place, "tags")) {
                if (!tag.is_number_integer()) return reader_.complain(place + ".tags", "not a list of whole numbers");
                selection.tags.push_back(tag.get<std::int64_t>());
            }
        });
    }

    RememberedStack read_stack(const Json& element, const std::string& place, const ServerMemory& memory) {
        const bool all = expect_keys(
            element, place, {"id", "environmentId", "environmentName", "name", "namespace", "createdAt", "seenAt"},
            {"declaredAt", "olderDropped"});
        return {.id = new_id(element, place, memory.stacks),
                .environment_id = reader_.number(element, place, "environmentId"),
                .environment_name = reader_.text(element, place, "environmentName"),
                .name = reader_.text(element, place, "name"),
                .created_at = reader_.number(element, place, "createdAt"),
                .seen_at = reader_.number(element, place, "seenAt"),
                .namespace_ = reader_.text(element, place, "namespace"),
                .older_dropped = all && reader_.flag(element, place, "olderDropped"),
                .declared_at = all ? reader_.number(element, place, "declaredAt") : 0};
    }

    RememberedFile read_remembered_file(const Json& element, const std::string& place) {
        const bool all =
            expect_keys(element, place, {"id", "record", "content", "desired", "serverDate", "verifiedAt", "settled"},
                        {"jobsSeen"});
        return {.record_digest = digest(element, place, "record"),
                .content_digest = digest(element, place, "content"),
                .desired_digest = digest(element, place, "desired"),
                .server_date = reader_.number(element, place, "serverDate"),
                .verified_at = reader_.number(element, place, "verifiedAt"),
                .settled = reader_.flag(element, place, "settled"),
                .jobs_seen = all ? names(element, place, "jobsSeen") : std::vector<std::string>()};
    }

    std::vector<std::string> names(const Json& element, const std::string& place, const char* key) {
        std::vector<std::string> out;
        for (const Json& name : reader_.array(element, place, key)) {
            if (name.is_string()) out.push_back(name.get<std::string>());
            if (!name.is_string()) reader_.complain(place + "." + key, "not a list of names");
        }
        return out;
    }

    StrictReader reader_;
    std::int64_t version_ = 0;
};

} // namespace

std::string write_memory(const Memory& memory) {
    std::string servers;
    for (const auto& [name, server] : memory.servers) {
        fmt::format_to(std::back_inserter(servers),
                       "{}\n  {}: {{\n   \"absences\": {},\n   \"environments\": {},\n   \"files\": {},\n   "
                       "\"groups\": {},\n   \"instanceId\": {},\n   \"selections\": {},\n   \"stacks\": {},\n   "
                       "\"tags\": {}\n  }}",
                       servers.empty() ? "" : ",", json(name), absences_of(server), environments_of(server),
                       files_of(server), names_of(server.groups), json(server.instance_id), selections_of(server),
                       stacks_of(server), names_of(server.tags));
    }
    if (!servers.empty()) servers += "\n ";
    return fmt::format("{{\n \"kind\": \"Memory\",\n \"servers\": {{{}}},\n \"version\": {}\n}}\n", servers, version);
}

std::expected<Memory, std::string> read_memory(std::string_view text) {
    const auto document = parse_json(text);
    if (!document) return std::unexpected(document.error());
    MemoryReader reader;
    Memory memory = reader.read(*document);
    if (!reader.problem().empty()) return std::unexpected(reader.problem());
    return memory;
}

} // namespace mooring::ledger
