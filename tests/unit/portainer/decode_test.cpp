#include "portainer/decode.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace mooring::portainer {
namespace {

namespace json = boost::json;
using Shape = JsonStream::Shape;

template <typename T>
struct Decoded {
    T value;
    std::string problem;
};

template <typename T>
Decoded<T> decoded(std::string_view text) {
    Decoded<T> out;
    out.problem = decode(json::parse(json::string_view(text.data(), text.size())).as_object(), out.value);
    return out;
}

// Feeds the text in pieces; returns the "a" of every object, and what is wrong.
struct Streamed {
    std::vector<std::int64_t> seen;
    std::string problem;
};

Streamed stream(std::string_view text, Shape shape, std::size_t piece = SIZE_MAX) {
    Streamed out;
    JsonStream reader(
        shape, [&] { out.seen.clear(); },
        [&](const json::object& object) {
            const auto* a = object.if_contains("a");
            out.seen.push_back(a != nullptr && a->is_int64() ? a->get_int64() : -1);
            return std::string(out.seen.back() == 13 ? "bad luck" : "");
        });
    EXPECT_TRUE(reader.begin(200, "application/json"));
    bool more = true;
    while (more && !text.empty()) {
        more = reader.write(text.substr(0, piece));
        text.remove_prefix(std::min(piece, text.size()));
    }
    out.problem = reader.finish();
    return out;
}

TEST(JsonStream, HandsOutEachElementHoweverTheBytesArrive) {
    constexpr std::string_view list = R"( [ {"a":1,"b":[{"x":[1,2,{}]}]} , {"a":2,"c":"\u00e4\n"},{"a":3,"d":1e3} ] )";
    for (std::size_t piece = 1; piece <= list.size(); ++piece) {
        const auto got = stream(list, Shape::list, piece);
        EXPECT_EQ(got.problem, "") << piece;
        EXPECT_EQ(got.seen, (std::vector<std::int64_t>{1, 2, 3})) << piece;
    }
    EXPECT_EQ(stream("[]", Shape::list).problem, "");
    EXPECT_EQ(stream(R"({"a":7})", Shape::object, 2).seen, std::vector<std::int64_t>{7});
}

TEST(JsonStream, RefusesEveryOtherShape) {
    for (const auto* text : {"{}", "null", "1", "\"x\"", "[1]", "[null]", "[\"x\"]", "[[]]", "[{},[]]", "[{},null]",
                             R"({"message":"x"})", "[true]", "[1.5]", "[18446744073709551615]"}) {
        EXPECT_EQ(stream(text, Shape::list).problem, "it is not a list of objects") << text;
    }
    for (const auto* text : {"[]", "null", "1", "\"x\"", "[{}]", "false"}) {
        EXPECT_EQ(stream(text, Shape::object).problem, "it is not an object") << text;
    }
}

TEST(JsonStream, RefusesWhatIsNotJson) {
    for (const auto* text :
         {"", " ", "[", "[{", "[{\"a\":1}", "[{\"a\":1},", "[{\"a\":1}]x", "[{}][{}]", "<html>", "[{'a':1}]",
          "[{\"a\":NaN}]", "[{\"a\":01}]", "[{\"a\":\"\xff\"}]", "[{\"a\":\"\x01\"}]", "\xef\xbb\xbf[]"}) {
        EXPECT_TRUE(stream(text, Shape::list).problem.starts_with("it is not JSON")) << text;
        EXPECT_TRUE(stream(text, Shape::list, 1).problem.starts_with("it is not JSON")) << text;
    }
}

TEST(JsonStream, SaysWhichElementIsWrongAndReadsNoFurther) {
    const auto got = stream(R"([{"a":1},{"a":13},{"a":3}])", Shape::list);
    EXPECT_EQ(got.problem, "element 2: bad luck");
    EXPECT_EQ(got.seen.size(), 2U);
}

TEST(JsonStream, BoundsDepthWithoutBuildingIt) {
    std::string bomb = "[{\"a\":";
    for (int i = 0; i < 1000000; ++i) bomb += "[";
    EXPECT_TRUE(stream(bomb, Shape::list).problem.starts_with("it is not JSON"));
    std::string keys = "[{\"a\":";
    for (int i = 0; i < 100000; ++i) keys += "{\"a\":";
    EXPECT_TRUE(stream(keys, Shape::list).problem.starts_with("it is not JSON"));
}

TEST(JsonStream, RefusesAKeyThatStandsThereTwice) {
    for (const char* text : {R"([{"a":1},{"a":1,"a":2}])", R"([{"a":1},{"a":2,"b":{"c":[{"d":1,"d":1}]}}])"}) {
        const auto got = stream(text, Shape::list);
        EXPECT_EQ(got.problem, "element 2: a key stands there twice") << text;
        EXPECT_EQ(got.seen, std::vector<std::int64_t>{1}) << text;
    }
    EXPECT_EQ(stream(R"({"a":1,"a":1})", Shape::object).problem, "a key stands there twice");
    EXPECT_EQ(stream(R"([{"a":1,"b":{"a":1,"c":[]}},{"a":2}])", Shape::list).problem, "");
}

TEST(JsonStream, TakesOnlyJsonAnswers) {
    JsonStream reader(Shape::list, [] {}, [](const json::object&) { return std::string(); });
    EXPECT_FALSE(reader.begin(200, "text/html"));
    EXPECT_FALSE(reader.begin(404, "application/json"));
    EXPECT_FALSE(reader.taken());
    EXPECT_TRUE(reader.begin(200, "Application/JSON; charset=UTF-8"));
    EXPECT_TRUE(reader.taken());
}

TEST(ErrorBody, IsReadOnlyInItsShape) {
    const auto body = parse_error_body(R"({"message":"m","details":"d"})");
    ASSERT_TRUE(body);
    EXPECT_EQ(body->message, "m");
    EXPECT_EQ(body->details, "d");
    EXPECT_FALSE(parse_error_body(R"({"message":"m"})")->details);
    EXPECT_FALSE(parse_error_body(R"({"message":"m","details":null})")->details);
    for (const auto* text : {"", "[]", "{}", R"({"message":1})", R"({"error":"m"})", R"({"message":"m")", "<html>"}) {
        EXPECT_FALSE(parse_error_body(text)) << text;
    }
}

constexpr std::string_view record = R"({"Id":12,"Name":"shop","Type":2,"EndpointId":1,"SwarmId":"","EntryPoint":"c.yml",
  "Env":[{"name":"A","value":"1"},{"name":"A","value":"2"}],"Status":3,"CreationDate":1795483920,"UpdateDate":5,
  "ResourceControl":{"Id":4,"Public":false,"AdministratorsOnly":true,"UserAccesses":[{"UserId":2,"AccessLevel":1}],
    "TeamAccesses":[{"TeamId":1,"AccessLevel":1}]},
  "AdditionalFiles":["x.yml"],"AutoUpdate":{"Interval":"5m","Webhook":"","JobID":"7"},
  "GitConfig":{"URL":"https://g/r","ReferenceName":"","ConfigFilePath":"d/c.yml","Authentication":{"Username":"u"},
    "ConfigHash":"72e6","TLSSkipVerify":true},
  "DeploymentStatus":[{"Status":3,"Time":1795483920},{"Status":4,"Time":1795483921,"Message":"no"}],"New":{"x":[1]}})";

