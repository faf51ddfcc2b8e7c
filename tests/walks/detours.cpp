#include "walks/detours.hpp"

#include "drift/judge.hpp"
#include "ledger/json.hpp"
#include "ledger/ledger.hpp"
#include "report/formats.hpp"
#include "snapshot/snapshot.hpp"
#include "snapshot/tape.hpp"

#include <boost/asio/co_spawn.hpp>
#include <cstdlib>
#include <exception>
#include <stdexcept>

namespace mooring::walks {
namespace {

template <typename T>
T value_of(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    return *std::move(result);
}

using Apis = std::vector<std::unique_ptr<portainer::Api>>;

std::vector<drift::Target> targets_of(const std::vector<ServerConnection>& servers, const Apis& apis) {
    std::vector<drift::Target> targets;
    targets.reserve(servers.size());
    for (std::size_t i = 0; i < servers.size(); ++i) {
        targets.push_back({.name = servers[i].name, .url = "http://portainer.example.test", .api = apis[i].get()});
    }
    return targets;
}

Report judged_again(const snapshot::Snapshot& kept, const std::vector<ServerConnection>& servers,
                    drift::RunOptions options) {
    Apis apis;
    for (const snapshot::ServerAnswers& answers : kept.servers) apis.push_back(snapshot::replay_api(answers));
    options.hooks = snapshot::replay_hooks(kept);
    const snapshot::ReplayClock clock(kept);
    boost::asio::io_context context(1);
    drift::Run run(kept.desired, targets_of(servers, apis), kept.memory, clock, options);
    finish(context, run);
    return run.report();
}

} // namespace

Folder::Folder() {
    std::string name = std::filesystem::temp_directory_path() / "walk-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
    path_ = name;
}

Folder::~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

void finish(boost::asio::io_context& context, drift::Run& run) {
    std::exception_ptr failure;
    boost::asio::co_spawn(context, run.execute(), [&failure](const std::exception_ptr& thrown) { failure = thrown; });
    context.run();
    if (failure) std::rethrow_exception(failure);
}

Memory through_file(const Memory& memory, std::vector<Compared>& compared) {
    const std::string written = ledger::write_memory(memory);
    const auto read = ledger::read_memory(written);
    if (!read) throw std::runtime_error(read.error());
    compared.push_back({"the memory's file", written, ledger::write_memory(*read)});
    return *read;
}

Memory through_ledger(const Report& report, const Memory& memory, const Desired& desired,
                      std::vector<Compared>& compared) {
    const Folder folder;
    const ledger::OpenOptions options{.access = ledger::Access::write, .now = report.finished_at, .most_pages = 0};
    const auto opened = value_of(ledger::open_ledger(folder.path() / "mooring.db", options));
    value_of(opened.ledger->record_run({.report = report,
                                        .before = {},
                                        .memory = memory,
                                        .waivers = desired.waivers,
                                        .trigger = "check",
                                        .next_due = std::nullopt}));
    const Memory read = value_of(opened.ledger->memory());
    compared.push_back({"the ledger's memory", ledger::write_memory(memory), ledger::write_memory(read)});
    return read;
}

namespace {

constexpr const char* other_server = "elsewhere";

std::unique_ptr<ledger::Ledger> opened_in(const Folder& folder, UnixSeconds now) {
    const ledger::OpenOptions options{.access = ledger::Access::write, .now = now, .most_pages = 0};
    return std::move(value_of(ledger::open_ledger(folder.path() / "mooring.db", options)).ledger);
}

} // namespace

// Its server is much like the walk's own, with the same ids; and at each check it has lost one record and got another.
void SharedLedger::check_elsewhere(UnixSeconds now, const Memory& read, const Memory& like) {
    Report report;
    report.run_id = "elsewhere-" + std::to_string(now);
    report.started_at = report.finished_at = now;
    report.summary = drift::summarise({});
    report.servers.emplace_back().name = other_server;
    if (!like.servers.empty() && elsewhere_.instance_id.empty()) elsewhere_ = like.servers.begin()->second;
    elsewhere_.instance_id = "00000000-0000-4000-8000-00000000beef";
    if (!elsewhere_.stacks.empty()) elsewhere_.stacks.erase(elsewhere_.stacks.begin());
    elsewhere_.stacks[now] = {.id = now, .environment_id = 1, .name = "till", .created_at = now, .seen_at = now};
    Memory after;
    if (careless_) after = read;
    after.servers[other_server] = elsewhere_;
    const auto ledger = opened_in(folder_, now);
    value_of(careless_ ? ledger->replace_memory(after) : Result<void>());
    value_of(ledger->record_run({.report = report,
                                 .before = read,
                                 .memory = after,
                                 .waivers = {},
                                 .trigger = "check",
                                 .next_due = std::nullopt}));
}

Memory SharedLedger::record(const Report& report, const Memory& before, const Memory& after, const Desired& desired,
                            std::vector<Compared>& compared) {
    const UnixSeconds now = report.finished_at;
    const auto ledger = opened_in(folder_, now);
    const Memory read = value_of(ledger->memory()); // by that check, before its run
    if (begun_) check_elsewhere(now, read, after);
    value_of(ledger->record_run({.report = report,
                                 .before = before,
                                 .memory = after,
                                 .waivers = desired.waivers,
                                 .trigger = "interval",
                                 .next_due = std::nullopt}));
    if (!begun_) check_elsewhere(now, read, after);
    begun_ = true;
    Memory expected = after;
    expected.servers[other_server] = elsewhere_;
    const Memory kept = value_of(ledger->memory());
    compared.push_back({"two writers", ledger::write_memory(expected), ledger::write_memory(kept)});
    compared.push_back({"the ledger's proof", "", value_of(ledger->verify({})).problem});
    return kept;
}

std::string through_snapshot(const Desired& desired, const std::vector<ServerConnection>& servers, const Memory& memory,
                             const Clock& clock, const drift::RunOptions& options, std::vector<Compared>& compared) {
    snapshot::Tape tape(desired, memory);
    drift::RunOptions observing = options;
    observing.digest_key = Secret(); // every file is read: what another run knew is no answer
    observing.hooks = tape.hooks();
    boost::asio::io_context context(1);
    Apis apis;
    for (const ServerConnection& server : servers) {
        auto api = value_of(portainer::make_api(context.get_executor(), server));
        apis.push_back(tape.wrap(std::move(api), server.name, "http://portainer.example.test"));
    }
    drift::Run run(desired, targets_of(servers, apis), memory, clock, observing);
    finish(context, run);
    const Report online = run.report();
    const std::string text = snapshot::write(snapshot::redact(tape.take(), online));
    const snapshot::Snapshot kept = value_of(snapshot::read(text));
    observing.hooks = {};
    const Report offline = judged_again(kept, servers, observing);
    for (const report::Format format : {report::Format::json, report::Format::text}) {
        compared.push_back({"the snapshot's report", render(online, format, {}), render(offline, format, {})});
    }
    return text;
}

} // namespace mooring::walks
