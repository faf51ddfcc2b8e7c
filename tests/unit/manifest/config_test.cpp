#include "manifest/config.hpp"

#include "manifest_text.hpp"
#include "temporary_folder.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace mooring::config {
namespace {

using namespace std::chrono_literals;
using manifest::as_text;
using manifest::TemporaryFolder;
using Flags = std::map<std::string, std::string, std::less<>>;

Variables variables(const std::map<std::string, std::string>& texts) {
    std::map<std::string, Secret, std::less<>> values;
    for (const auto& [name, text] : texts) values.emplace(name, text);
    return Variables(std::move(values));
}

class ConfigTest : public testing::Test {
  protected:
    // Writes mooring.yaml with these lines below `spec:`.
    void write_spec(std::string_view lines) {
        folder_.write("mooring.yaml", "apiVersion: mooring/v1\nkind: Agent\nspec:\n" + std::string(lines));
    }

    Config load_with(const std::map<std::string, std::string>& texts, Flags flags = {}) {
        const Overrides overrides{.config = {}, .flags = std::move(flags)};
        Loaded loaded =
            load(overrides, variables(texts), {.working_folder = folder_.path(), .system_file = folder_ / "etc.yaml"});
        // The temporary folder's name differs from run to run.
        remarks_ = as_text(loaded.diagnostics);
        const std::string prefix = folder_.path().string() + "/";
        for (std::size_t at = 0; (at = remarks_.find(prefix)) != std::string::npos;) remarks_.erase(at, prefix.size());
        return std::move(loaded.config);
    }

    std::string in_folder(std::string_view name) const { return (folder_ / name).string(); }

    std::string origin(const Config& config, const std::string& path) const {
        const auto found = config.origins.find(path);
        const std::string text = to_string(found == config.origins.end() ? SettingOrigin{} : found->second);
        return text.substr(text.rfind('/') + 1);
    }