TEST(Decode, ReadsAStackRecord) {
    const auto [stack, problem] = decoded<StackRecord>(record);
    ASSERT_EQ(problem, "");
    EXPECT_EQ(stack.id, 12);
    EXPECT_EQ(stack.type, StackType::standalone);
    EXPECT_EQ(stack.environment, 1);
    ASSERT_EQ(stack.env.size(), 2U);
    EXPECT_EQ(stack.env[1].value.reveal(), "2");
    EXPECT_EQ(stack.status, 3);
    ASSERT_TRUE(stack.resource_control);
    EXPECT_TRUE(stack.resource_control->administrators_only);
    EXPECT_EQ(stack.resource_control->users, std::vector<std::int64_t>{2});
    EXPECT_EQ(stack.resource_control->teams, std::vector<std::int64_t>{1});
    EXPECT_EQ(stack.additional_files, std::vector<std::string>{"x.yml"});
    EXPECT_EQ(stack.auto_update->interval, "5m");
    EXPECT_EQ(stack.git->commit, "72e6");
    EXPECT_TRUE(stack.git->has_authentication && stack.git->tls_skip_verify);
    ASSERT_EQ(stack.deployment.size(), 2U);
    EXPECT_EQ(stack.deployment[1].message, "no");
    EXPECT_EQ(stack.fingerprint.size(), 32U);
}

