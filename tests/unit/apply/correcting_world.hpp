// A stand-in server, a ledger, declared stacks, and one run of the correcting agent after another, in this process and
// with short waits.
#pragma once

#include "cli/apply_run.hpp"
#include "ledger/ledger.hpp"
#include "portainer_double/double.hpp"
#include "serve/log.hpp"
#include "support/run.hpp"
#include "unit/manifest/temporary_folder.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace mooring::cli::test {

using portainer_double::Double;
using portainer_double::Fault;
using portainer_double::Version;
using reconcile::Readiness;
using Texts = std::vector<std::string>;

inline constexpr const char* uuid = "5dd72a1f-939b-494c-861f-23d068846b6a";
inline constexpr const char* newer = "services:\n  web:\n    image: local/web:1.1\n";
inline constexpr const char* stacks =
    R"({"id": 11, "name": "shop", "environment": 1, "createdBy": "robot",
        "file": "services:\n  web:\n    image: local/web:1.0\n"})";

class ShiftedClock final : public Clock {
  public:
    std::chrono::system_clock::time_point now() const override { return std::chrono::system_clock::now() + shift; }
    std::chrono::seconds shift{0};
};

class CorrectingWorld {
  public:
    explicit CorrectingWorld(Version version = Version::v2_43_0, const std::string& seeded = stacks)
        : double_({.version = version, .seed = seed(seeded)}),
          log_(said_, clock, serve::LogForm::text, serve::Level::debug) {
        double_.start();
        entry.server.name = "main";
        entry.server.url = double_.url();
        entry.server.token = Secret("ptr_robot");
        entry.server.withheld = {entry.server.token};
        entry.server.retries.attempts = 1;
        entry.write = {
            .apply = true,
            .correct = true,
            .instance = uuid,
            .protect = {},
            .limits = {.max_changes = 5, .deploy_timeout = std::chrono::seconds(1), .settle = std::chrono::seconds(1)}};
        config.manifests = "."; // where the files of the world are
        config.relist_after = std::chrono::milliseconds(1);
        restart();
    }

