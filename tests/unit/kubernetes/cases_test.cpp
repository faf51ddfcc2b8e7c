// Every case folder of tests/kubernetes/cases, as an API server judged it: object, path and what of every change; what
// was done by hand; what was left behind; and the file that was deployed against the desired one.
#include "unit/kubernetes/kubernetes_support.hpp"

#include <nlohmann/json.hpp>

#include <iostream>
#include <map>
#include <set>

namespace mooring::kubernetes {
namespace {

using Json = nlohmann::json;

struct Case {
    Json expected;
    File desired;
    std::map<std::string, Live> live; // by "apiVersion/Kind/name"
    std::vector<Autoscaler> autoscalers;
    List items;
};

std::string place(std::string_view api_version, const Key& key) {
    return std::string(api_version) + "/" + key.kind + "/" + key.name;
}

Case read_case(const std::string& name) {
    const auto folder = cases_folder / name;
    Case out{.expected = Json::parse(read_text(folder / "expect.json")),
             .desired = load_or_fail(read_text(folder / "desired.yaml"))};
    auto list = read_list(read_text(folder / "live.json"));
    EXPECT_TRUE(list) << list.error();
    if (list) out.items = std::move(*list);
    for (const Item& item : out.items.items) {
        Live live = live_or_fail(item.json);
        if (auto found = autoscaler(live)) out.autoscalers.push_back(*found);
        out.live.emplace(place(live.api_version, live.key), std::move(live));
    }
    return out;
}

class Cases : public testing::TestWithParam<std::string> {};

TEST_P(Cases, LiveObjectsDifferWhereTheServerSaysSo) {
    const Case one = read_case(GetParam());
    Words found;
    Words held;
    bool equal = true;
    for (const Object& object : one.desired.objects) {
        const auto live = one.live.find(place(object.api_version, object.key));
        if (live == one.live.end()) {
            found.push_back(words_of(missing(object)));
            equal = false;
            continue;
        }
        const LiveComparison compared = compare_live(object, live->second, one.autoscalers);
        for (const Difference& difference : compared.differences) {
            found.push_back(words_of(difference));
            if (!difference.autoscaler.empty()) held.push_back(words_of(difference));
        }
        equal = equal && compared.is_equal();
    }
    Words expected;
    Words expected_held;
    for (const Json& change : one.expected.at("changes")) {
        expected.push_back(change.at("object").get<std::string>() + ":" + change.at("path").get<std::string>() + " " +
                           change.at("what").get<std::string>());
        if (change.contains("held_by")) expected_held.push_back(expected.back());
    }
    std::ranges::sort(found);
    std::ranges::sort(expected);
    EXPECT_EQ(found, expected) << one.expected.at("why");
    EXPECT_EQ(held, expected_held);
    EXPECT_EQ(equal, one.expected.at("equal").get<bool>());
}

// The case files name what was done by hand only where it is undeclared and somebody looked.
TEST_P(Cases, NameWhatWasAddedByHand) {
    const Case one = read_case(GetParam());
    const std::map<std::string, Words> not_written_down{
        {"072-service-port-number", {"spec.ports[port=81,protocol=TCP]"}},
        {"091-volume-swapped", {"spec.template.spec.volumes[name=v].hostPath.path"}},
        {"124-runs-paused", {"spec.paused"}},
        {"274-csa-service-selector-added", {"spec.selector.tier"}},
        {"291-csa-volume-swapped", {"spec.template.spec.volumes[name=v].hostPath.path"}}};
    Words found;
    for (const Object& object : one.desired.objects) {
        const auto live = one.live.find(place(object.api_version, object.key));
        if (live == one.live.end()) continue;
        for (const Undeclared& undeclared : compare_live(object, live->second).undeclared) {
            found.push_back(undeclared.path);
            EXPECT_FALSE(undeclared.holder.manager.empty());
            EXPECT_TRUE(undeclared.holder.time.starts_with("2026-")) << undeclared.holder.time;
        }
    }
    const auto other = not_written_down.find(GetParam());
    const auto expected = other != not_written_down.end() ? other->second : one.expected.value("undeclared", Words());
    EXPECT_EQ(found, expected) << one.expected.at("why");
}

TEST_P(Cases, NameWhatWasLeftBehind) {
    const Case one = read_case(GetParam());
    Words found;
    for (const Item& item : one.items.items) {
        const Live live = live_or_fail(item.json);
        const bool declared = std::ranges::any_of(one.desired.objects, [&live](const Object& object) {
            return object.key.kind == live.key.kind && object.key.name == live.key.name;
        });
        if (!declared && item.stack_id == "7") found.push_back(label(live.key));
    }
    EXPECT_EQ(found, one.expected.value("left_behind", Words()));
}

TEST_P(Cases, SayWhoAppliedTheObject) {
    const Case one = read_case(GetParam());
    std::set<std::string> found;
    for (const Object& object : one.desired.objects) {
        const auto live = one.live.find(place(object.api_version, object.key));
        if (live == one.live.end()) continue;
        const AppliedBy by = applied_by(live->second);
        EXPECT_NE(by, AppliedBy::nobody);
        found.insert(by == AppliedBy::server_side ? "server-side" : "client-side");
    }
    EXPECT_EQ(Words(found.begin(), found.end()), one.expected.at("applied_by").get<Words>());
}

INSTANTIATE_TEST_SUITE_P(All, Cases, testing::ValuesIn(case_names()), test_name);

// The file that was deployed against the desired one: what the cluster calls dropped is more in the deployed file, and
// what only the deployed file has is said, whether or not the cluster would lose it.
TEST(KubernetesCases, FilesDifferWhereTheClusterWould) {
    const std::string spec = "Deployment/web:spec.";
    const std::string pod = spec + "template.spec.";
    const std::string service = "Service/web:spec.";
    const std::string names = "CustomResourceDefinition/rafts.oracle.test:spec.names.";
    const std::map<std::string, Words> only_in_the_file{
        {"111-object-no-longer-declared", {"Service/web: extra"}},
        {"115-moved-and-taken-over", {"Deployment/web:spec.template.spec.containers[name=web].image changed"}},
        {"135-upgraded-field-dropped", {"Deployment/web:spec.template.spec.containers[name=web].env extra"}},
        {"137-upgraded-config-key-dropped", {"ConfigMap/conf:data.old extra"}},
        {"311-csa-object-no-longer-declared", {"Service/web: extra"}},
        {"506-value-becomes-null",
         {spec + "replicas extra", pod + "containers[name=web].env extra", pod + "securityContext extra"}},
        {"507-default-no-longer-declared",
         {spec + "replicas extra", spec + "revisionHistoryLimit extra", spec + "strategy.rollingUpdate extra",
          spec + "strategy.type extra", pod + "containers[name=web].imagePullPolicy extra", pod + "dnsPolicy extra"}},
        {"509-service-addresses-no-longer-declared",
         {service + "clusterIP extra", service + "ipFamilies extra", service + "ipFamilyPolicy extra",
          service + "ports[port=80,protocol=TCP].nodePort extra",
          service + "ports[port=80,protocol=TCP].targetPort extra"}},
        {"519-zero-becomes-a-value", {spec + "paused changed"}},
        {"525-custom-element-no-longer-declared", {"Ship/web:spec.ports changed", "Ship/web:spec.tags changed"}},
        {"538-names-no-longer-declared",
         {names + "listKind extra", names + "singular extra", "ReplicationController/web:spec.replicas extra",
          "ReplicationController/web:spec.selector extra"}},
        {"553-csa-default-no-longer-declared",
         {spec + "replicas extra", pod + "containers[name=web].imagePullPolicy extra", pod + "dnsPolicy extra"}},
        {"566-empty-structures-that-others-fill", {pod + "securityContext extra"}},
        {"567-sources-no-longer-declared",
         {pod + "volumes[name=a].emptyDir extra", pod + "volumes[name=b].projected extra"}},
        {"568-defaults-that-a-template-lacks",
         {"CronJob/web:spec.jobTemplate.spec.completionMode extra", "CronJob/web:spec.jobTemplate.spec.suspend extra",
          "CronJob/web:spec.suspend extra"}},
        {"575-csa-empty-no-longer-declared",
         {pod + "containers[name=web].lifecycle extra", pod + "securityContext extra"}}};
    std::size_t count = 0;
    for (const std::string& name : case_names()) {
        if (!std::filesystem::exists(cases_folder / name / "deployed.yaml")) continue;
        ++count;
        const Case one = read_case(name);
        Words expected;
        for (const Json& change : one.expected.at("changes")) {
            const auto what = change.at("what").get<std::string>();
            expected.push_back(change.at("object").get<std::string>() + ":" + change.at("path").get<std::string>() +
                               " " + (what == "dropped" ? "extra" : what));
        }
        std::ranges::sort(expected);
        if (const auto more = only_in_the_file.find(name); more != only_in_the_file.end()) expected = more->second;
        const File deployed = load_or_fail(read_text(cases_folder / name / "deployed.yaml"));
        EXPECT_EQ(words_of(compare_files(one.desired, deployed, "shop")), expected) << name;
        EXPECT_EQ(compare_files(deployed, one.desired, "shop").size(), expected.size())
            << name << ", from the other side";
    }
    EXPECT_GE(count, 24U);
}

// Every desired file means itself, and no other one.
TEST(KubernetesCases, EachFileIsItselfAlone) {
    std::vector<File> files;
    for (const std::string& name : case_names())
        files.push_back(load_or_fail(read_text(cases_folder / name / "desired.yaml")));
    for (const File& one : files) EXPECT_TRUE(compare_files(one, one).empty());
    for (std::size_t i = 0; i < files.size(); ++i) {
        const std::size_t j = (i + 1) % files.size();
        EXPECT_EQ(compare_files(files[i], files[j]).empty(), compare_files(files[j], files[i]).empty());
    }
}

TEST(KubernetesCases, AreAllThere) {
    std::cout << case_names().size() << " cases\n";
    EXPECT_GE(case_names().size(), 156U);
}

} // namespace
} // namespace mooring::kubernetes