TEST(Decode, KeepsWhatAWriteMustSendBackOrCannotSend) {
    const auto [stack, problem] = decoded<StackRecord>(
        R"({"Id":12,"Name":"web","Type":2,"EndpointId":1,"CreatedBy":"anna","UpdatedBy":"bob","Option":{"Prune":true},
            "AutoUpdate":{"Interval":"5m","ForceUpdate":true,"ForcePullImage":true},
            "GitConfig":{"URL":"u","Authentication":{"Username":"git","GitCredentialID":3}},
            "CurrentDeploymentInfo":{"ConfigHash":"72e6"},"ProjectPath":"/data/compose/12",
            "Webhook":"","Registries":[2],"Another":null})");
    ASSERT_EQ(problem, "");
    EXPECT_EQ(stack.created_by + stack.updated_by, "annabob");
    EXPECT_TRUE(stack.option && stack.option->prune);
    EXPECT_TRUE(stack.auto_update->force_update && stack.auto_update->force_pull_image);
    EXPECT_EQ(stack.git->username, "git");
    EXPECT_EQ(stack.git->credential_id, 3);
    EXPECT_EQ(stack.deployed_commit, "72e6");
    EXPECT_EQ(stack.unknown, R"({"Registries":[2]})") << "empty ones say nothing";
}

// Recorded: 09-docker-proxy 15, 13-swarm; a worker's cluster is not its own to manage.
TEST(Decode, AnEngineTellsItsIdAndTheSwarmThatItManages) {
    const auto engine = [](const char* text) { return decoded<Engine>(text).value; };
    EXPECT_EQ(engine(R"({"ID":"32GY","Swarm":{"ControlAvailable":false,"Cluster":null}})").id, "32GY");
    EXPECT_EQ(engine(R"({"ID":"a","Swarm":{"ControlAvailable":true,"Cluster":{"ID":"s"}}})").swarm_id, "s");
    EXPECT_EQ(engine(R"({"ID":"a","Swarm":{"ControlAvailable":false,"Cluster":{"ID":"s"}}})").swarm_id, "");
}

TEST(Decode, TakesNullAndMissingForTheDefault) {
    for (const auto* text :
         {R"({"Id":1,"Name":"","Type":3,"EndpointId":0})",
          R"({"Id":1,"Name":"","Type":3,"EndpointId":0,"SwarmId":null,"EntryPoint":null,"Env":null,"Status":null,
              "ResourceControl":null,"AdditionalFiles":null,"AutoUpdate":null,"GitConfig":null,"Namespace":null,
              "DeploymentStatus":null,"CreationDate":null,"UpdateDate":null})"}) {
        const auto [stack, problem] = decoded<StackRecord>(text);
        EXPECT_EQ(problem, "");
        EXPECT_TRUE(stack.env.empty() && !stack.resource_control && !stack.git && !stack.auto_update);
        EXPECT_EQ(stack.status, 0);
    }
}

TEST(Decode, FindsKeysWhateverTheirCase) {
    const auto [stack, problem] =
        decoded<StackRecord>(R"({"id":1,"name":"x","type":1,"endpointId":2,"createdBy":"a","gitConfig":{"url":"u"}})");
    EXPECT_EQ(problem, "");
    EXPECT_EQ(stack.environment, 2);
    EXPECT_EQ(stack.git->url, "u");
    EXPECT_EQ(decoded<StackRecord>(R"({"id":5,"Id":1,"Name":"x","Type":1,"EndpointId":2})").value.id, 1);
}

