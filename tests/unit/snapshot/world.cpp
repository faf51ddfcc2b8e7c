#include "world.hpp"

#include "snapshot/tape.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>
#include <random>

namespace mooring::snapshot::test {
namespace {

using mooring::test::answered;
using mooring::test::refused;

class Maker {
  public:
    Maker(std::uint32_t seed, const Values& values) : random_(seed), values_(values) {}

    World make() {
        world_.api = std::make_unique<mooring::test::FakeApi>();
        world_.api->the_environments =
            answered(Call::environments,
                     std::vector<Environment>{{.id = 1, .name = "production"}, {.id = 2, .name = "staging"}});
        if (chance(30)) world_.api->identities = {answered(Call::identity, Identity{2, "alice", 2})};
        const std::size_t stacks = 1 + below(6);
        for (std::size_t i = 0; i < stacks; ++i) add_stack(i);
        world_.api->lists = {answered(Call::stacks, records_)};
        if (chance(20))
            world_.desired.scopes.push_back({.server = "main", .environments = {}, .where = {"scope.yaml"}});
        return std::move(world_);
    }

  private:
    std::uint32_t below(std::uint32_t end) { return static_cast<std::uint32_t>(random_() % end); }
    bool chance(std::uint32_t percent) { return below(100) < percent; }

    Secret secret(std::size_t stack, std::size_t variable, bool other) {
        std::string value = values_(stack, variable, other);
        world_.secrets.push_back(value);
        return Secret(std::move(value));
    }

    void add_variable(std::size_t stack, std::size_t variable, DesiredStack& desired, StackRecord& record) {
        const std::string name = fmt::format("VARIABLE_{}", variable);
        const bool is_public = chance(15);
        const bool equal = chance(50);
        const bool declared = chance(85);
        const bool opaque = chance(10);
        const auto value = [&](bool other) {
            return is_public && declared ? Secret(fmt::format("public-{}-{}", variable, other))
                                         : secret(stack, variable, other);
        };
        if (declared) {
            DesiredEnv wanted{.name = name, .value = std::nullopt, .unreadable = {}, .is_public = is_public, .line = 9};
            wanted.value = value(false);
            if (opaque) wanted.value.reset();
            if (opaque && chance(50)) wanted.unreadable = "secrets/db: permission denied";
            // A value that nobody compares may be kept nowhere, public or not.
            if (opaque) wanted.is_public = false;
            desired.env->push_back(std::move(wanted));
        }
        if (is_public && declared && opaque)
            record.env.push_back({name, secret(stack, variable, true)});
        else if (chance(85))
            record.env.push_back({name, value(!equal)});
        if (!record.env.empty() && chance(5)) record.env.push_back(record.env.back());
    }

    // Servers echo values in errors, and people copy them into images.
    std::string image(const StackRecord& record) {
        const bool echoes = listed_ && !record.env.empty() && chance(40);
        return "registry.example.test/" + (echoes ? std::string(record.env.front().value.reveal()) : "nginx") + ":1";
    }

    void add_stack(std::size_t index) {
        DesiredStack desired;
        desired.name = fmt::format("stack-{}", index);
        desired.server = "main";
        desired.environment = EnvironmentRef{.id = std::nullopt, .name = chance(80) ? "production" : "staging"};
        desired.where = {.file = desired.name + ".yaml", .line = 1, .column = 0};
        desired.env.emplace();
        StackRecord record;
        record.id = static_cast<StackId>(10 + index);
        record.name = desired.name;
        record.type = StackType::standalone;
        record.environment = chance(80) ? 1 : 2;
        record.status = chance(80) ? 1 : 4;
        record.created_at = noon - 86'400;
        record.fingerprint = std::string(32, 'f');
        const std::size_t variables = below(5);
        for (std::size_t i = 0; i < variables; ++i) add_variable(index, i, desired, record);
        if (record.status == 4) {
            const std::string echo = record.env.empty() ? "" : std::string(record.env.front().value.reveal());
            record.deployment = {{.status = 4, .time = noon - 60, .message = "cannot pull with " + echo}};
        }
        if (chance(20))
            record.auto_update = AutoUpdate{.interval = "5m", .webhook = secret_webhook(index), .job_id = "1"};
        listed_ = chance(85); // nobody can know the values of a record that no answer holds
        add_texts(record, desired);
        if (listed_) records_.push_back(record);
        if (chance(80)) world_.desired.stacks.push_back(std::move(desired));
    }

    std::string secret_webhook(std::size_t index) {
        std::string uuid = values_(index, 99, false);
        world_.secrets.push_back(uuid);
        return uuid;
    }

    void add_texts(const StackRecord& record, DesiredStack& desired) {
        const std::string image_name = image(record);
        const std::string text = "services:\n  web:\n    image: " + image_name + "\n";
        desired.source = DesiredContent{
            .text = chance(60) ? text : "services: {web: {image: nginx:1.27}}\n", .file = "compose.yaml", .line = 1};
        world_.api->files[record.id] = answered(Call::stack_file, text);
        if (chance(10)) {
            world_.api->files[record.id] = refused<std::string>(Call::stack_file, mooring::Outcome::denied, 403,
                                                                "Access denied to resource", Cause::resource_control);
        }
        if (chance(85)) {
            world_.api->containers_of[record.environment].push_back({.name = record.name + "-web-1",
                                                                     .project = record.name,
                                                                     .service = "web",
                                                                     .number = 1,
                                                                     .image = chance(70) ? image_name : image(record),
                                                                     .state = chance(85) ? "running" : "exited",
                                                                     .status = "Exited (1) 2 hours ago"});
        }
    }

    std::mt19937 random_;
    const Values& values_;
    World world_;
    std::vector<StackRecord> records_;
    bool listed_ = true;
};

Report run(const Desired& desired, const Memory& memory, portainer::Api& api, const Clock& clock,
           drift::RunHooks hooks) {
    boost::asio::io_context context(1);
    drift::RunOptions options;
    options.debounce = std::chrono::milliseconds(0);
    options.hooks = std::move(hooks);
    options.mooring_version = "0.0.0";
    drift::Run run(desired, {{.name = "main", .url = "https://portainer.example.test", .api = &api}}, memory, clock,
                   std::move(options));
    boost::asio::co_spawn(context, run.execute(), [](const std::exception_ptr& failure) {
        if (failure) std::rethrow_exception(failure);
    });
    context.run();
    return run.report();
}

} // namespace

World make_world(std::uint32_t seed, const Values& values) { return Maker(seed, values).make(); }

Outcome observe(World world) {
    Tape tape(world.desired, world.memory);
    const auto api = tape.wrap(std::move(world.api), "main", "https://user:pass@portainer.example.test");
    const FixedClock clock(noon);
    Report report = run(world.desired, world.memory, *api, clock, tape.hooks());
    Snapshot kept = redact(tape.take(), report);
    return {.report = std::move(report), .kept = std::move(kept)};
}

Report judge(const Snapshot& kept) {
    const auto api = replay_api(kept.servers.at(0));
    const ReplayClock clock(kept);
    return run(kept.desired, kept.memory, *api, clock, replay_hooks(kept));
}

} // namespace mooring::snapshot::test
