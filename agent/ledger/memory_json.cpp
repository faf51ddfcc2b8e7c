#include "ledger/memory_json.hpp"

#include "ledger/strict_json.hpp"

#include <fmt/format.h>
#include <initializer_list>
#include <iterator>
#include <utility>
#include <vector>

namespace mooring::ledger {
namespace {

constexpr std::int64_t version = 1;

std::string json(const std::string& text) { return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace); }
std::string json(std::int64_t number) { return std::to_string(number); }
std::string json(bool flag) { return flag ? "true" : "false"; }

std::string json(const std::vector<std::int64_t>& numbers) {
    std::string out;
    for (const std::int64_t number : numbers) out += (out.empty() ? "[\n      " : ",\n      ") + json(number);
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
    for (const auto& [id, name] : server.environments) list.add({{"id", json(id)}, {"name", json(name)}});
    return list.take();
}

std::string selections_of(const ServerMemory& server) {
    ListWriter list;
    for (const auto& [id, selection] : server.selections) {
        list.add({{"group", json(selection.group)}, {"id", json(id)}, {"tags", json(selection.tags)}});
    }
    return list.take();
}

std::string stacks_of(const ServerMemory& server) {
    ListWriter list;
    for (const auto& [id, stack] : server.stacks) {
        list.add({{"createdAt", json(stack.created_at)},
                  {"environmentId", json(stack.environment_id)},
                  {"environmentName", json(stack.environment_name)},
                  {"id", json(id)},
                  {"name", json(stack.name)},
                  {"namespace", json(stack.namespace_)},
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
                  {"name", json(absence.name)}});
    }
    return list.take();
}

class MemoryReader {
  public:
    Memory read(const Json& document) {
        reader_.expect_keys(document, "", {"kind", "version", "servers"});
        if (reader_.text(document, "", "kind") != "Memory") reader_.complain("kind", "not `Memory`");
        if (reader_.number(document, "", "version") != version) {
            reader_.complain("version", "not 1: written by another version of Mooring");
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
        reader_.expect_keys(server, path, {"instanceId", "environments", "selections", "stacks", "files", "absences"});
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
            reader_.expect_keys(element, place, {"environmentId", "name", "firstSeen"});
            memory.absences.push_back({.environment_id = reader_.number(element, place, "environmentId"),
                                       .name = reader_.text(element, place, "name"),
                                       .first_seen = reader_.number(element, place, "firstSeen")});
        });
        return memory;
    }

    void read_environments(const Json& server, const std::string& path, ServerMemory& memory) {
        each(server, path, "environments", [&](const Json& element, const std::string& place) {
            reader_.expect_keys(element, place, {"id", "name"});
            const EnvironmentId id = new_id(element, place, memory.environments);
            memory.environments[id] = reader_.text(element, place, "name");
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
        reader_.expect_keys(element, place,
                            {"id", "environmentId", "environmentName", "name", "namespace", "createdAt", "seenAt"});
        return {.id = new_id(element, place, memory.stacks),
                .environment_id = reader_.number(element, place, "environmentId"),
                .environment_name = reader_.text(element, place, "environmentName"),
                .name = reader_.text(element, place, "name"),
                .created_at = reader_.number(element, place, "createdAt"),
                .seen_at = reader_.number(element, place, "seenAt"),
                .namespace_ = reader_.text(element, place, "namespace")};
    }

    RememberedFile read_remembered_file(const Json& element, const std::string& place) {
        reader_.expect_keys(element, place,
                            {"id", "record", "content", "desired", "serverDate", "verifiedAt", "settled"});
        return {.record_digest = digest(element, place, "record"),
                .content_digest = digest(element, place, "content"),
                .desired_digest = digest(element, place, "desired"),
                .server_date = reader_.number(element, place, "serverDate"),
                .verified_at = reader_.number(element, place, "verifiedAt"),
                .settled = reader_.flag(element, place, "settled")};
    }

    StrictReader reader_;
};

} // namespace

std::string write_memory(const Memory& memory) {
    std::string servers;
    for (const auto& [name, server] : memory.servers) {
        fmt::format_to(std::back_inserter(servers),
                       "{}\n  {}: {{\n   \"absences\": {},\n   \"environments\": {},\n   \"files\": {},\n   "
                       "\"instanceId\": {},\n   \"selections\": {},\n   \"stacks\": {}\n  }}",
                       servers.empty() ? "" : ",", json(name), absences_of(server), environments_of(server),
                       files_of(server), json(server.instance_id), selections_of(server), stacks_of(server));
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
