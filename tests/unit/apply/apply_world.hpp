// A stand-in server, a ledger, declared stacks, and one `apply` after another, in this process and with short waits.
#pragma once

#include "apply/apply.hpp"
#include "cli/plan_run.hpp"
#include "ledger/ledger.hpp"
#include "portainer_double/double.hpp"
#include "portainer_write/request.hpp"
#include "support/run.hpp"
#include "unit/manifest/temporary_folder.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

namespace mooring::apply::test {

using portainer_double::Double;
using portainer_double::Fault;
using portainer_double::FaultKind;
using portainer_double::Version;
using portainer_double::When;

inline constexpr const char* web = "services:\n  web:\n    image: local/web:1.1\n";
inline constexpr const char* older = "services:\n  web:\n    image: local/web:1.0\n";

// "update shop: done", one a line, in order.
struct Applied {
    reconcile::Plan plan;
    std::vector<std::string> parts;
    std::vector<std::string> skipped; // steps of which nothing was begun, with the reason
    std::string text() const {
        std::string out;
        for (const std::string& one : parts) out += one + "\n";
        for (const std::string& one : skipped) out += one + "\n";
        return out;
    }
};

// The machine's clock, put forward.
class ShiftedClock final : public Clock {
  public:
    std::chrono::system_clock::time_point now() const override { return std::chrono::system_clock::now() + shift; }
    std::chrono::seconds shift{0};
};

// The process is gone: nothing that would be done afterwards is done.
struct Killed {};

using OnRequest = std::function<void(const portainer_write::WriteRequest&)>;

// Counts calls, and ends the process before one of them, or after one that writes was sent. Shows what is sent.
class MortalSender final : public Sender {
  public:
    MortalSender(Sender& real, int& calls_left, const OnRequest& on_request)
        : real_(real), calls_left_(calls_left), on_request_(on_request) {}
    portainer::Awaitable<portainer_write::WriteReply> create(portainer_write::Create create) override {
        show(portainer_write::request_for(create));
        count();
        auto reply = co_await real_.create(std::move(create));
        count();
        co_return reply;
    }
    portainer::Awaitable<portainer_write::WriteReply> change(portainer_write::Change change,
                                                             StackRecord record) override {
        show(portainer_write::request_for(change, record));
        count();
        auto reply = co_await real_.change(std::move(change), std::move(record));
        count();
        co_return reply;
    }

  private:
    void show(const std::expected<portainer_write::WriteRequest, portainer_write::Veto>& request) const {
        if (request && on_request_) on_request_(*request);
    }

    void count() {
        if (calls_left_ == 0) throw Killed();
        if (calls_left_ > 0) --calls_left_;
    }

    Sender& real_;
    int& calls_left_;
    const OnRequest& on_request_;
};

class ApplyWorld {
  public:
    // `environments`: more of them, beside `production`.
    explicit ApplyWorld(Version version, const std::string& stacks, const std::string& beside = {},
                        const std::string& environments = {})
        : double_({.version = version, .seed = seed(stacks, beside, environments)}) {
        double_.start();
        open();
    }

    static std::string seed(const std::string& stacks, const std::string& beside,
                            const std::string& environments = {}) {
        return R"({"settle": 1, "instanceId": "5dd72a1f-939b-494c-861f-23d068846b6a",
          "users": [{"username": "admin", "token": "ptr_admin"}, {"username": "alice", "id": 2, "token": "ptr_alice"}],
          "teams": [{"name": "web", "members": ["alice"], "leaders": []}],
          "environments": [{"id": 1, "name": "production", "users": ["alice"]})" +
               (environments.empty() ? environments : ", " + environments) + "]," + beside + R"("stacks": [)" + stacks +
               "]}";
    }

    // As a process that starts again: the same file, nothing in memory.
    void open() {
        ledger_.reset();
        ledger_ = std::move(ledger::open_ledger(folder_.path() / "ledger.db", {.now = 1}).value().ledger);
    }

    DesiredStack& declare(std::string name, std::string file = web) {
        DesiredStack stack;
        stack.name = std::move(name);
        stack.server = "main";
        stack.environment = EnvironmentRef{.id = {}, .name = "production"};
        stack.source = DesiredContent{.text = std::move(file), .file = "compose.yaml"};
        stack.adopt = true;
        stack.where = {.file = stack.name + ".yaml", .line = 1};
        declared.push_back(std::move(stack));
        return declared.back();
    }

    Double& server() { return double_; }
    ledger::Ledger& ledger() { return *ledger_; }
    LogStanding standing() { return standing_of(ledger_->log().value()); }
    std::filesystem::path backups() const { return folder_.path() / "backups"; }
    std::filesystem::path folder() const { return folder_.path(); }
    std::size_t writes() {
        std::size_t count = 0;
        for (const auto& [route, times] : double_.requests().by_route) count += route.starts_with("GET ") ? 0 : times;
        return count;
    }

    Applied apply() {
        boost::asio::io_context context{1};
        const auto connection = this->connection();
        auto api = portainer::make_api(context.get_executor(), connection).value();
        auto sender = make_sender(context.get_executor(), connection, answer_time).value();
        Desired desired;
        desired.stacks = declared;
        desired.waivers = waivers;
        if (prunes) desired.scopes = {{.server = "main", .prune = true, .where = {.file = "scope.yaml", .line = 1}}};
        drift::RunOptions options;
        options.debounce = std::chrono::milliseconds(1);
        options.digest_key = ledger_->key();
        const Memory nothing;
        std::vector<drift::Target> targets{{.name = "main", .url = connection.url, .api = api.get()}};
        drift::Run run(std::move(desired), targets, nothing, clock, options);
        Applied applied;
        MortalSender mortal(*sender, calls_left, on_request);
        try {
            mooring::test::run(context, work(run, targets, mortal, applied));
        } catch (const Killed&) {
            applied.parts.emplace_back("killed");
        }
        return applied;
    }

