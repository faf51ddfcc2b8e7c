// A backup, given to `restore`: its record.json and its compose.yaml. What is taken is what stands there, and what is
// wrong is said without a value.
#include "apply/apply.hpp"
#include "fuzz/target.hpp"
#include "unit/manifest/temporary_folder.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace mooring::fuzz {
namespace {

using nlohmann::json;

constexpr std::string_view secret = "kE9-never-shown"; // the seeds' variables have it

void check(const Error& problem) {
    for (const std::string& text : {problem.message, problem.detail}) {
        require(is_harmless(text), "a problem is one line", text);
        require(!text.contains(secret), "a problem holds no value", text);
    }
}

// Nothing that a restore would write comes from anywhere but the text.
void check_record(const apply::KeptBackup& kept, const json& text) {
    const StackRecord& record = kept.record;
    require(text.at("id").dump() == std::to_string(record.id), "the id is the one that stands there");
    require(text.at("environment").dump() == std::to_string(record.environment),
            "the environment is the one that stands there");
    require(text.at("status").dump() == std::to_string(record.status), "the status, too");
    require(text.at("env").is_array() && text.at("env").size() == record.env.size(), "no variable is lost");
    for (std::size_t i = 0; i < record.env.size(); ++i) {
        require(text["env"][i].at("name") == record.env[i].name &&
                    text["env"][i].at("value") == record.env[i].value.reveal(),
                "a variable is what stands there");
    }
    require(text.at("access").is_null() != record.resource_control.has_value(), "access neither comes nor goes");
}

void check_declaration(const apply::KeptBackup& kept, const std::filesystem::path& folder, bool anew) {
    const auto made = apply::declaration_of(kept, folder, anew);
    if (!made) return check(made.error());
    require(!made->name.empty(), "a declaration has a name");
    require(made->tie.has_value() != anew, "only the record that was backed up is meant, or a new one");
    require(anew || (made->tie->id == kept.record.id && made->tie->created == kept.record.created_at),
            "that very record");
    const bool in_cluster = made->type == StackType::kubernetes;
    require(in_cluster || made->env.has_value(), "variables are declared whole");
    for (const EnvVar& one : kept.record.env) {
        require(in_cluster || std::ranges::find(*made->env, one.name, &DesiredEnv::name) != made->env->end(),
                "each variable");
    }
}

// Written again, it reads back the same.
void check_written(const apply::KeptBackup& kept) {
    static const manifest::TemporaryFolder again;
    const auto folder = apply::write_backup(again.path(), {.server = kept.server,
                                                           .instance_id = kept.instance_id,
                                                           .record = kept.record,
                                                           .file = kept.file,
                                                           .at = kept.at});
    require(folder.has_value(), "what was read is written");
    const auto read = apply::read_backup(*folder);
    std::filesystem::remove_all(again.path() / folder->lexically_relative(again.path()).begin()->string());
    require(read.has_value(), "what is written is read");
    const auto same = [](const EnvVar& a, const EnvVar& b) {
        return a.name == b.name && a.value.reveal() == b.value.reveal();
    };
    require(read->record.id == kept.record.id && read->record.name == kept.record.name && read->file == kept.file &&
                std::ranges::equal(read->record.env, kept.record.env, same),
            "what is read is what was written");
}

} // namespace

void run(std::string_view input) {
    static const manifest::TemporaryFolder folder;
    const auto parts = parts_of(input, 2);
    folder.write("record.json", parts[0]);
    folder.write("compose.yaml", parts[1]);
    const auto kept = apply::read_backup(folder.path());
    if (!kept) return check(kept.error());
    require(kept->file == parts[1], "the file is the one that lies there");
    check_record(*kept, json::parse(parts[0]));
    for (const bool anew : {false, true}) check_declaration(*kept, folder.path(), anew);
    check_written(*kept);
}

} // namespace mooring::fuzz
