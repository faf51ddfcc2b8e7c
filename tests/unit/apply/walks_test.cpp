// The worlds of the permission walks (tests/walks), applied: a reader with all kinds of rights, waivers, clusters,
// twins, hidden stacks, failing transport. No secret of the world stands anywhere but in the field where it belongs,
// nothing is written that is not declared, and what a waiver accepts stays.
#include "kubernetes/kubernetes.hpp"
#include "model/stack.hpp"
#include "reconcile/render.hpp"
#include "unit/apply/apply_world.hpp"
#include "walks/content.hpp"
#include "walks/generate.hpp"
#include "walks/stage.hpp"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

namespace mooring::apply {
namespace {

using namespace test;
using BodyJson = nlohmann::json;

// What a write must leave as it is, of one record.
struct KeptRecord {
    std::string name;
    std::string file;
    std::int64_t updated = 0;
    int status = 0;
    std::map<std::string, std::string> env;

    friend bool operator==(const KeptRecord&, const KeptRecord&) = default;
};

struct AppliedWalk {
    explicit AppliedWalk(unsigned seed)
        : world(walks::generate(seed)), state(walks::after_steps(world)), random(seed), at(Version::v2_43_0, "") {
        walks::stage(at.server(), world, state);
        walks::disturb(at.server(), world.faults);
        at.clock.shift = std::chrono::seconds(state.clock - SystemClock().unix_seconds());
        at.token = walks::reader_token;
        at.settings.instance = fmt::format("00000000-0000-4000-8000-{:012}", state.database);
        at.seen_before = one_in(2);
        Desired desired = walks::desired_of(world);
        at.waivers = std::move(desired.waivers);
        std::erase_if(desired.stacks, [](const DesiredStack& one) { return one.server != "main"; });
        for (DesiredStack& one : desired.stacks) permit(one);
        at.declared = std::move(desired.stacks);
        at.on_request = [this](const portainer_write::WriteRequest& request) { check_request(request); };
        at.on_part = [this](const PartResult& result) { search("a part's message", result.message); };
        before = records();
    }

    bool one_in(unsigned n) { return random() % n == 0; }

    void permit(DesiredStack& one) {
        one.adopt = !one_in(8);
        one.env_strict_written = one_in(2);
        if (one_in(3)) one.policy.pull = Pull::always;
        if (one_in(4)) one.policy.rollback = Rollback::automatic;
        for (const Allowance allowance : {Allowance::redeploy_git, Allowance::start_to_change, Allowance::adopt_running,
                                          Allowance::create_unseen, Allowance::replace_lost_file}) {
            if (one_in(2)) one.allow.insert(allowance);
        }
    }

    std::map<int, KeptRecord> records() {
        std::map<int, KeptRecord> found;
        const auto inside = at.server().world();
        for (const auto& [id, stack] : inside->stacks) {
            KeptRecord& one = found[static_cast<int>(id)];
            one = {.name = stack.name, .file = stack.file, .updated = stack.updated, .status = stack.status, .env = {}};
            for (const auto& pair : stack.env.value_or(std::vector<portainer_double::EnvVar>{}))
                one.env[pair.name] = pair.value;
        }
        return found;
    }

    void violated(std::string what) { violations.push_back(std::move(what)); }

    void search(const std::string& what, std::string_view text) {
        ++texts;
        const std::size_t found = text.find(walks::secret_mark);
        if (found == std::string_view::npos) return;
        violated(what + " holds a secret: " + std::string(text.substr(found > 60 ? found - 60 : 0, 160)));
    }

    // A file with a secret is the one that is declared or recorded of that very stack, a value that of its name.
    void check_request(const portainer_write::WriteRequest& request) {
        ++requests;
        search("a request's target", request.target);
        if (request.body.reveal().empty()) return;
        BodyJson body = BodyJson::parse(request.body.reveal());
        const Sides sides = sides_of(request, body);
        for (const char* key : {"StackFileContent", "stackFileContent"}) {
            if (!body.contains(key)) continue;
            const std::string file = body[key].get<std::string>();
            if (file.contains(walks::secret_mark) && !is_file_of(sides, file))
                violated("another stack's file is sent: " + request.target);
            body.erase(key);
        }
        for (const char* key : {"Env", "env"}) {
            if (!body.contains(key) || !body[key].is_array()) continue;
            for (BodyJson& one : body[key]) {
                const std::string name = one.at("name").get<std::string>();
                if (!is_value_of(sides, name, one.at("value").get<std::string>()))
                    violated("another value is sent as " + name + ": " + request.target);
                values += one.at("value").get<std::string>().contains(walks::secret_mark) ? 1 : 0;
                one.erase("value");
            }
        }
        search("a request's body, beside file and values,", body.dump());
    }