TEST(Decode, RefusesARecordWithoutItsIdentity) {
    EXPECT_EQ(decoded<StackRecord>(R"({"Name":"x","Type":1,"EndpointId":2})").problem, "Id is missing");
    EXPECT_EQ(decoded<StackRecord>(R"({"Id":1,"Name":null,"Type":1,"EndpointId":2})").problem, "Name is missing");
    EXPECT_EQ(decoded<StackRecord>(R"({"Id":1,"Name":"x","EndpointId":2})").problem, "Type is missing");
    EXPECT_EQ(decoded<StackRecord>(R"({"Id":1,"Name":"x","Type":1})").problem, "EndpointId is missing");
    EXPECT_EQ(decoded<StackRecord>(R"({"Id":-1,"Name":"x","Type":1,"EndpointId":2})").problem, "Id is negative");
}

TEST(Decode, RefusesOtherTypesAndNumbersOutOfRange) {
    const auto problem_of = [](std::string_view field) {
        return decoded<StackRecord>(R"({"Id":1,"Name":"x","Type":1,"EndpointId":2,)" + std::string(field) + "}")
            .problem;
    };
    EXPECT_EQ(problem_of(R"("Status":"1")"), "Status is not a whole number");
    EXPECT_EQ(problem_of(R"("Status":1.5)"), "Status is not a whole number");
    EXPECT_EQ(problem_of(R"("CreationDate":18446744073709551615)"), "CreationDate is out of range");
    EXPECT_EQ(problem_of(R"("CreationDate":99999999999999999999999)"), "CreationDate is not a whole number");
    EXPECT_EQ(problem_of(R"("Env":{})"), "Env is not a list");
    EXPECT_EQ(problem_of(R"("Env":["A=1"])"), "Env holds something other than objects");
    EXPECT_EQ(problem_of(R"("Env":[{"name":"A","value":1}])"), "value is not a text");
    EXPECT_EQ(problem_of(R"("GitConfig":[])"), "GitConfig is not an object");
    EXPECT_EQ(problem_of(R"("AdditionalFiles":[1])"), "AdditionalFiles holds something other than texts");
    EXPECT_EQ(problem_of(R"("ResourceControl":{"Public":"yes"})"), "Public is not true or false");
}

TEST(Decode, LeavesAnUnknownTypeOpen) {
    const auto [stack, problem] = decoded<StackRecord>(R"({"Id":1,"Name":"x","Type":9,"EndpointId":2,"Status":99})");
    EXPECT_EQ(problem, "");
    EXPECT_FALSE(stack.type);
    EXPECT_EQ(stack.status, 99);
}

TEST(Decode, NeverTakesAnIdentityWithoutARoleForAnAdministrator) {
    EXPECT_EQ(decoded<Identity>(R"({"Id":1,"Username":"a"})").problem, "Role is missing");
    EXPECT_TRUE(decoded<Identity>(R"({"Id":1,"Username":"a","Role":1})").value.is_administrator());
}

TEST(Decode, ReadsAnEnvironment) {
    const auto [environment, problem] = decoded<Environment>(
        R"({"Id":4,"Name":"prod","Type":1,"GroupId":2,"TagIds":[3,5],
            "SecuritySettings":{"allowStackManagementForRegularUsers":false}})");
    EXPECT_EQ(problem, "");
    EXPECT_EQ(environment.tags, (std::vector<std::int64_t>{3, 5}));
    EXPECT_FALSE(environment.stack_management_for_users);
    const auto bare = decoded<Environment>(R"({"Id":4,"Name":"prod","TagIds":null,"SecuritySettings":null})");
    EXPECT_EQ(bare.problem, "");
    EXPECT_TRUE(bare.value.stack_management_for_users);
    EXPECT_TRUE(bare.value.forbidden_to_users.empty()) << "what is not said is allowed";
    const auto strict = decoded<Environment>(
        R"({"Id":4,"Name":"prod","SecuritySettings":{"allowSecurityOptForRegularUsers":false,
            "allowBindMountsForRegularUsers":false,"allowSysctlSettingForRegularUsers":true}})");
    EXPECT_EQ(strict.value.forbidden_to_users,
              (std::vector<std::string>{"allowBindMountsForRegularUsers", "allowSecurityOptForRegularUsers"}));
    EXPECT_EQ(bare.value.group, 1);
}

