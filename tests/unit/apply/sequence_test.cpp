// Random worlds, lost answers, people at work, processes that are killed at any write and start again: whatever
// happens, nothing is sent twice for one intent, nobody else's stack is touched, and nothing is lost that nobody said
// should go.
#include "portainer_double/kube_cluster.hpp"
#include "portainer_double/kube_store.hpp"
#include "unit/apply/apply_world.hpp"

#include <algorithm>
#include <cstdlib>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

namespace mooring::apply {
namespace {

using namespace test;

constexpr const char* bystander =
    R"({"id": 31, "name": "neighbour", "environment": 1, "env": {"X": "1"}, "access": "public",
        "file": "services:\n  web:\n    image: local/web:1.0\n"})";
constexpr const char* cluster = R"({"id": 5, "name": "cluster", "type": 5, "namespaces": {"shop": {}}})";

// One ConfigMap, placed as Mooring sends it.
std::string objects(const std::string& name, const std::string& color) {
    return "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  namespace: \"shop\"\n  name: " + name +
           "\ndata:\n  color: " + color + "\n";
}

std::string record_in_cluster(const std::string& name, int id) {
    return R"({"id": )" + std::to_string(id) + R"(, "name": ")" + name +
           R"(", "environment": "cluster", "type": "kubernetes", "namespace": "shop", "createdBy": "admin", "file": )" +
           nlohmann::json(objects(name, "blue")).dump() + "}";
}

class Dice {
  public:
    explicit Dice(unsigned seed) : random_(seed) {}
    int below(int most) { return std::uniform_int_distribution<int>(0, most - 1)(random_); }
    bool one_in(int n) { return below(n) == 0; }

  private:
    std::mt19937 random_;
};

// One stack that is declared, and what of it must never be lost.
struct Declared {
    std::string name;
    bool exists = false;
    bool git = false;
    bool dropped = false; // out of the manifests by now
    bool in_cluster = false;
};

std::string record_of(const Declared& one, int id, Dice& dice) {
    std::string text = R"({"id": )" + std::to_string(id) + R"(, "name": ")" + one.name +
                       R"(", "environment": 1, "createdBy": "alice", "access": {"users": ["alice"]},
                           "env": [{"name": "KEPT", "value": "kept-value"}, {"name": "COLOR", "value": "red"}],)";
    if (dice.one_in(4)) text += R"("status": "inactive",)";
    if (one.git) return text + R"("git": {"url": "https://git.example.test/source", "reference": "refs/heads/main"}})";
    const char* image = dice.one_in(2) ? "1.0" : "1.1";
    return text + R"("file": "services:\n  web:\n    image: local/web:)" + image + R"(\n"})";
}

struct Sequence {
    explicit Sequence(unsigned seed) : dice(seed) {
        constexpr Version versions[]{Version::v2_23_0, Version::v2_33_0_rc1, Version::v2_39_0, Version::v2_43_0};
        version = versions[dice.below(4)];
        std::string stacks = bystander;
        for (const char* name : {"alpha", "beta", "gamma"}) {
            Declared one{.name = name, .exists = !dice.one_in(3), .git = dice.one_in(4)};
            if (one.exists) stacks += "," + record_of(one, 11 + static_cast<int>(declared.size()), dice);
            declared.push_back(std::move(one));
        }
        stacks += "," + record_in_cluster("kube-neighbour", 32);
        for (const char* name : {"kube-a", "kube-b"}) {
            Declared one{.name = name, .exists = dice.one_in(2), .in_cluster = true};
            if (one.exists) stacks += "," + record_in_cluster(name, 11 + static_cast<int>(declared.size()));
            declared.push_back(std::move(one));
        }
        world = std::make_unique<ApplyWorld>(version, stacks, std::string(), cluster);
        auto& repository = world->server().world()->repositories.emplace_back();
        repository.url = "https://git.example.test/source";
        repository.references = {{"refs/heads/main", "b2"}, {"refs/heads/next", "c3"}};
        repository.files = {{"docker-compose.yml", web}};
        for (const Declared& one : declared) declare(one);
    }

    void declare_in_cluster(const Declared& one) {
        std::string file = objects(one.name, dice.one_in(2) ? "blue" : "green");
        if (dice.one_in(2)) file += "---\n" + objects(one.name + "-more", "blue"); // an update has it anew
        DesiredStack& stack = world->declare(one.name, std::move(file));
        stack.environment = EnvironmentRef{.id = {}, .name = "cluster"};
        stack.type = StackType::kubernetes;
        stack.namespace_ = "shop";
    }

