#include "cli/commands.hpp"

#include "cli/console.hpp"
#include "cli/load_run.hpp"
#include "cli/process.hpp"
#include "compare/parts.hpp"
#include "doctor/diagnose.hpp"
#include "ledger/database.hpp"
#include "ledger/ledger.hpp"
#include "net/client.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <ostream>
#include <unistd.h>

namespace mooring::cli {
namespace {

class Doctor final : public Command {
  public:
    explicit Doctor(doctor::Outside outside) : outside_(std::move(outside)) {}

    std::string_view name() const override { return "doctor"; }
    std::string_view summary() const override { return "Find out whether a check would work, and what prevents it"; }
    std::string_view examples() const override {
        return "  mooring doctor\n"
               "  mooring doctor --server main --format json\n"
               "  mooring doctor --url https://portainer.example.org --api-key-file token manifests\n\n"
               "Exit codes: 0 a check would work; as a check ends otherwise: 3 a token sees no environment,\n"
               "65 invalid manifests or configuration, 69 a server could not be read, 70 a header was added on the\n"
               "way, 77 credentials refused, 129, 130 or 143 interrupted, 1 the rest.";
    }
    void declare(CLI::App& app) override {
        app.add_option("DIR", folder_, "The folder (or file) of manifests; default: the one in the configuration")
            ->type_name("");
        settings_.declare(app, {"--environment", "--no-runtime"});
    }

    int run(Console& console) override {
        config::Loaded loaded = config::load(settings_.overrides(console, folder_), console.variables);
        if (const auto problem = flag_problem(loaded.diagnostics)) return usage_error(console, name(), *problem);
        if (const auto problem = one_of("--format", loaded.config.format, {"text", "json"}))
            return usage_error(console, name(), *problem);
        take_folder(loaded.config, folder_);
        const config::Config config = loaded.config;
        return write_diagnosis(visit(std::move(loaded), outside_, console), config, console);
    }

  private:
    doctor::Outside outside_;
    std::string folder_;
    SettingFlags settings_;
};

} // namespace

std::unique_ptr<Command> make_doctor_command(doctor::Outside outside) {
    return std::make_unique<Doctor>(std::move(outside));
}

namespace {

namespace fs = std::filesystem;

std::string why_not(const fs::path& path, int rights) {
    return ::access(path.c_str(), rights) == 0 ? "" : std::strerror(errno);
}

// Where the file may be written: it is replaced, so that its folder counts.
std::string why_unwritable(const fs::path& file) {
    fs::path folder = file.parent_path();
    if (folder.empty()) folder = ".";
    return why_not(folder, W_OK | X_OK);
}

std::size_t stacks_in(const Memory& memory) {
    std::size_t stacks = 0;
    for (const auto& [name, server] : memory.servers) stacks += server.stacks.size();
    return stacks;
}

Result<void> read_ledger(const fs::path& file, UnixSeconds now, doctor::LedgerFacts& facts, Memory& memory) {
    auto opened = ledger::open_ledger(file, {.access = ledger::Access::read_only, .now = now});
    if (!opened) return std::unexpected(opened.error());
    facts.remarks = std::move(opened->diagnostics);
    const auto runs = opened->ledger->newest_runs(1);
    if (!runs) return std::unexpected(runs.error());
    if (!runs->empty()) facts.runs = static_cast<std::size_t>(runs->front().number);
    Result<Memory> remembered = opened->ledger->memory();
    if (!remembered) return std::unexpected(remembered.error());
    memory = *std::move(remembered);
    facts.stacks = stacks_in(memory);
    return {};
}

// Looks at the ledger as a check would, and leaves everything as it is: one that is damaged is not set aside.
doctor::LedgerFacts look_at_ledger(const fs::path& file, UnixSeconds now, Memory& memory) {
    doctor::LedgerFacts facts{.file = file.string()};
    if (file.empty()) return facts;
    facts.unwritable = why_unwritable(file);
    std::error_code failed;
    // An empty file is a new ledger, unless a key says that it lost all.
    facts.exists =
        fs::exists(file, failed) && (!fs::is_empty(file, failed) || fs::exists(file.string() + ".key", failed));
    if (!facts.exists) return facts;
    if (facts.unwritable.empty()) facts.unwritable = why_not(file, W_OK);
    if (const Result<void> read = read_ledger(file, now, facts, memory); !read) facts.broken = read.error();
    return facts;
}

// Looks at the memory as a check would, and leaves everything as it is: without a file there is nothing to read, and no
// key is made.
doctor::MemoryFacts look_at_memory(const fs::path& file, Memory& memory) {
    doctor::MemoryFacts facts{.file = file.string()};
    if (file.empty()) return facts;
    facts.unwritable = why_unwritable(file);
    std::error_code ignored;
    facts.exists = fs::exists(file, ignored);
    if (!facts.exists || !fs::exists(file.string() + ".key", ignored)) return facts;
    auto loaded = ledger::load_memory(file);
    if (!loaded) {
        facts.broken = loaded.error().message;
        return facts;
    }
    facts.stacks = stacks_in(loaded->memory);
    facts.remarks = std::move(loaded->diagnostics);
    memory = std::move(loaded->memory);
    return facts;
}

// A ledger wins; the file of `remember` counts beside it only while it is to be taken over, and is only read then.
void look_at_what_is_kept(const config::Config& config, UnixSeconds now, doctor::LocalFacts& facts, Memory& memory) {
    facts.ledger = look_at_ledger(config.ledger, now, memory);
    if (facts.ledger.exists) return;
    facts.memory = look_at_memory(config.remember, memory);
    if (config.ledger.empty()) return;
    facts.memory.unwritable.clear();
    if (!facts.memory.exists) facts.memory = {};
}

doctor::LocalFacts local_facts(const config::Config& config, Diagnostics remarks, Desired& desired) {
    doctor::LocalFacts facts;
    facts.configuration = config.file;
    facts.servers = config.servers.size();
    facts.remarks = std::move(remarks);
    facts.manifests = config.manifests.string();
    facts.stacks = desired.stacks.size();
    facts.scopes = desired.scopes.size();
    facts.waivers = desired.waivers.size();
    facts.manifest_remarks = std::move(desired.diagnostics);
    std::ranges::move(compose_problems(desired.stacks), std::back_inserter(facts.manifest_remarks));
    return facts;
}

// What a run lives in, in the order in which it is taken down from below.
struct Visit {
    doctor::Outside outside;
    const Clock& clock;
    std::vector<ServerConnection> servers; // with tokens
    Desired desired;                       // sorted by server
    Memory memory;
    std::vector<std::optional<doctor::ServerTrial>> seen; // by index of servers
    boost::asio::io_context io{1};