    TemporaryFolder folder_;
    std::string remarks_;
};

constexpr std::string_view one_server = "  servers:\n"
                                        "    - name: main\n"
                                        "      url: https://portainer.example.test:9443\n"
                                        "      credential: {file: token}\n";

TEST_F(ConfigTest, WorksWithoutAFileWhenAUrlAndATokenAreGiven) {
    const Config config = load_with({{"PORTAINER_URL", "https://p.example.test"}, {"PORTAINER_API_KEY_FILE", "token"}});
    EXPECT_EQ(remarks_, "");
    ASSERT_EQ(config.servers.size(), 1U);
    EXPECT_EQ(config.servers[0].server.name, "main");
    EXPECT_EQ(config.servers[0].server.url, "https://p.example.test");
    EXPECT_EQ(config.servers[0].credential.kind, CredentialSource::Kind::file);
    EXPECT_EQ(config.servers[0].credential.name, "token");
    EXPECT_EQ(config.manifests, "manifests");
    EXPECT_EQ(origin(config, "servers[main].url"), "PORTAINER_URL");
    EXPECT_EQ(origin(config, "runtime"), "default");
}

TEST_F(ConfigTest, NoServerIsAnErrorOnlyWhereOneIsNeeded) {
    const Config config = load_with({});
    EXPECT_EQ(remarks_, "");
    EXPECT_EQ(as_text(require_servers(config)),
              ": error: no-server: no server is configured (set PORTAINER_URL and "
              "PORTAINER_API_KEY_FILE, or let `mooring init` write a mooring.yaml)\n");
}

TEST_F(ConfigTest, ReadsEveryKeyOfTheFile) {
    write_spec("  servers:\n"
               "    - name: main\n"
               "      url: https://p.example.test/base\n"
               "      credential: {systemd: portainer}\n"
               "      tls: {ca: ca.pem, pin: sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=}\n"
               "      limits: {list: 64MiB, dockerList: 1k, file: 5000, headers: 32k}\n"
               "      concurrency: 4\n"
               "      timeouts: {request: 1500ms, run: 0s}\n"
               "      attempts: 5\n"
               "      proxy: http://proxy.example.test:3128\n"
               "  manifests: {path: stacks, exclude: [charts/*]}\n"
               "  defaults: {environment: production}\n"
               "  environment: staging\n"
               "  runtime: false\n"
               "  remember: /var/lib/mooring/memory.json\n"
               "  relistAfter: 500ms\n"
               "  fullVerify: 2h\n"
               "  output: {format: json, color: never}\n");
    const Config config = load_with({{"HTTPS_PROXY", "http://other.example.test"}});
    EXPECT_EQ(remarks_, "");
    ASSERT_EQ(config.servers.size(), 1U);
    const ServerConnection& server = config.servers[0].server;
    EXPECT_EQ(server.url, "https://p.example.test/base");
    EXPECT_EQ(server.tls.ca_file, in_folder("ca.pem")) << "relative to the file";
    EXPECT_EQ(server.tls.pin, "sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    EXPECT_EQ(server.limits, (AnswerLimits{.list = 64U << 20U, .docker_list = 1024, .file = 5000, .headers = 32768}));
    EXPECT_EQ(server.concurrency, 4U);
    EXPECT_EQ(server.request_timeout, 2s) << "rounded up";
    EXPECT_EQ(server.deadline, 0s);
    EXPECT_EQ(server.retries.attempts, 5U);
    EXPECT_EQ(server.proxy.https, Secret("http://proxy.example.test:3128"));
    EXPECT_EQ(config.servers[0].credential.kind, CredentialSource::Kind::systemd);
    EXPECT_EQ(config.manifests, in_folder("stacks"));
    EXPECT_EQ(config.exclude, std::vector<std::string>{"charts/*"});
    EXPECT_EQ(config.defaults.spec.find("environment")->text, "production");
    EXPECT_EQ(config.environment, "staging");
    EXPECT_FALSE(config.runtime);
    EXPECT_EQ(config.remember, "/var/lib/mooring/memory.json");
    EXPECT_EQ(config.relist_after, 500ms);
    EXPECT_EQ(config.full_verify, 2h);
    EXPECT_EQ(config.format, "json");
    EXPECT_EQ(config.color, "never");
    EXPECT_EQ(origin(config, "servers[main].concurrency"), "mooring.yaml:10");
}

TEST_F(ConfigTest, FlagBeatsVariableBeatsFileBeatsDefault) {
    write_spec(std::string(one_server) + "  environment: of-file\n  output: {color: never}\n");
    const Config config =
        load_with({{"MOORING_ENVIRONMENT", "of-variable"}, {"MOORING_FORMAT", "json"}}, {{"--environment", "of-flag"}});
    EXPECT_EQ(remarks_, "");
    EXPECT_EQ(config.environment, "of-flag");
    EXPECT_EQ(origin(config, "environment"), "--environment");
    EXPECT_EQ(config.format, "json");
    EXPECT_EQ(origin(config, "output.format"), "MOORING_FORMAT");
    EXPECT_EQ(origin(config, "output.color"), "mooring.yaml:9");
    EXPECT_EQ(origin(config, "relistAfter"), "default");
}

TEST_F(ConfigTest, PathsOfFlagsAreRelativeToTheWorkingFolder) {
    write_spec(one_server);
    const Config config = load_with({{"MOORING_MANIFESTS", "here"}}, {{"--ca", "ca.pem"}, {"--api-key-file", "key"}});
    EXPECT_EQ(config.servers[0].server.tls.ca_file, "ca.pem");
    EXPECT_EQ(config.servers[0].credential.name, "key");
    EXPECT_EQ(config.manifests, "here");
    EXPECT_EQ(load_with({}).manifests, in_folder("manifests"));
}

TEST_F(ConfigTest, SharedVariablesOnlyFillGaps) {
    write_spec(one_server);
    const Config config = load_with({{"PORTAINER_URL", "https://evil.example.test"}, {"PORTAINER_API_KEY", "ptr_x"}});
    EXPECT_EQ(config.servers[0].server.url, "https://portainer.example.test:9443");
    EXPECT_EQ(config.servers[0].credential.kind, CredentialSource::Kind::file);
    const Config overridden = load_with({{"MOORING_URL", "https://b.example.test"}, {"MOORING_API_KEY", "ptr_x"}});
    EXPECT_EQ(overridden.servers[0].server.url, "https://b.example.test");
    EXPECT_EQ(overridden.servers[0].credential.kind, CredentialSource::Kind::variable);
    EXPECT_EQ(overridden.servers[0].credential.name, "MOORING_API_KEY");
}

TEST_F(ConfigTest, TheSharedKeyNeverReachesOneOfSeveralServers) {
    write_spec(
        "  servers:\n    - {name: a, url: https://a.example.test}\n    - {name: b, url: https://b.example.test}\n");
    const Config config = load_with({{"PORTAINER_API_KEY", "ptr_x"}});
    EXPECT_EQ(config.servers[0].credential.kind, CredentialSource::Kind::none);
    EXPECT_EQ(config.servers[1].credential.kind, CredentialSource::Kind::none);
}

TEST_F(ConfigTest, SettingsOfOneServerNeedItsNameWhereThereAreSeveral) {
    write_spec(
        "  servers:\n    - {name: a, url: https://a.example.test}\n    - {name: b, url: https://b.example.test}\n");
    load_with({{"MOORING_CONCURRENCY", "3"}});
    EXPECT_EQ(remarks_,
              ": error: no-server: MOORING_CONCURRENCY is given, but it is not clear for which server (name one with "
              "--server)\n");
    const Config config = load_with({{"MOORING_CONCURRENCY", "3"}}, {{"--server", "b"}});
    EXPECT_EQ(remarks_, "");
    EXPECT_EQ(config.servers[0].server.concurrency, 8U);
    EXPECT_EQ(config.servers[1].server.concurrency, 3U);
    EXPECT_EQ(config.default_server, "b");
    load_with({}, {{"--server", "bb"}});
    EXPECT_EQ(remarks_, ": error: unknown-server: --server: no server `bb` is configured (did you mean `b`?)\n");
    folder_.write("mooring.yaml", "apiVersion: mooring/v1\nkind: Agent\nspec: {}\n");
    load_with({}, {{"--ca", "ca.pem"}});
    EXPECT_EQ(remarks_,
              ": error: no-server: --ca is given, but no server is configured (give --url, or set PORTAINER_URL)\n");
}

TEST_F(ConfigTest, OverridesObeyTheSchema) {
    write_spec(one_server);
    load_with(
        {{"MOORING_CONCURRENCY", "0"}, {"MOORING_RUNTIME", "no"}, {"MOORING_DEADLINE", "1d"}, {"MOORING_URL", "p"}},
        {{"--color", "alwys"}});
    EXPECT_EQ(remarks_,
              ": error: wrong-type: `MOORING_RUNTIME` must be true or false; it is a string (write true or false, "
              "without quotes)\n"
              ": error: wrong-value: `--color` must be one of `auto`, `always`, `never`; it is `alwys` (did you mean "
              "`always`?)\n"
              ": error: wrong-value: `MOORING_CONCURRENCY` must be at least 1\n"
              ": error: wrong-value: `MOORING_DEADLINE` must be a duration such as 30s, 5m or 1h30m\n"
              ": error: wrong-value: `MOORING_URL` must be an address such as https://portainer.example.org:9443\n");
}

TEST_F(ConfigTest, SwitchesAreTrueAndNoRuntimeIsItsOpposite) {
    write_spec(one_server);
    const Config config =
        load_with({}, {{"--no-runtime", "true"}, {"--insecure-skip-verify", "true"}, {"--api-key-stdin", "true"}});
    EXPECT_FALSE(config.runtime);
    EXPECT_TRUE(config.servers[0].server.tls.insecure_skip_verify);
    EXPECT_EQ(config.servers[0].credential.kind, CredentialSource::Kind::standard_input);
    EXPECT_EQ(remarks_,
              ": warning: unverified: the certificate of `main` is not verified: anyone in between can read the "
              "token (use `tls: {pin: ...}` or `tls: {ca: ...}`)\n");
}

TEST_F(ConfigTest, AMisspeltVariableIsAWarning) {
    write_spec(one_server);
    load_with({{"MOORING_MANIFEST", "x"}, {"MOORING_SOMETHING_ELSE_ENTIRELY", "x"}});
    EXPECT_EQ(remarks_,
              ": warning: unknown-variable: the variable MOORING_MANIFEST means nothing to Mooring (did you mean "
              "MOORING_MANIFESTS?)\n");
}

TEST_F(ConfigTest, ProblemsOfTheFileHaveTheirPlace) {
    write_spec("  servers:\n"
               "    - name: main\n"
               "      url: portainer.example.test\n"
               "      credental: {file: token}\n"
               "      concurrency: many\n"
               "  manifest: stacks\n");
    load_with({});
    EXPECT_EQ(remarks_,
              "mooring.yaml:6:12: error: wrong-value: `spec.servers[0].url` must be an address such as "
              "https://portainer.example.org:9443\n"
              "mooring.yaml:7:7: error: unknown-key: unknown key `credental` in `spec.servers[0]` (did you mean "
              "`credential`?)\n"
              "mooring.yaml:8:20: error: wrong-type: `spec.servers[0].concurrency` must be a whole number; it is a "
              "string (write a "
              "number, without quotes)\n"
              "mooring.yaml:9:3: error: unknown-key: unknown key `manifest` in `spec` (did you mean `manifests`?)\n");
}

TEST_F(ConfigTest, ASchemeMayBeWrittenInCapitals) {
    for (const std::string_view url : {"HTTPS://p.example.test", "Https://p.example.test"}) {
        load_with({{"PORTAINER_URL", std::string(url)}, {"PORTAINER_API_KEY_FILE", "token"}});
        EXPECT_EQ(remarks_, "") << url;
    }
    load_with({{"PORTAINER_URL", "HTTP://p.example.test"}, {"PORTAINER_API_KEY_FILE", "token"}});
    EXPECT_TRUE(remarks_.contains("sent without encryption")) << remarks_;
    load_with({{"PORTAINER_URL", "HTTP://LOCALHOST:9000"}, {"PORTAINER_API_KEY_FILE", "token"}});
    EXPECT_EQ(remarks_, "");
}

// Whether manifests can be read without false errors although the configuration has some.
TEST_F(ConfigTest, ASlipInTheFileBringsNoSecondError) {
    const auto known = [this](std::string_view spec) {
        write_spec(spec);
        const Loaded loaded = load({}, variables({}), {.working_folder = folder_.path(), .system_file = folder_ / "x"});
        EXPECT_EQ(std::ranges::count(loaded.diagnostics, Severity::error, &Diagnostic::severity), 1) << spec;
        EXPECT_TRUE(loaded.config.servers.empty());
        return loaded.manifests_known ? loaded.config.manifests.filename().string() + "," + loaded.config.environment
                                      : std::string("unknown");
    };
    const std::string servers = "  servers:\n    - {name: main, url: https://p.test, conurrency: 2}\n";
    EXPECT_EQ(known("  manifests: stacks\n  environment: production\n" + servers), "stacks,production");
    EXPECT_EQ(known("  manifests: stacks\n  agent: {interval: soon}\n"), "stacks,");
    EXPECT_EQ(known("  manifests: [stacks]\n"), "unknown");
    EXPECT_EQ(known("  manifestss: stacks\n"), "unknown");
    EXPECT_EQ(known("  manifests: stacks\n  defaults: {enviroment: production}\n"), "unknown");
    EXPECT_EQ(known("  manifests: [stacks\n"), "unknown");
    folder_.write("mooring.yaml", "apiVersion: mooring/v1\nkind: Agent\nmanifests: stacks\nspec: {}\n");
    EXPECT_FALSE(
        load({}, variables({}), {.working_folder = folder_.path(), .system_file = folder_ / "x"}).manifests_known)
        << "a key beside `spec`";
}

TEST_F(ConfigTest, ATokenInTheFileIsRefusedAndNotShown) {
    write_spec("  servers:\n    - {name: main, url: https://p.example.test, credential: ptr_hunter2}\n");
    load_with({});
    EXPECT_EQ(remarks_,
              "mooring.yaml:5:61: error: wrong-type: `spec.servers[0].credential` must be a map with the keys `env`, "
              "`file`, `stdin`, `systemd`; it is a string\n");
    write_spec("  servers:\n    - {name: main, url: https://p.example.test, credential: {env: ptr_hunter2=}}\n");
    load_with({});
    EXPECT_EQ(remarks_,
              "mooring.yaml:5:67: error: wrong-value: `spec.servers[0].credential.env` must be the name of a variable, "
              "not the token itself\n");
    for (const char* source : {"file", "env", "systemd"}) {
        write_spec("  servers:\n    - {name: main, url: https://p.example.test, credential: {" + std::string(source) +
                   ": ptr_hunter2}}\n");
        load_with({});
        EXPECT_NE(remarks_.find("not the token itself"), std::string::npos) << remarks_;
        EXPECT_EQ(remarks_.find("hunter2"), std::string::npos) << remarks_;
    }
    write_spec("  servers:\n    - {name: main, url: \"https://me:hunter2@p.example.test\"}\n");
    const Config config = load_with({});
    EXPECT_EQ(remarks_.find("hunter2"), std::string::npos);
    EXPECT_NE(remarks_.find("secret-in-url"), std::string::npos);
    EXPECT_EQ(print_effective(config, Form::yaml).find("hunter2"), std::string::npos);
}

TEST_F(ConfigTest, ATokenSentWithoutEncryptionIsAWarningExceptToOneself) {
    load_with({{"PORTAINER_URL", "http://p.example.test:9000"}});
    EXPECT_EQ(remarks_,
              ": warning: unencrypted: the token for `main` is sent without encryption (use https://, usually on port "
              "9443)\n");
    for (const char* url :
         {"http://127.0.0.1:9000", "http://localhost:9000", "http://[::1]:9000", "unix:/run/portainer.sock"}) {
        load_with({{"PORTAINER_URL", url}});
        EXPECT_EQ(remarks_, "") << url;
    }
}

TEST_F(ConfigTest, ANamedFileMustExistAndTheOthersMayBeMissing) {
    Overrides overrides;
    overrides.config = folder_ / "no.yaml";
    const Places places{.working_folder = folder_.path(), .system_file = folder_ / "etc.yaml"};
    EXPECT_NE(as_text(load(overrides, {}, places).diagnostics)
                  .find("no.yaml: error: unreadable: the configuration cannot be "
                        "read: No such file or directory"),
              std::string::npos);
    folder_.write("etc.yaml", "apiVersion: mooring/v1\nkind: Agent\nspec: {environment: of-etc}\n");
    EXPECT_EQ(load_with({}).environment, "of-etc");
    write_spec("  environment: of-folder\n");
    EXPECT_EQ(load_with({}).environment, "of-folder");
    const auto other =
        folder_.write("sub/other.yaml", "apiVersion: mooring/v1\nkind: Agent\nspec: {environment: of-variable}\n");
    const Config config = load_with({{"MOORING_CONFIG", other.string()}});
    EXPECT_EQ(config.environment, "of-variable");
    EXPECT_EQ(config.manifests, in_folder("sub/manifests"));
}

TEST_F(ConfigTest, AConfigurationIsOneDocumentOfKindAgent) {
    folder_.write("mooring.yaml", "");
    load_with({});
    EXPECT_EQ(
        remarks_,
        "mooring.yaml: error: missing-key: the configuration is empty (it starts with `apiVersion: mooring/v1` and "
        "`kind: Agent`)\n");
    folder_.write("mooring.yaml",
                  "apiVersion: mooring/v1\nkind: Agent\nspec: {}\n---\napiVersion: mooring/v1\nkind: Stack\n");
    load_with({});
    EXPECT_EQ(
        remarks_,
        "mooring.yaml:5:1: error: too-many-documents: a configuration is one document (put manifests into a folder "
        "of their own)\n");
    folder_.write("mooring.yaml", "servers: [\n");
    load_with({});
    EXPECT_NE(remarks_.find("mooring.yaml:2:1: error: syntax:"), std::string::npos) << remarks_;
}

TEST_F(ConfigTest, TwoServersOfOneNameAreAnError) {
    write_spec(
        "  servers:\n    - {name: a, url: https://a.example.test}\n    - {name: a, url: https://b.example.test}\n");
    load_with({});
    EXPECT_EQ(remarks_, "mooring.yaml:6:14: error: collision: there are two servers called `a` (rename one of them)\n");
}

TEST_F(ConfigTest, OneCredentialIsGivenAtATime) {
    write_spec(one_server);
    load_with({{"MOORING_API_KEY", "ptr_x"}, {"MOORING_API_KEY_FILE", "f"}});
    EXPECT_EQ(remarks_,
              ": error: wrong-keys: MOORING_API_KEY_FILE and MOORING_API_KEY are both given (give only one of them)\n");
    const Config config = load_with({{"MOORING_API_KEY", "ptr_x"}}, {{"--api-key-file", "f"}});
    EXPECT_EQ(remarks_, "");
    EXPECT_EQ(config.servers[0].credential.name, "f");
}

TEST_F(ConfigTest, TheProxyOfTheEnvironmentIsUsedAndItsPasswordNeverPrinted) {
    write_spec(one_server);
    const Config config =
        load_with({{"HTTPS_PROXY", "http://u:hunter2@proxy:1"}, {"http_proxy", "http://p:2"}, {"NO_PROXY", ".test"}});
    EXPECT_EQ(config.servers[0].server.proxy.https, Secret("http://u:hunter2@proxy:1"));
    EXPECT_EQ(config.servers[0].server.proxy.http, Secret("http://p:2"));
    EXPECT_EQ(config.servers[0].server.proxy.no_proxy, ".test");
    for (const Form form : {Form::yaml, Form::json})
        EXPECT_EQ(print_effective(config, form).find("hunter2"), std::string::npos);
}

// Whoever knows the address of a receiver may post to it.
TEST_F(ConfigTest, NoAddressIsPrintedWithWhatIsSecretInIt) {
    const std::vector<std::pair<std::string, std::string>> table{
        {"kind: slack, url: 'https://hooks.example.test/services/T0/B0/hunter2'", "https://hooks.example.test/***"},
        {"kind: webhook, url: 'https://h.example.test/hook?token=hunter2'", "https://h.example.test/***"},
        {"kind: webhook, url: 'https://h.example.test?token=hunter2'", "https://h.example.test?***"},
        {"kind: alertmanager, url: 'https://h.example.test/am?key=hunter2'", "https://h.example.test/am?***"},
        {"kind: alertmanager, url: 'http://h.example.test:9093'", "http://h.example.test:9093"},
    };
    for (const auto& [channel, shown] : table) {
        write_spec(std::string(one_server) + "  agent:\n    notifications: {channels: [{name: x, " + channel + "}]}\n");
        const Config config = load_with({});
        ASSERT_EQ(config.agent.notifications.channels.size(), 1U) << channel << remarks_;
        const std::string printed = print_effective(config, Form::yaml) + print_effective(config, Form::json);
        EXPECT_FALSE(printed.contains("hunter2")) << channel;
        EXPECT_TRUE(printed.contains(shown)) << channel << "\n" << printed;
    }
}

TEST_F(ConfigTest, WhatIsPrintedCanBeUsedAgain) {
    write_spec("  servers:\n"
               "    - name: main\n"
               "      url: https://p.example.test\n"
               "      credential: {env: TOKEN}\n"
               "      tls: {insecureSkipVerify: true}\n"
               "      timeouts: {request: 90s}\n"
               "  manifests: {path: /srv/manifests, exclude: [\"*/charts: #1\", \"a[b\", \"a]b\"]}\n"
               "  defaults: {environment: \"yes: no\", runtime: true, namespace: \"\"}\n"
               "  environment: \"true\"\n");
    const Config config = load_with({{"TOKEN", "ptr_hunter2"}});
    const std::string printed = print_effective(config, Form::yaml);
    EXPECT_EQ(printed.find("hunter2"), std::string::npos);
    folder_.write("mooring.yaml", printed);
    const Config again = load_with({{"TOKEN", "ptr_hunter2"}});
    EXPECT_EQ(remarks_.find("error"), std::string::npos) << remarks_ << printed;
    const auto values = [](const Config& c) {
        return nlohmann::json::parse(print_effective(c, Form::json)).at("spec");
    };
    EXPECT_EQ(values(again), values(config)) << printed;
}

TEST_F(ConfigTest, EveryPrintedValueSaysWhereItCameFrom) {
    write_spec(one_server);
    std::string printed =
        print_effective(load_with({{"MOORING_FORMAT", "json"}}, {{"--no-runtime", "true"}}), Form::yaml);
    const std::string prefix = folder_.path().string() + "/";
    for (std::size_t at = 0; (at = printed.find(prefix)) != std::string::npos;) printed.erase(at, prefix.size());
    for (const char* line :
         {"url: https://portainer.example.test:9443", "# mooring.yaml:6", "concurrency: 8", "# default", "format: json",
          "# MOORING_FORMAT", "runtime: false", "# --no-runtime", "credential: {file: token}"})
        EXPECT_NE(printed.find(line), std::string::npos) << line << "\n" << printed;
}

TEST_F(ConfigTest, TheLoaderOfManifestsGetsWhatTheConfigurationSays) {
    write_spec(std::string(one_server) + "  runtime: false\n  defaults: {environment: production}\n");
    folder_.write("manifests/a.yaml",
                  "apiVersion: mooring/v1\nkind: Stack\nmetadata: {name: a}\nspec: {compose: {inline: x}}\n");
    const Desired desired = manifest::load(load_options(load_with({}), {}));
    EXPECT_EQ(as_text(desired.diagnostics), "");
    ASSERT_EQ(desired.stacks.size(), 1U);
    EXPECT_EQ(desired.stacks[0].server, "main");
    EXPECT_EQ(std::get<EnvironmentRef>(desired.stacks[0].environment).name, "production");
    EXPECT_FALSE(desired.stacks[0].runtime);
}

TEST_F(ConfigTest, NothingIsWrittenUnlessTheServersEntrySaysSo) {
    write_spec(one_server);
    const Config config = load_with({});
    EXPECT_EQ(remarks_, "");
    EXPECT_EQ(config.servers[0].write, WriteSettings{});
    EXPECT_TRUE(config.writable_variables.empty());
    EXPECT_NE(print_effective(config, Form::yaml).find("apply: false"), std::string::npos);
    // Neither a flag nor a variable can say so in its place: it stands in the configuration or nowhere.
    for (const Setting& setting : settings()) {
        for (const std::string_view key : {"apply", "correct", "instance", "protect", "secrets", "backup"})
            EXPECT_EQ(setting.key.find(key), std::string_view::npos) << setting.key;
    }
}

constexpr std::string_view writing_server = "  servers:\n"
                                            "    - name: main\n"
                                            "      url: https://portainer.example.test:9443\n"
                                            "      credential: {file: token}\n"
                                            "      apply: true\n"
                                            "      instance: 299AB403-70a8-4c05-92f7-bf7a994d50df\n"
                                            "      protect: [traefik, \"portainer*\"]\n"
                                            "      limits:\n"
                                            "        list: 1MiB\n"
                                            "        maxShare: 5%\n"
                                            "        maxChanges: 7\n"
                                            "        maxRemoves: 2\n"
                                            "        pruneAfter: 2h\n"
                                            "        deployTimeout: 30m\n"
                                            "        settle: 3m\n"
                                            "        redeployAfter: 10m\n"
                                            "        humanGrace: 4h\n"
                                            "  backup: {path: kept, keep: 90d}\n"
                                            "  secrets: {fromEnv: [\"STACK_*\"]}\n"
                                            "  defaults:\n"
                                            "    policy: {mode: report, windows: [{days: [sat], from: \"22:00\", "
                                            "timeZone: UTC}]}\n";

TEST_F(ConfigTest, ReadsWhatMayBeWrittenAndWithinWhichLimits) {
    write_spec(writing_server);
    const Config config = load_with({});
    EXPECT_EQ(remarks_, "");
    const WriteSettings expected{.apply = true,
                                 .correct = false,
                                 .instance = "299ab403-70a8-4c05-92f7-bf7a994d50df",
                                 .protect = {"traefik", "portainer*"},
                                 .limits = {.max_share = 5,
                                            .max_changes = 7,
                                            .max_removes = 2,
                                            .prune_after = 2h,
                                            .deploy_timeout = 30min,
                                            .settle = 3min,
                                            .redeploy_after = 10min,
                                            .human_grace = 4h}};
    EXPECT_EQ(config.servers[0].write, expected);
    EXPECT_EQ(config.servers[0].server.limits.list, std::size_t{1} << 20U);
    EXPECT_EQ(config.backup, (BackupSettings{.folder = in_folder("kept"), .keep = 90 * 24h}));
    EXPECT_EQ(config.writable_variables, std::vector<std::string>{"STACK_*"});
    EXPECT_EQ(origin(config, "servers[main].apply"), "mooring.yaml:8");
    EXPECT_EQ(origin(config, "servers[main].limits.maxShare"), "mooring.yaml:13");
    EXPECT_EQ(origin(config, "backup.keep"), "mooring.yaml:21");
}

TEST_F(ConfigTest, WhatIsPrintedOfWritingCanBeUsedAgain) {
    write_spec(writing_server);
    const Config config = load_with({});
    const std::string printed = print_effective(config, Form::yaml);
    folder_.write("mooring.yaml", printed);
    const Config again = load_with({});
    EXPECT_EQ(remarks_, "") << printed;
    EXPECT_EQ(again.servers[0].write, config.servers[0].write);
    EXPECT_EQ(again.backup.keep, config.backup.keep);
    EXPECT_EQ(again.writable_variables, config.writable_variables);
    folder_.write(
        "manifests/a.yaml",
        "apiVersion: mooring/v1\nkind: Stack\nmetadata: {name: a}\nspec: {environment: x, compose: {inline: x}}\n");
    for (const Config* one : {&config, &again}) {
        Config here = *one;
        here.manifests = in_folder("manifests");
        const Desired desired = manifest::load(load_options(here, {}));
        ASSERT_EQ(desired.stacks.size(), 1U) << as_text(desired.diagnostics);
        const Policy& policy = desired.stacks[0].policy;
        EXPECT_EQ(policy.mode, PolicyMode::report);
        ASSERT_EQ(policy.windows.size(), 1U);
        EXPECT_EQ(policy.windows[0].from, 22 * 60);
    }
}

TEST_F(ConfigTest, MistakesAboutWritingAreNamedWithTheirCure) {
    const auto remarks_of = [this](const std::string& lines) {
        write_spec("  servers:\n    - name: main\n      url: https://p.example.test\n      credential: {file: t}\n" +
                   lines);
        load_with({});
        return remarks_;
    };
    EXPECT_EQ(
        remarks_of("      correct: true\n"),
        "mooring.yaml:8:16: error: wrong-keys: `correct: true` of `main` means nothing without `apply: true` (add "
        "`apply: true`, or remove `correct`)\n");
    EXPECT_EQ(remarks_of("      apply: true\n      correct: true\n"), "");
    EXPECT_EQ(
        remarks_of("      limits: {maxShare: 20}\n"),
        "mooring.yaml:8:26: error: wrong-type: `spec.servers[0].limits.maxShare` must be a share such as 20%; it is "
        "a number (put it in quotes)\n");
    EXPECT_EQ(
        remarks_of("      limits: {settle: 5s}\n"),
        "mooring.yaml:8:24: error: wrong-value: `settle` must be at least 15s, which lie between the two looks after "
        "a write\n");
    EXPECT_EQ(remarks_of("      instance: main\n"),
              "mooring.yaml:8:17: error: wrong-value: `spec.servers[0].instance` must be an InstanceID such as "
              "299ab403-70a8-4c05-92f7-bf7a994d50df\n");
    EXPECT_EQ(
        remarks_of("  secrets: {fromEnv: STACK_}\n"),
        "mooring.yaml:8:22: error: wrong-type: `spec.secrets.fromEnv` must be a list; it is a string (start every "
        "entry with `- `)\n");
}

TEST_F(ConfigTest, AConfigurationBelowItsManifestsIsNoticed) {
    write_spec(one_server);
    EXPECT_FALSE(lies_below_manifests(load_with({})));
    write_spec(std::string(one_server) + "  manifests: .\n");
    EXPECT_TRUE(lies_below_manifests(load_with({})));
    Config config = load_with({});
    config.manifests = folder_.path().parent_path();
    EXPECT_TRUE(lies_below_manifests(config));
    config.manifests = in_folder("..manifests");
    EXPECT_FALSE(lies_below_manifests(config));
    config.file = "";
    EXPECT_FALSE(lies_below_manifests(config));
}

TEST(Settings, EachNamesAPlaceThatTheSchemaKnows) {
    for (const Setting& setting : settings()) {
        EXPECT_FALSE(setting.flag.empty() && setting.variable.empty()) << setting.key;
        EXPECT_FALSE(setting.help.empty()) << setting.key;
        if (setting.key == "server") continue;
        const Overrides overrides{.config = {}, .flags = {{std::string(setting.flag), "true"}}};
        load(overrides, {},
             {.working_folder = "/nonexistent", .system_file = "/nonexistent"}); // an unknown place would crash
    }
}

} // namespace
} // namespace mooring::config
