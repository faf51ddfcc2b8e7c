// Every case of tests/kubernetes/cases, judged whole: the objects of a real API server behind lists, as a run sees
// them.
#include "base/file.hpp"
#include "unit/runtime/cluster_fixture.hpp"

#include <filesystem>

namespace mooring::runtime {
namespace {

const std::filesystem::path case_folders = std::filesystem::path(MOORING_SOURCE_DIR) / "tests/kubernetes/cases";

std::vector<std::string> names_of_cases() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(case_folders))
        names.push_back(entry.path().filename());
    std::ranges::sort(names);
    return names;
}

// What runs, of the cases that say it: path, what is wanted, what is there.
const std::map<std::string, Texts> what_runs{
    {"117-runs", {}},
    {"119-runs-crash-loop", {"Deployment/web:ready 2 -> 0 (CrashLoopBackOff, exit code 1, restarting (7 times))"}},
    {"120-runs-deadline", {"Deployment/web:ready 2 -> 0 (ProgressDeadlineExceeded"}},
    {"121-runs-half-rolled", {"Deployment/web:updated 2 -> 1, 2 ready (ImagePullBackOff: local/nosuch:2)"}},
    {"122-runs-quota", {"Deployment/web:updated 2 -> 1, 1 ready (FailedCreate: exceeded quota)"}},
    {"124-runs-paused", {"Deployment/web:updated 2 -> 0, 2 ready (paused)"}},
    {"125-runs-zero", {}},
    {"127-runs-job-failed", {"Job/once:status Complete -> Failed (BackoffLimitExceeded"}},
    {"129-runs-daemonset", {"DaemonSet/agent:ready 2 -> 0 (container agent is not ready)"}},
    {"130-runs-claim-pending", {"PersistentVolumeClaim/data:status Bound -> Pending"}},
    {"131-runs-bare-pod", {"Pod/p:status ready -> not ready (CrashLoopBackOff, exit code 1, restarting (7 times))"}},
    {"132-runs-pod-deleted", {}},
};

class ClusterCases : public ClusterFixture, public ::testing::WithParamInterface<std::string> {
  protected:
    void read_case() {
        const auto folder = case_folders / GetParam();
        const auto text = [&](const char* name) { return read_file(folder / name, 8U << 20U).value_or(""); };
        expected = Json::parse(text("expect.json"));
        file = load(text("desired.yaml"));
        const Json live = Json::parse(text("live.json"));
        for (const Json& item : live["items"]) {
            add(item);
            const std::string version = item["apiVersion"];
            const std::string kind = item["kind"];
            if (kubernetes::resource(version, kind)) continue;
            discovery[version].push_back({kind, to_lower(kind) + "s", item["metadata"].contains("namespace")});
        }
    }

    Json expected;
};

TEST_P(ClusterCases, SayWhatTheServerSays) {
    read_case();
    const Comparison found = compare();
    Texts wanted;
    for (const Json& change : expected["changes"]) {
        const std::string path = change["path"];
        const std::string object = change["object"];
        if (!change.contains("held_by")) wanted.push_back(path.empty() ? object : object + ":" + path);
    }
    Texts differences;
    Texts runs;
    for (const Change& change : found.changes) {
        EXPECT_EQ(change.plane, Plane::runtime);
        const bool unready = change.subject == Subject::object_unready;
        // kubernetes.md §7.4: suspended or paused by hand is a change, though the server would leave it.
        if (unready && (change.path.ends_with("spec.suspend") || change.path.ends_with("spec.paused"))) continue;
        (unready ? runs : differences).push_back(unready ? change.path + " " + arrow(change) : change.path);
    }
    std::ranges::sort(wanted);
    std::ranges::sort(differences);
    EXPECT_EQ(differences, wanted) << expected["why"];
    EXPECT_TRUE(found.errors.empty()) << found.errors.front();
    EXPECT_TRUE(found.unread.empty()) << found.unread.front();
    for (const Json& left : expected.value("left_behind", Json::array())) {
        const std::string note = left.get<std::string>() + " was deployed by this stack and is in its file no more";
        const auto is_it = [&](const std::string& one) { return one.starts_with(note); };
        EXPECT_TRUE(std::ranges::any_of(found.notes, is_it)) << note;
    }
    const auto told = what_runs.find(GetParam());
    if (told == what_runs.end()) return;
    EXPECT_TRUE(found.rolling.empty());
    ASSERT_EQ(runs.size(), told->second.size()) << (runs.empty() ? "" : runs.front());
    for (std::size_t i = 0; i < runs.size(); ++i) EXPECT_TRUE(runs[i].starts_with(told->second[i])) << runs[i];
}

TEST_P(ClusterCases, SayNothingOfASecret) {
    read_case();
    const Comparison found = compare();
    const std::string said = compare::all_text(found);
    for (const Json& object : objects) {
        if (object["kind"] != "Secret") continue;
        const Json data = object.value("data", Json::object());
        for (const auto& [key, value] : data.items()) {
            const std::string text = value;
            EXPECT_FALSE(text.size() > 5 && said.contains(text)) << said;
        }
    }
    for (const Change& change : found.changes) {
        EXPECT_TRUE(!change.secret || (change.desired.value_or("") + change.actual.value_or("")).empty())
            << change.path;
    }
}

std::string case_name(const testing::TestParamInfo<std::string>& info) {
    std::string name = info.param;
    std::ranges::replace(name, '-', '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(All, ClusterCases, testing::ValuesIn(names_of_cases()), case_name);

} // namespace
} // namespace mooring::runtime