    // What is declared and recorded of the stack that a request is about.
    struct Sides {
        std::optional<KeptRecord> record;
        std::vector<const DesiredStack*> declared;
    };
    Sides sides_of(const portainer_write::WriteRequest& request, const BodyJson& body) {
        Sides sides;
        const auto now = records();
        if (const auto found = now.find(static_cast<int>(request.stack)); found != now.end())
            sides.record = found->second;
        std::string name = sides.record ? sides.record->name : "";
        for (const char* key : {"Name", "name", "StackName", "stackName"}) {
            if (!sides.record && body.contains(key)) name = body[key].get<std::string>();
        }
        for (const DesiredStack& one : at.declared) {
            const bool tied = one.tie && one.tie->id == request.stack;
            if (tied || normalise_stack_name(one.name) == normalise_stack_name(name)) sides.declared.push_back(&one);
        }
        return sides;
    }

    static bool is_file_of(const Sides& sides, const std::string& file) {
        if (sides.record && sides.record->file == file) return true;
        return std::ranges::any_of(sides.declared, [&](const DesiredStack* one) {
            const auto* content = std::get_if<DesiredContent>(&one->source);
            return content != nullptr && (content->text == file || is_with_namespaces(*one, content->text, file));
        });
    }

    // In a cluster each object gets the stack's namespace on its way.
    static bool is_with_namespaces(const DesiredStack& stack, const std::string& declared, const std::string& sent) {
        if (stack.namespace_.empty() || !kubernetes::is_manifest(declared)) return false;
        const auto one = kubernetes::load(declared);
        const auto other = kubernetes::load(sent);
        return one && other && kubernetes::compare_files(*one, *other, stack.namespace_).empty();
    }

    static bool is_value_of(const Sides& sides, const std::string& name, const std::string& value) {
        const auto& record = sides.record;
        if (record && record->env.contains(name) && record->env.at(name) == value) return true;
        return std::ranges::any_of(sides.declared, [&](const DesiredStack* one) {
            return one->env && std::ranges::any_of(*one->env, [&](const DesiredEnv& variable) {
                       return variable.name == name && variable.value && variable.value->reveal() == value;
                   });
        });
    }

    void run() {
        for (int round = 0; round < 2; ++round) {
            if (round > 0) at.open();
            const Applied applied = at.apply();
            told += applied.text();
            search("the plan's text", reconcile::to_text(applied.plan));
            search("the plan's JSON", reconcile::to_json(applied.plan));
            for (const bool details : {false, true})
                search("the plan's Markdown", reconcile::to_markdown(applied.plan, details));
            search("what was done", applied.text());
            search_ledger();
            check_records();
            refused += static_cast<std::size_t>(std::ranges::count_if(
                applied.parts, [](const std::string& part) { return part.ends_with(": refused"); }));
        }
    }

    void search_ledger() {
        for (const auto& one : std::filesystem::directory_iterator(at.folder())) {
            if (!one.is_regular_file()) continue;
            std::ifstream in(one.path(), std::ios::binary);
            search("the ledger", std::string(std::istreambuf_iterator<char>(in), {}));
        }
    }

    // Only records that an intent names are other than before, and each of them is declared.
    void check_records() {
        std::set<int> written;
        std::size_t intents = 0;
        const std::vector<LogEntry> log = at.ledger().log().value();
        for (const LogEntry& entry : log) {
            if (entry.kind != LogKind::intent) continue;
            ++intents;
            if (entry.stack.id) written.insert(static_cast<int>(*entry.stack.id));
            if (std::ranges::none_of(at.declared, [&](const DesiredStack& one) {
                    return one.name == entry.stack.name || (one.tie && one.tie->id == entry.stack.id.value_or(0));
                }))
                violated("an intent for " + entry.stack.name + ", which nobody declares");
        }
        writes = at.writes();
        if (writes > intents) violated("more requests than intents");
        const auto now = records();
        for (const auto& [id, record] : before) {
            const auto found = now.find(id);
            if (found == now.end()) return violated(record.name + " is gone");
            if (!written.contains(id) && found->second != record) violated(record.name + " changed without an intent");
            if (found->second.file != record.file && is_accepted(record.name))
                violated(record.name + ": a waived file was written");
        }
    }