    void declare(const Declared& one) {
        if (one.in_cluster) return declare_in_cluster(one);
        DesiredStack& stack = world->declare(one.name);
        if (one.git) {
            if (!dice.one_in(4)) stack.policy.pull = Pull::always;
            stack.source = DesiredGit{.url = "https://git.example.test/source",
                                      .reference = dice.one_in(2) ? "next" : "main",
                                      .path = "docker-compose.yml"};
        }
        stack.env = std::vector<DesiredEnv>(1);
        stack.env->front().name = "COLOR";
        stack.env->front().value = Secret(dice.one_in(2) ? "green" : "red");
        stack.env_strict = false;
        stack.env_strict_written = true;
        if (dice.one_in(3))
            stack.access = DesiredAccess{.kind = DesiredAccess::Kind::everyone, .users = {}, .teams = {}};
        if (dice.one_in(4)) stack.state = DesiredState::stopped;
        if (!one.git && dice.one_in(4)) { // it falls, and is put back or not
            stack.source = DesiredContent{
                .text = "services:\n  web:\n    image: local/web:1.1\n    command: [\"false\"]\n", .file = "c"};
            if (dice.one_in(2)) stack.policy.rollback = Rollback::automatic;
        }
        for (const Allowance allowance : {Allowance::redeploy_git, Allowance::start_to_change}) {
            if (dice.one_in(2)) stack.allow.insert(allowance);
        }
    }

    void trouble() {
        world->server().clear_faults();
        world->calls_left = dice.one_in(3) ? dice.below(8) : -1;
        world->between = nullptr;
        if (dice.one_in(2)) {
            constexpr When moments[]{When::before, When::during, When::after};
            constexpr const char* methods[]{"PUT", "POST", "DELETE"};
            world->server().add_fault({.kind = dice.one_in(2) ? FaultKind::drop : FaultKind::status,
                                       .when = moments[dice.below(3)],
                                       .method = methods[dice.below(3)],
                                       .skip = dice.below(2),
                                       .times = 1});
        }
        if (dice.one_in(4)) {
            world->between = [this](const reconcile::Plan&) {
                const auto inside = world->server().world();
                auto& [id, stack] =
                    *std::next(inside->stacks.begin(), dice.below(static_cast<int>(inside->stacks.size())));
                if (id != 31 && id != 32) stack.updated_by = "eve", stack.updated += 7;
                if (dice.one_in(2)) work_in_the_cluster(*inside);
            };
        }
    }

    static portainer_double::Cluster& cluster_in(portainer_double::World& inside) {
        return inside.cluster_of(*inside.find_environment("cluster"));
    }
    static portainer_double::KubeKey key_of(const std::string& name) { return {"configmaps", "shop", name}; }
    static std::string stack_id_of(const portainer_double::Json& object) {
        const portainer_double::Json labels = object["metadata"].value("labels", portainer_double::Json::object());
        return labels.value("io.portainer.kubernetes.application.stackid", "");
    }