TEST(Decode, OddPortsNeverMakeAnAnswerUnreadable) {
    for (const char* ports : {R"("none")", R"([7])", R"([{"PublicPort":"80"}])", R"([{"PublicPort":1e30}])", "null"}) {
        const auto container =
            decoded<Container>(R"({"Id":"c","Names":["/web"],"State":"running","Ports":)" + std::string(ports) + "}");
        EXPECT_EQ(container.problem, "") << ports;
        EXPECT_EQ(container.value.state, "running") << ports;
        const auto service = decoded<SwarmService>(R"({"ID":"s","Spec":{"Name":"web"},"Endpoint":{"Ports":)" +
                                                   std::string(ports) + "}}");
        EXPECT_EQ(service.problem, "") << ports;
        EXPECT_TRUE(service.value.ports.empty()) << ports;
    }
    EXPECT_EQ(decoded<SwarmService>(R"({"ID":"s","Spec":{"Name":"web"},"Endpoint":7})").problem, "");
}

TEST(Decode, ReadsAContainer) {
    const auto [container, problem] = decoded<Container>(
        R"~({"Id":"c","Names":["/other/alias","/shop-web-2"],"Image":"nginx:1.27","State":"running","Status":"Up (healthy)",
            "Ports":[{"PrivatePort":90,"Type":"tcp"},{"IP":"0.0.0.0","PrivatePort":80,"PublicPort":8080,"Type":"tcp"},
                     {"IP":"::","PrivatePort":80,"PublicPort":8080,"Type":"tcp"},{"PrivatePort":53,"PublicPort":53,"Type":"udp"}],
            "Labels":{"com.docker.compose.project":"shop","com.docker.compose.service":"web",
                      "com.docker.compose.container-number":"2","com.docker.compose.oneoff":"True"}})~");
    EXPECT_EQ(problem, "");
    EXPECT_EQ(container.name, "shop-web-2");
    EXPECT_EQ(container.project, "shop");
    EXPECT_EQ(container.number, 2);
    EXPECT_TRUE(container.oneoff);
    EXPECT_EQ(container.ports, (std::vector<std::string>{"8080/tcp", "53/udp"})) << "of the host, each once";
    const auto bare = decoded<Container>(R"({"Id":"c","Names":null,"State":"dead","Labels":null})");
    EXPECT_EQ(bare.problem, "");
    EXPECT_EQ(bare.value.project, "");
    EXPECT_EQ(decoded<Container>(R"({"Id":"c","Names":["/x"]})").problem, "State is missing");
}

TEST(Decode, KnowsVolumesThatNobodyGaveAName) {
    const std::string hash(64, 'a');
    const auto of = [](const std::string& mounts) {
        return decoded<Container>(R"({"Id":"c","State":"running")" + mounts + "}").value.unnamed_volumes;
    };
    using Found = std::optional<std::vector<std::string>>;
    EXPECT_EQ(of(""), Found{});
    EXPECT_EQ(of(R"(,"Mounts":7)"), Found{}) << "odd ones are not known, and never make the answer unreadable";
    EXPECT_EQ(of(R"(,"Mounts":[])"), Found(std::vector<std::string>{}));
    EXPECT_EQ(of(R"(,"Mounts":[{"Type":"volume","Name":")" + hash + R"(","Destination":"/data"},
                               {"Type":"volume","Name":"shop_db","Destination":"/db"},
                               {"Type":"bind","Source":"/srv","Destination":"/srv"},{"Type":"tmpfs","Destination":"/t"}])"),
              Found(std::vector<std::string>{"/data"}));
    const auto service = decoded<SwarmService>(
        R"({"ID":"s","Spec":{"Name":"shop_db","TaskTemplate":{"ContainerSpec":{"Image":"db:7","Mounts":[
            {"Type":"volume","Target":"/data"},{"Type":"volume","Source":"db","Target":"/db"}]}}}})");
    EXPECT_EQ(service.problem, "");
    EXPECT_EQ(service.value.unnamed_volumes, std::vector<std::string>{"/data"});
}