    static std::string seed(const std::string& seeded) {
        return R"({"settle": 1, "instanceId": ")" + std::string(uuid) +
               R"(", "users": [{"username": "robot", "role": "administrator", "token": "ptr_robot"}, {"username": "anna", "role": "administrator", "token": "ptr_anna"}],
                "environments": [{"id": 1, "name": "production"}], "stacks": [)" +
               seeded + "]}";
    }

    // As a process that starts again: the same file, nothing in memory.
    void restart() {
        corrector_.reset();
        ledger_.reset();
        ledger_ = std::move(ledger::open_ledger(ledger_file(), {.now = clock.unix_seconds()}).value().ledger);
        corrector_ = make_corrector({.ledger = ledger_file(),
                                     .clock = clock,
                                     .log = log_,
                                     .make_api = portainer::make_api,
                                     .pace = {.first_read = std::chrono::milliseconds(1),
                                              .longest_read = std::chrono::milliseconds(20),
                                              .between_looks = std::chrono::milliseconds(2),
                                              .deploy = std::chrono::milliseconds(300),
                                              .settle = std::chrono::milliseconds(60)}});
    }

    DesiredStack& declare(std::string name = "shop", std::string text = newer) {
        DesiredStack stack;
        stack.name = std::move(name);
        stack.server = "main";
        stack.environment = EnvironmentRef{.id = {}, .name = "production"};
        stack.source = DesiredContent{.text = std::move(text), .file = "compose.yaml"};
        stack.adopt = true;
        stack.policy.mode = PolicyMode::correct;
        stack.where = {.file = stack.name + ".yaml", .line = 1};
        declared.push_back(std::move(stack));
        return declared.back();
    }
    void note(LogKind kind, const std::string& name) {
        LogEntry decided;
        decided.at = clock.unix_seconds();
        decided.kind = kind;
        decided.by = "alice";
        decided.stack = {.server = "main", .instance_id = uuid, .environment = 1, .name = name};
        append(decided);
    }
    void trust() { note(LogKind::trusted, ""); }
    void resume() { note(LogKind::resumed, "shop"); }
    void pass(std::chrono::seconds time) {
        clock.shift += time;
        double_.world()->clock_offset += time.count();
    }
    void set_file(const std::string& text, const std::string& by) {
        const auto inside = double_.world();
        auto* stack = inside->find_stack(11);
        stack->file = text;
        stack->updated = inside->now();
        stack->updated_by = by;
    }
    std::string file_of(StackId id) { return double_.world()->find_stack(id)->file; }
    std::size_t writes() {
        std::size_t count = 0;
        for (const auto& [route, times] : double_.requests().by_route) count += route.starts_with("GET ") ? 0 : times;
        return count;
    }
    std::vector<LogEntry> log() { return ledger_->log().value(); }
    std::size_t count(LogKind kind) {
        const auto all = log();
        return static_cast<std::size_t>(std::ranges::count(all, kind, &LogEntry::kind));
    }
    void append(const LogEntry& one) { ASSERT_TRUE(ledger_->append(one).has_value()); }
    Double& server() { return double_; }
    std::filesystem::path ledger_file() const { return folder_.path() / "ledger.db"; }
    std::string said() const { return said_.str(); }

    // One run, judged, recorded and corrected: "shop done", "shop held human_grace", "halted not_trusted", in order.
    Texts run() {
        boost::asio::io_context context{1};
        shown = {};
        told_.clear();
        Texts out;
        auto api = portainer::make_api(context.get_executor(), entry.server, {}).value();
        Desired desired;
        desired.stacks = declared;
        if (prunes) desired.scopes = {{.server = "main", .prune = true, .where = {.file = "scope.yaml", .line = 1}}};
        Memory before;
        before.servers["main"] = ledger_->memory_of("main").value();
        drift::RunOptions options;
        options.debounce = std::chrono::milliseconds(1);
        options.digest_key = ledger_->key();
        drift::Run run(std::move(desired), {{.name = "main", .url = entry.server.url, .api = api.get(), .problem = {}}},
                       before, clock, options);
        mooring::test::run(context, work(run, before));
        if (shown.halted) out.push_back("halted " + shown.halted->code);
        if (!shown.problem.empty()) out.push_back("problem " + shown.problem);
        for (const std::string& one : told_) out.push_back(one);
        for (const reconcile::Step& step : shown.steps) {
            if (!step.obstacles.empty())
                out.push_back(step.name + " " + std::string(to_string(step.readiness)) + " " +
                              step.obstacles.front().code);
        }
        return out;
    }

    std::vector<DesiredStack> declared;
    config::Config config;
    config::ServerEntry entry;
    ShiftedClock clock;
    serve::Corrections shown;
    bool prunes = false; // a Scope lets go what nobody declares
    bool stopping = false;
    bool superseded = false; // read again while it was planned
    bool manifests_whole = true;
    bool recorded = true;
    bool wrote = false;

  private:
    boost::asio::awaitable<bool> work(drift::Run& run, const Memory& before) {
        co_await run.execute();
        const Report report = run.report();
        const Memory after = run.memory();
        EXPECT_TRUE(ledger_
                        ->record_run({.report = report,
                                      .before = before,
                                      .memory = after,
                                      .waivers = {},
                                      .trigger = "interval",
                                      .next_due = {}})
                        .has_value());
        config.servers = {entry};
        ServerConnection connection = entry.server;
        const serve::JudgedRun judged{.run = run,
                                      .memory = before,
                                      .report = report,
                                      .config = config,
                                      .entry = entry,
                                      .connection = connection,
                                      .manifests_whole = manifests_whole,
                                      .recorded = recorded};
        serve::CorrectingHooks hooks;
        hooks.show = [this](const serve::Corrections& corrections) { shown = corrections; };
        hooks.is_at_work = [](std::chrono::seconds longest) { EXPECT_GT(longest.count(), 0); };
        hooks.stopping = &stopping;
        hooks.superseded = [this] { return superseded; };
        const std::size_t entries = log().size();
        wrote = co_await corrector_->correct(judged, hooks);
        const auto all = log();
        for (std::size_t i = entries; i < all.size(); ++i) {
            if (all[i].kind == LogKind::outcome)
                told_.push_back(all[i].stack.name + " " + std::string(to_string(all[i].result.outcome)));
        }
        co_return true;
    }

    manifest::TemporaryFolder folder_;
    Double double_;
    std::ostringstream said_;
    serve::Log log_;
    std::unique_ptr<ledger::Ledger> ledger_;
    std::unique_ptr<serve::Corrector> corrector_;
    Texts told_;
};

} // namespace mooring::cli::test