    Visit(doctor::Outside how, const Clock& time) : outside(std::move(how)), clock(time) {}
};

portainer::Awaitable<void> see_one(Visit& visit, std::size_t i) {
    static const ServerMemory nothing;
    const ServerConnection& server = visit.servers[i];
    const auto declared = std::ranges::equal_range(visit.desired.stacks, server.name, {}, &DesiredStack::server);
    const std::span<const DesiredStack> stacks(declared.begin(), declared.end());
    const auto known = visit.memory.servers.find(server.name);
    const ServerMemory& memory = known == visit.memory.servers.end() ? nothing : known->second;
    visit.seen[i] = co_await doctor::probe(visit.outside, server, stacks, memory, visit.clock);
}

portainer::Awaitable<void> see_all(Visit& visit) {
    auto one = [&visit](std::size_t i) { return see_one(visit, i); };
    co_await net::for_each_bounded(visit.servers.size(), visit.servers.size(), one);
}

void take_servers(const config::Config& config, Visit& visit) {
    for (const config::ServerEntry& entry : config.servers) {
        if (config.default_server.empty() || entry.server.name == config.default_server)
            visit.servers.push_back(entry.server);
    }
    std::ranges::stable_sort(visit.desired.stacks, {}, &DesiredStack::server);
    visit.seen.resize(visit.servers.size());
}

} // namespace

doctor::Diagnosis visit(config::Loaded loaded, const doctor::Outside& outside, Console& console) {
    const config::Config& config = loaded.config;
    read_tokens(loaded, console);
    Progress progress(console);
    auto round = std::make_unique<Visit>(outside, console.clock);
    round->outside.hooks.under_way = progress.under_way();
    if (loaded.manifests_known) round->desired = manifest::load(config::load_options(config, console.variables));
    compare::refuse_wrong_jobs(round->desired);
    doctor::Facts facts;
    facts.local = local_facts(config, std::move(loaded.diagnostics), round->desired);
    facts.local.manifests_known = loaded.manifests_known;
    look_at_what_is_kept(config, console.clock.unix_seconds(), facts.local, round->memory);
    take_servers(config, *round);

    close_memory();
    progress.start();
    const int ended_by = run_until_done(round->io, see_all(*round), progress);
    progress.clear();
    for (auto& server : round->seen) {
        if (server) facts.servers.push_back(std::move(*server));
    }
    doctor::Diagnosis diagnosis = doctor::diagnose(facts);
    diagnosis.exit_code = ended_by;
    for (const doctor::Symptom& finding : diagnosis.findings)
        diagnosis.exit_code = first_of(diagnosis.exit_code, finding.exit_code);
    if (ended_by != 0) leave_behind(std::move(round));
    return diagnosis;
}

int write_diagnosis(const doctor::Diagnosis& diagnosis, const config::Config& config, Console& console) {
    if (config.format == "json") {
        console.out << doctor::to_json(diagnosis);
    } else {
        console.out << doctor::to_text(diagnosis, look_of_output(console, config.color));
    }
    return diagnosis.exit_code;
}

} // namespace mooring::cli