TEST(Decode, ReadsAService) {
    const auto [service, problem] = decoded<SwarmService>(
        R"({"ID":"s","Spec":{"Name":"shop_web","Labels":{"com.docker.stack.namespace":"shop"},
            "TaskTemplate":{"ContainerSpec":{"Image":"nginx:1.27@sha256:0123"}},"Mode":{"Replicated":{"Replicas":3}}},
            "ServiceStatus":{"RunningTasks":2,"DesiredTasks":3}})");
    EXPECT_EQ(problem, "");
    EXPECT_EQ(service.image, "nginx:1.27");
    EXPECT_EQ(service.digest, "sha256:0123");
    EXPECT_EQ(service.namespace_, "shop");
    EXPECT_EQ(service.replicas, 3);
    EXPECT_EQ(service.running_tasks, 2);
    EXPECT_EQ(service.update_state, "");
    const auto global = decoded<SwarmService>(R"({"ID":"s","Spec":{"Name":"g","Mode":{"Global":{}}}})");
    EXPECT_TRUE(global.value.global);
    EXPECT_FALSE(global.value.running_tasks);
    EXPECT_EQ(decoded<SwarmService>(R"({"ID":"s"})").problem, "Spec is missing");
}

TEST(Decode, WhenAServiceWasChangedIsReadAndDecidesNothing) {
    const auto of = [](const std::string& dates) {
        return decoded<SwarmService>(R"({"ID":"s","Spec":{"Name":"web"})" + dates + "}");
    };
    const auto dated = of(R"(,"CreatedAt":"2026-11-24T00:16:35.42Z","UpdatedAt":"2026-11-24T00:17:35.42Z")");
    EXPECT_EQ(dated.value.created_at, parse_utc("2026-11-24T00:16:35Z"));
    EXPECT_EQ(dated.value.updated_at, dated.value.created_at + 60);
    const auto odd = of(R"(,"CreatedAt":7,"UpdatedAt":"yesterday")");
    EXPECT_EQ(odd.problem, "");
    EXPECT_EQ(odd.value.updated_at, 0);
}

// Recorded: 13-swarm (Replicated); the others as Docker's API documents them. The engine fills in counts left out.
TEST(Decode, ReadsTheKindOfAService) {
    struct Case {
        std::string mode, word;
        std::int64_t replicas;
    };
    for (const auto& [mode, word, replicas] :
         {Case{R"({"Replicated":{"Replicas":3}})", "replicated", 3},
          {R"({"Replicated":{"Replicas":0}})", "replicated", 0},
          {R"({"Replicated":{}})", "replicated", 1},
          {R"({"Global":{}})", "global", 0},
          {R"({"ReplicatedJob":{"MaxConcurrent":2,"TotalCompletions":5}})", "replicated-job", 5},
          {R"({"GlobalJob":{}})", "global-job", 0},
          {R"({"Replicated":null,"Global":{}})", "global", 0},
          {"{}", "", 0},
          {"null", "", 0},
          {R"({"Other":{}})", "", 0}}) {
        const auto service = decoded<SwarmService>(R"({"ID":"s","Spec":{"Name":"web","Mode":)" + mode + "}}");
        EXPECT_EQ(service.problem, "") << mode;
        EXPECT_EQ(service.value.mode, word) << mode;
        EXPECT_EQ(service.value.global, word.starts_with("global")) << mode;
        EXPECT_EQ(service.value.replicas, replicas) << mode;
    }
}

// `docker service update --image` changes the spec alone.
TEST(Decode, AServiceRunsWhatItsSpecSaysAndTheLabelSaysOnlyHowAFileSpeltIt) {
    const auto [service, problem] = decoded<SwarmService>(
        R"({"ID":"s","Spec":{"Name":"shop_web","Labels":{"com.docker.stack.image":"nginx:1.25"},
            "TaskTemplate":{"ContainerSpec":{"Image":"evil.example/backdoor:latest"}}}})");
    EXPECT_EQ(problem, "");
    EXPECT_EQ(service.image, "evil.example/backdoor:latest");
    EXPECT_EQ(service.digest, "");
    EXPECT_EQ(service.label_image, "nginx:1.25");
}