    // A waiver for everything in files, now and everywhere.
    bool is_accepted(const std::string& name) const {
        return std::ranges::any_of(world.waivers, [&](const walks::Accepted& one) {
            return one.force == walks::Force::now && (one.path == "*" || one.path == "content:*") &&
                   one.server != "branch" && one.environment == "*" && (one.stack == "*" || one.stack == name);
        });
    }

    walks::World world;
    walks::State state;
    std::mt19937 random;
    ApplyWorld at;
    std::map<int, KeptRecord> before;
    std::vector<std::string> violations;
    std::string told;
    std::size_t texts = 0;
    std::size_t requests = 0;
    std::size_t values = 0; // secrets where they belong
    std::size_t writes = 0;
    std::size_t refused = 0;
};

// Secret values of a world: of variables and files on both sides, and the two tokens.
std::size_t secrets_of(const AppliedWalk& walk) {
    std::set<std::string> secrets{walks::reader_token, walks::administrator_token};
    for (const walks::Stack& stack : walk.state.stacks) {
        secrets.insert(walks::secret_value("env", stack.env));
        secrets.insert(walks::secret_value("file", stack.content.password));
        if (stack.env_extra) secrets.insert(walks::secret_value("extra", 0));
    }
    for (const walks::Declared& one : walk.world.declared) {
        if (one.env >= 0) secrets.insert(walks::secret_value("env", one.env));
        secrets.insert(walks::secret_value("file", one.content.password));
    }
    return secrets.size();
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr unsigned usual_walks = 20;
#else
constexpr unsigned usual_walks = 100;
#endif

TEST(AppliedWalks, NoSecretLeavesItsFieldAndNothingUndeclaredIsWritten) {
    const char* asked = std::getenv("MOORING_APPLIED_WALKS");
    const unsigned count = asked == nullptr ? usual_walks : static_cast<unsigned>(std::strtoul(asked, nullptr, 10));
    std::size_t secrets = 0, texts = 0, writes = 0, by_users = 0, values = 0, refused = 0, waivers = 0;
    for (unsigned seed = 1; seed <= count; ++seed) {
        AppliedWalk walk(seed);
        walk.run();
        secrets += secrets_of(walk);
        texts += walk.texts;
        writes += walk.writes;
        by_users += walk.state.administrator ? 0 : walk.writes;
        values += walk.values;
        refused += walk.refused;
        waivers += walk.world.waivers.size();
        ASSERT_TRUE(walk.violations.empty()) << "seed " << seed << ": " << walk.violations.front() << "\n" << walk.told;
    }
    std::printf(
        "applied walks: %u, secrets searched %zu in %zu texts, writes %zu (by users %zu, refused %zu), secret values "
        "where they belong %zu, waivers %zu, violations 0\n",
        count, secrets, texts, writes, by_users, refused, values, waivers);
    EXPECT_GT(by_users, 0U);
    EXPECT_GT(values, 0U) << "worlds in which no secret is sent prove nothing";
    EXPECT_GT(waivers, 0U);
}

TEST(AppliedWalks, ASecretInTheWrongPlaceIsSeen) {
    AppliedWalk walk(1);
    const std::string secret = walks::secret_value("env", 9);
    walk.search("a text", "password=" + secret);
    EXPECT_EQ(walk.violations.size(), 1U);
    const auto sends = [&](const std::string& target, const BodyJson& body) {
        walk.violations.clear();
        walk.check_request({.method = "PUT", .target = target, .body = Secret(body.dump()), .secrets = {}});
        return walk.violations.size();
    };
    const BodyJson of_nobody = BodyJson::array({{{"name", "DB_PASSWORD"}, {"value", secret}}});
    EXPECT_EQ(sends("/api/stacks", {{"Name", "shop"}}), 0U);
    EXPECT_EQ(sends("/api/stacks?name=" + secret, {{"Name", "shop"}}), 1U);
    EXPECT_EQ(sends("/api/stacks", {{"Name", secret}}), 1U);
    EXPECT_EQ(sends("/api/stacks", {{"Env", of_nobody}}), 1U);
    EXPECT_EQ(sends("/api/stacks", {{"StackFileContent", "password: " + secret}}), 1U);
}

} // namespace
} // namespace mooring::apply