    std::vector<DesiredStack> declared;
    std::vector<Waiver> waivers;
    std::string user = "admin";
    std::string token;    // "": that of the user
    OnRequest on_request; // each request that is about to be sent; may be empty
    std::chrono::milliseconds answer_time{5000};
    WriteSettings settings{.apply = true,
                           .instance = "5dd72a1f-939b-494c-861f-23d068846b6a",
                           .protect = {},
                           .limits = {.deploy_timeout = std::chrono::seconds(1), .settle = std::chrono::seconds(1)}};
    std::function<void(const reconcile::Plan&)> between; // plan and apply
    int calls_left = -1; // of reads and writes, until the process is killed; -1: it is not
    ShiftedClock clock;
    std::function<void(const PartResult&)> on_part; // as soon as it has an outcome
    bool may_roll_back = true;                      // what a person says who is asked
    bool stopping = false;                          // somebody asked to end
    bool seen_before = false;                       // a run of two hours ago found what runs as it is now
    bool prunes = false; // a Scope lets go what nobody declares, and two runs of an hour ago called it extra

  private:
    ServerConnection connection() {
        ServerConnection made;
        made.name = "main";
        made.url = double_.url();
        made.token = Secret(token.empty() ? "ptr_" + user : token);
        made.withheld = {made.token};
        made.retries.attempts = 1;
        return made;
    }

    boost::asio::awaitable<bool> work(drift::Run& run, const std::vector<drift::Target>& targets, Sender& sender,
                                      Applied& applied) {
        co_await run.execute();
        config::Config config;
        config::ServerEntry entry;
        entry.server = connection();
        entry.write = settings;
        config.servers.push_back(std::move(entry));
        config.manifests = "."; // where the files of the world are
        const Memory nothing;
        cli::PlanPast past;
        Workshop workshop{.ledger = *ledger_, .clock = clock, .memory = nothing};
        workshop.look.debounce = std::chrono::milliseconds(1);
        workshop.look.digest_key = ledger_->key();
        workshop.backup.folder = backups();
        workshop.by = "test";
        workshop.holder = ledger::holder_of_this_process("mooring apply");
        workshop.pace = {.first_read = std::chrono::milliseconds(1),
                         .longest_read = std::chrono::milliseconds(20),
                         .between_looks = std::chrono::milliseconds(2),
                         .deploy = std::chrono::milliseconds(60),
                         .settle = std::chrono::milliseconds(60)};
        workshop.declared = run.declared();
        workshop.stopping = &stopping;
        workshop.on_part = [this, &applied](const reconcile::Step& step, const reconcile::Part& part,
                                            const PartResult& result) {
            applied.parts.push_back(std::string(reconcile::to_string(part)) + " " + step.name + ": " +
                                    std::string(to_string(result.outcome)));
            if (result.outcome == PartOutcome::skipped) applied.parts.back() += ": " + result.message;
            if (on_part) on_part(result);
        };
        workshop.may_roll_back = [this](const reconcile::Step&) -> boost::asio::awaitable<bool> {
            co_return may_roll_back;
        };
        const auto read = run.read();
        Server server{.target = targets[0], .sender = &sender, .facts = &read[0].facts, .settings = settings};
        const auto settled = co_await settle_open(workshop, server);
        for (const LogEntry& one : settled.value())
            applied.parts.push_back("settled " + one.stack.name + ": " + std::string(to_string(one.result.outcome)));
        cli::take_log(past, ledger_->log().value());
        past.sightings["main"].first_at = 1; // a ledger that was kept for long
        for (const drift::Assessment& row : run.assessments()) {
            if (!seen_before) break;
            past.drifted[ledger::key_of(row.result)] = {.stack = ledger::key_of(row.result),
                                                        .first_at = clock.unix_seconds() - 7200,
                                                        .state = std::make_shared<StackResult>(row.result)};
        }
        for (const StackRecord& one : read[0].facts.list.value.value_or(std::vector<StackRecord>{}))
            past.called_extra[{"main", one.id}] = {.since = clock.unix_seconds() - 7200, .runs = 2};
        const cli::PlanSources sources{.config = config,
                                       .before = nothing,
                                       .past = past,
                                       .allowed = {},
                                       .now = clock.unix_seconds(),
                                       .removing = {.most = prunes ? std::size_t{9} : 0, .irrecoverable = {}}};
        const reconcile::PlanInput input = co_await cli::plan_input_of(run, targets, sources);
        applied.plan = reconcile::make_plan(input);
        if (between) between(applied.plan);
        workshop.not_now = [&](const reconcile::Step& step) {
            return reconcile::not_now(input, step, clock.unix_seconds());
        };
        server.engines = input.servers.at("main").engines;
        std::vector<Planned> steps;
        for (const reconcile::Step& step : applied.plan.steps) {
            if (step.readiness == reconcile::Readiness::to_do)
                steps.push_back({.step = &step, .seen = &input.assessments[step.row]});
        }
        const auto done = co_await apply_steps(workshop, server, steps);
        for (const StepDone& one : done) {
            if (one.parts.empty()) applied.skipped.push_back(one.step->name + " skipped: " + one.message);
        }
        co_return true;
    }

    manifest::TemporaryFolder folder_;
    Double double_;
    std::unique_ptr<ledger::Ledger> ledger_;
};

} // namespace mooring::apply::test