TEST(Decode, ReadsALocalImage) {
    const auto [image, problem] = decoded<DockerImage>(
        R"({"Id":"sha256:ab","RepoTags":["nginx:1.27","<none>:<none>"],"RepoDigests":["nginx@sha256:cd"]})");
    EXPECT_EQ(problem, "");
    EXPECT_EQ(image.id, "sha256:ab");
    EXPECT_EQ(image.tags, std::vector<std::string>{"nginx:1.27"});
    EXPECT_EQ(image.names, std::vector<std::string>{"nginx@sha256:cd"});
    EXPECT_TRUE(decoded<DockerImage>(R"({"Id":"sha256:ab","RepoTags":null,"RepoDigests":null})").value.tags.empty());
    EXPECT_EQ(decoded<DockerImage>(R"({"RepoTags":[]})").problem, "Id is missing");
}

// Docker 20.10 lists an image without a name under a name of its own; newer ones list null or nothing.
TEST(Decode, AnImageWithoutANameHasNoneHoweverDockerSaysSo) {
    for (const char* names : {R"("RepoTags":["<none>:<none>"],"RepoDigests":["<none>@<none>"])",
                              R"("RepoTags":["nginx:<none>"],"RepoDigests":null)", R"("RepoTags":null)",
                              R"("RepoTags":[],"RepoDigests":[])"}) {
        const auto [image, problem] = decoded<DockerImage>(R"({"Id":"sha256:ab",)" + std::string(names) + "}");
        EXPECT_EQ(problem, "") << names;
        EXPECT_TRUE(image.tags.empty()) << names;
        EXPECT_TRUE(image.names.empty()) << names;
    }
}

TEST(Decode, ReadsHowOftenAndWhenAContainerWasStarted) {
    const auto [detail, problem] = decoded<ContainerDetail>(
        R"({"Id":"c","RestartCount":7,"State":{"StartedAt":"2026-11-24T02:00:00.123456789Z"}})");
    EXPECT_EQ(problem, "");
    EXPECT_EQ(detail.restart_count, 7);
    EXPECT_EQ(detail.started_at, parse_utc("2026-11-24T02:00:00Z"));
    for (const char* never : {R"({"State":{"StartedAt":"0001-01-01T00:00:00Z"}})", R"({"State":null})", "{}",
                              R"({"State":{"StartedAt":"yesterday"}})"}) {
        EXPECT_EQ(decoded<ContainerDetail>(never).value.started_at, 0) << never;
    }
    EXPECT_EQ(decoded<ContainerDetail>(R"({"State":{"StartedAt":"2026-11-24T03:00:00.5+01:00"}})").value.started_at,
              parse_utc("2026-11-24T02:00:00Z"));
}

TEST(Decode, ReadsARegistry) {
    EXPECT_EQ(decoded<Registry>(R"({"Id":1,"Name":"ours","URL":"registry.example.test:5000"})").value.url,
              "registry.example.test:5000");
    EXPECT_EQ(decoded<Registry>(R"({"Id":1})").problem, "URL is missing");
}

TEST(Decode, ReadsATask) {
    const auto [task, problem] = decoded<SwarmTask>(
        R"({"ID":"t","CreatedAt":"2026-11-24T00:20:55.498144993Z","ServiceID":"s","Slot":1,"DesiredState":"running","Status":{"State":"rejected","Err":"no image"}})");
    EXPECT_EQ(problem, "");
    EXPECT_EQ(task.error, "no image");
    EXPECT_EQ(task.id, "t");
    EXPECT_EQ(task.created_at, parse_utc("2026-11-24T00:20:55Z"));
}