    // A person makes an object that a stack declares and does not have yet.
    void work_in_the_cluster(portainer_double::World& inside) {
        const std::string& stack = declared[3 + static_cast<std::size_t>(dice.below(2))].name;
        const std::string name = stack + (dice.one_in(2) ? "-more" : "");
        const bool recorded = std::ranges::any_of(
            inside.stacks, [&](const auto& one) { return one.second.file.contains("name: " + name + "\n"); });
        if (recorded || cluster_in(inside).objects.contains(key_of(name))) return;
        const auto kind = portainer_double::find_kind(cluster_in(inside), "v1", "ConfigMap");
        create_object(
            cluster_in(inside), *kind,
            {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", name}, {"namespace", "shop"}}}},
            {.manager = "kubectl-create", .now = inside.now()});
        by_hand.insert(name);
    }

    void check_cluster(const Applied& applied, portainer_double::World& inside) {
        auto& all = cluster_in(inside).objects;
        const auto neighbour = all.find(key_of("kube-neighbour"));
        if (neighbour == all.end() || stack_id_of(neighbour->second) != "32")
            violations.emplace_back("an object of a stack that nobody declares was touched");
        for (const std::string& name : by_hand) {
            const auto object = all.find(key_of(name));
            if (object == all.end() || !stack_id_of(object->second).empty())
                violations.push_back("a person's object was taken: " + name);
        }
        for (const Declared& one : declared) {
            const bool gone = std::ranges::find(applied.parts, "remove " + one.name + ": done") != applied.parts.end();
            if (one.in_cluster && gone && all.contains(key_of(one.name)) && !by_hand.contains(one.name))
                violations.push_back(one.name + " is called removed, and its object is there");
            cluster_removals += one.in_cluster && gone ? 1 : 0;
        }
    }

    // Somebody takes a stack out of the manifests, whose Scope lets go what Mooring made or adopted.
    void drop() {
        world->prunes = true;
        Declared& one = declared[static_cast<std::size_t>(dice.below(static_cast<int>(declared.size())))];
        one.dropped = true;
        std::erase_if(world->declared, [&](const DesiredStack& stack) { return stack.name == one.name; });
    }

    void run() {
        for (int round = 0; round < 4; ++round) {
            if (round > 0 && dice.one_in(2)) drop();
            if (round < 3)
                trouble();
            else {
                world->server().clear_faults();
                world->calls_left = -1;
                world->between = nullptr;
            }
            if (round > 0) world->open();
            const Applied applied = world->apply();
            told += "round " + std::to_string(round) + "\n" + applied.text();
            check(applied);
        }
    }

    void check(const Applied& applied) {
        const auto log = world->ledger().log().value();
        const auto intents = static_cast<std::size_t>(std::ranges::count(log, LogKind::intent, &LogEntry::kind));
        if (world->writes() > intents) violations.push_back("more requests than intents");
        check_log(log);
        const auto inside = world->server().world();
        check_bystander(inside->find_stack(31));
        check_cluster(applied, *inside);
        std::map<std::string, int> names;
        for (const auto& [id, stack] : inside->stacks) ++names[stack.name];
        for (const auto& [name, count] : names) {
            if (count > 1) violations.push_back(name + " is there twice");
        }
        for (const Declared& one : declared) check_stack(one, *inside);
        for (const std::string& part : applied.parts) {
            const bool removed = part.starts_with("remove ") && !part.contains("skipped");
            const auto stack = std::ranges::find_if(
                declared, [&](const Declared& one) { return part.starts_with("remove " + one.name + ":"); });
            if (removed && (stack == declared.end() || !stack->dropped))
                violations.push_back(part + ", and it is declared");
            removals += removed ? 1 : 0;
            cluster_writes += part.contains(" kube-") && !part.contains("skipped") ? 1 : 0;
            rollbacks += part.starts_with("rollback ") ? 1 : 0;
        }
    }

    // Of one stack there is no second intent while nobody knows what came of the first.
    void check_log(const std::vector<LogEntry>& log) {
        std::map<std::string, std::int64_t> open;
        for (const LogEntry& entry : log) {
            if (entry.kind == LogKind::intent && !open.emplace(entry.stack.name, entry.number).second)
                violations.push_back("a second intent for " + entry.stack.name);
            if (entry.kind == LogKind::outcome && !needs_a_look(entry.result.outcome)) open.erase(entry.stack.name);
        }
    }

    void check_bystander(const portainer_double::Stack* stack) {
        const bool same = stack != nullptr && stack->updated == 0 && stack->status == 1 && stack->env->size() == 1;
        if (!same) violations.emplace_back("a stack that nobody declares was touched");
    }

    void check_stack(const Declared& one, portainer_double::World& inside) {
        if (!one.exists) return;
        const auto found =
            std::ranges::find_if(inside.stacks, [&](const auto& s) { return s.second.name == one.name; });
        if (found == inside.stacks.end()) return violations.push_back(one.name + " is gone");
        const portainer_double::Stack& stack = found->second;
        if (one.in_cluster) {
            if (!stack.file.contains("name: " + one.name)) violations.push_back(one.name + " lost its file");
            return;
        }
        const auto kept = std::ranges::find(*stack.env, "KEPT", &portainer_double::EnvVar::name);
        if (kept == stack.env->end() || kept->value != "kept-value")
            violations.push_back(one.name + " lost a variable");
        if (one.git && !stack.git) violations.push_back(one.name + " lost its Git source");
        if (inside.control_of(stack) == nullptr) violations.push_back(one.name + " lost its access");
    }

    Dice dice;
    Version version;
    std::vector<Declared> declared;
    std::unique_ptr<ApplyWorld> world;
    std::vector<std::string> violations;
    std::string told;
    std::set<std::string> by_hand; // objects of a person
    std::size_t removals = 0;
    std::size_t cluster_removals = 0;
    std::size_t cluster_writes = 0;
    std::size_t rollbacks = 0;
};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr unsigned usual = 60; // each takes five times as long
#else
constexpr unsigned usual = 500;
#endif

TEST(Sequences, NothingIsSentTwiceTouchedUnaskedOrLost) {
    const char* asked = std::getenv("MOORING_SEQUENCES");
    const unsigned count = asked == nullptr ? usual : static_cast<unsigned>(std::strtoul(asked, nullptr, 10));
    std::size_t writes = 0;
    std::size_t killed = 0;
    std::size_t removals = 0;
    std::size_t rollbacks = 0;
    std::size_t in_clusters = 0;
    std::size_t removed_from_clusters = 0;
    for (unsigned seed = 1; seed <= count; ++seed) {
        Sequence sequence(seed);
        sequence.run();
        writes += sequence.world->writes();
        removals += sequence.removals;
        rollbacks += sequence.rollbacks;
        in_clusters += sequence.cluster_writes;
        removed_from_clusters += sequence.cluster_removals;
        killed += sequence.told.contains("killed") ? 1 : 0;
        ASSERT_TRUE(sequence.violations.empty()) << "seed " << seed << ": " << sequence.violations.front() << "\n"
                                                 << sequence.told;
    }
    RecordProperty("writes", static_cast<int>(writes));
    std::printf("sequences: %u, writes %zu, removals %zu, rollbacks %zu, killed %zu, in clusters %zu (removals %zu), "
                "violations 0\n",
                count, writes, removals, rollbacks, killed, in_clusters, removed_from_clusters);
    EXPECT_GT(in_clusters, count / 4);
    EXPECT_GT(removed_from_clusters, 0U);
    EXPECT_GT(removals, 0U);
    EXPECT_GT(rollbacks, 0U);
    EXPECT_GT(writes, count) << "sequences that write nothing prove nothing";
}

} // namespace
} // namespace mooring::apply