// What no service before its first update has, and older engines leave out, never makes the answer one that cannot be
// read.
TEST(Decode, ReadsTheUpdateOfAServiceAndTheImageOfATask) {
    for (const auto& [update, state] : {std::pair<std::string, std::string>{"null", ""},
                                        {"{}", ""},
                                        {"7", ""},
                                        {R"({"State":"paused","Message":"update paused"})", "paused"}}) {
        const auto service = decoded<SwarmService>(R"({"ID":"s","Spec":{"Name":"web"},"UpdateStatus":)" + update + "}");
        EXPECT_EQ(service.problem, "") << update;
        EXPECT_EQ(service.value.update_state, state) << update;
    }
    for (const auto& [spec, image] :
         {std::pair<std::string, std::string>{"null", ""},
          {"{}", ""},
          {"7", ""},
          {R"({"ContainerSpec":null})", ""},
          {R"({"ContainerSpec":{"Image":"nginx:1.27@sha256:01"}})", "nginx:1.27@sha256:01"}}) {
        const auto task = decoded<SwarmTask>(R"({"ID":"t","ServiceID":"s","Spec":)" + spec + "}");
        EXPECT_EQ(task.problem, "") << spec;
        EXPECT_EQ(task.value.image, image) << spec;
    }
}

TEST(Decode, ReadsNamesOfUsersAndTeams) {
    EXPECT_EQ(decoded<NamedId>(R"({"Id":2,"Username":"alice"})").value.name, "alice");
    EXPECT_EQ(decoded<NamedId>(R"({"ID":2,"Name":"web"})").value.name, "web");
    EXPECT_EQ(decoded<NamedId>(R"({"Id":2})").problem, "Name is missing");
}

TEST(Decode, ReadsAFileWithItsBytes) {
    std::string file;
    EXPECT_EQ(decode_file(json::parse(R"({"StackFileContent":"a:\r\n  b\n"})").as_object(), file), "");
    EXPECT_EQ(file, "a:\r\n  b\n");
    EXPECT_EQ(decode_file(json::parse(R"({"StackFileContent":null})").as_object(), file),
              "StackFileContent is missing");
}

std::string print_of(std::string_view text) {
    return fingerprint(json::parse(json::string_view(text.data(), text.size())).as_object());
}

TEST(Fingerprint, IgnoresOrderAndTheJobNumber) {
    EXPECT_EQ(print_of(R"({"a":1,"b":{"c":[1,2],"d":null}})"), print_of(R"({ "b":{"d":null,"c":[1,2]},"a":1})"));
    EXPECT_EQ(print_of(R"({"AutoUpdate":{"Interval":"5m","JobID":"7"}})"),
              print_of(R"({"AutoUpdate":{"Interval":"5m","JobID":""}})"));
    EXPECT_NE(print_of(R"({"JobID":"7"})"), print_of(R"({"JobID":"8"})"));
}

TEST(Fingerprint, SeesEveryOtherDifference) {
    const auto base = print_of(R"({"a":[1,"x"],"b":"yz"})");
    for (const auto* text :
         {R"({"a":["x",1],"b":"yz"})", R"({"a":[1,"x"],"b":"y"})", R"({"a":[1,"x"]})",
          R"({"a":[1,"x"],"b":"yz","c":null})", R"({"a":["1","x"],"b":"yz"})", R"({"a":[1.5,"x"],"b":"yz"})",
          R"({"a":[1,"x"],"B":"yz"})", R"({"a":[[1],"x"],"b":"yz"})"}) {
        EXPECT_NE(print_of(text), base) << text;
    }
}

TEST(Paths, EncodeNames) {
    EXPECT_EQ(path_of_docker_object(3, DockerKind::container, "a/b c?d"),
              "/api/endpoints/3/docker/containers/a%2Fb%20c%3Fd/json");
    EXPECT_EQ(path_of_docker_object(3, DockerKind::service, "shop_web"), "/api/endpoints/3/docker/services/shop_web");
    for (const auto* name : {"", ".", "..", "edge"}) EXPECT_FALSE(can_be_asked_for(DockerKind::container, name));
    EXPECT_TRUE(can_be_asked_for(DockerKind::network, "edge"));
}

} // namespace
} // namespace mooring::portainer
