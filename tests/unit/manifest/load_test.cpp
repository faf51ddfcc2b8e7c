// What golden files cannot hold: permissions, limits, single files, variables.
#include "base/clock.hpp"
#include "manifest/decode.hpp"
#include "manifest_text.hpp"
#include "temporary_folder.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mooring::manifest {
namespace {

// Root may read everything, so that these tests put on the shoes of `nobody` where they run as root.
class AsOrdinaryUser {
  public:
    AsOrdinaryUser() : was_root_(::geteuid() == 0) {
        if (was_root_) holds_ = ::seteuid(65'534) == 0;
    }
    AsOrdinaryUser(const AsOrdinaryUser&) = delete;
    AsOrdinaryUser& operator=(const AsOrdinaryUser&) = delete;
    ~AsOrdinaryUser() {
        if (was_root_ && ::seteuid(0) != 0) std::abort();
    }
    bool holds() const { return holds_; }

  private:
    bool was_root_;
    bool holds_ = true;
};

std::string stack(std::string_view name,
                  std::string_view spec = "environment: x, compose: {inline: \"services: {}\"}") {
    return fmt::format("apiVersion: mooring/v1\nkind: Stack\nmetadata: {{name: {}}}\nspec: {{{}}}\n", name, spec);
}

class Load : public testing::Test {
  protected:
    Desired load_folder() {
        options_.root = folder_.path();
        return load(options_);
    }
    std::string relative(const Desired& desired) const {
        std::string text = as_text(desired);
        const std::string prefix = folder_.path().string();
        for (std::size_t at = 0; (at = text.find(prefix)) != std::string::npos;)
            text.replace(at, prefix.size(), "ROOT");
        return text;
    }
    void forbid(std::string_view name, mode_t mode = 0) const { ASSERT_EQ(::chmod((folder_ / name).c_str(), mode), 0); }

    TemporaryFolder folder_;
    LoadOptions options_;
};

TEST_F(Load, AFolderThatIsNotThereIsAnErrorAndNotEmpty) {
    options_.root = "/nonexistent/manifests";
    EXPECT_EQ(as_text(load(options_)),
              "/nonexistent/manifests: error: unreadable: the manifests cannot be read: No such file or "
              "directory (give the folder that holds them, set `manifests:` in mooring.yaml, or write some: `mooring "
              "init DIR`)\n"
              "-- not complete\n");
}

TEST_F(Load, AnEmptyFolderIsAnError) {
    EXPECT_EQ(relative(load_folder()),
              "ROOT: error: no-manifests: no manifests found in ROOT (a manifest is a .yaml file with "
              "`apiVersion: mooring/v1`; for plain compose folders use --compose-dir)\n"
              "-- not complete\n");
}

TEST_F(Load, AnExtensionInCapitalsIsOne) {
    for (const char* name : {"shop.YAML", "blog.Yml"}) {
        folder_.write(name, "{apiVersion: mooring/v1, kind: Stack, metadata: {name: " + std::string(name, 4) +
                                "}, spec: {environment: e, compose: {inline: \"services: {}\"}}}");
    }
    EXPECT_EQ(load_folder().stacks.size(), 2U);
}

TEST_F(Load, AManifestThatMovedWithinTheWorkTreeIsFound) {
    const auto around = [this] { return declared_around(folder_.path() / "a", "Shop").value_or("nowhere"); };
    folder_.write("a/blog.yaml", "{apiVersion: mooring/v1, kind: Stack, metadata: {name: shop}, spec: {}}");
    folder_.write("b/shop.yaml", "{apiVersion: mooring/v1, kind: Stack, metadata: {name: shop}, spec: {}}");
    EXPECT_EQ(around(), "nowhere") << "no work tree";
    folder_.write("mooring.yaml", "{apiVersion: mooring/v1, kind: Agent, spec: {}}");
    EXPECT_TRUE(around().ends_with("/b/shop.yaml")) << "beside the configuration: " << around();
    folder_.write("a/mooring.yaml", "{apiVersion: mooring/v1, kind: Agent, spec: {}}");
    EXPECT_EQ(around(), "nowhere") << "all that belongs to the configuration is read";
    folder_.write(".git/HEAD", "ref: refs/heads/main");
    EXPECT_TRUE(around().ends_with("/b/shop.yaml")) << around();
    folder_.write("b/shop.yaml", "{apiVersion: mooring/v1, kind: Stack, metadata: {name: other}, spec: {}}");
    folder_.write("b/compose.yaml", "services: {shop: {image: x}}");
    folder_.write("b/template.yaml", "{{ if x }}: [");
    EXPECT_EQ(around(), "nowhere") << "none of them is Mooring's";
    folder_.write("b/broken.yaml", "apiVersion: mooring/v1\nkind: [Stack\n");
    EXPECT_TRUE(around().ends_with("/b/broken.yaml")) << "it may declare it: " << around();
    EXPECT_EQ(declared_around(folder_.path(), "shop"), std::nullopt) << "all of the tree is read";
}

TEST_F(Load, AMistakeOfTheSchemaHidesNoMistakeInAnotherValue) {
    struct Row {
        const char* spec;
        std::string codes; // of the errors, in the order of the text
        bool read;         // whether all was looked at
    };
    const char* const compose = "compose: {inline: \"services: {}\"}, ";
    for (const auto& [spec, codes, read] :
         {Row{"environment: x, env: {LIST: [a], VERSION: 1.10, OCTAL: 0123}",
              "wrong-type ambiguous-value ambiguous-value ", true},
          Row{"environment: x, imagee: y, env: {VERSION: 1.10}", "unknown-key ambiguous-value ", true},
          // What was taken out is not missing, and what needed it is not wrong.
          Row{"enviroment: x, env: {VERSION: 1.10}", "unknown-key ambiguous-value ", true},
          Row{"environment: x, type: kubernets, namespace: y", "wrong-value ", true},
          Row{"environment: x, server: [a]", "wrong-type ", true}}) {
        folder_.write("a.yaml", stack("a", compose + std::string(spec)));
        std::string found;
        bool hint = false;
        for (const Diagnostic& one : load_folder().diagnostics) {
            if (one.severity == Severity::error) found += one.code + " ";
            hint = hint || one.code == "not-read-further";
        }
        EXPECT_EQ(found, codes) << spec;
        EXPECT_EQ(hint, !read) << spec;
    }
}

TEST_F(Load, WhatWasNotReadFurtherIsCounted) {
    folder_.write("a.yaml", stack("a", "environment: x"));
    folder_.write("b/c.yaml", "apiVersion: mooring/v1\nkind: Defaults\nspec: {stat: stopped}\n");
    folder_.write("b/d.yaml", stack("d"));
    folder_.write("e.yaml", stack("e"));
    const std::string text = relative(load_folder());
    EXPECT_NE(text.find("ROOT: note: not-read-further: 3 documents were not read further: more may show once these "
                        "errors are fixed\n"),
              std::string::npos)
        << text;
}

TEST_F(Load, OnlyDefaultsDeclareNoStackAndThatIsSaid) {
    folder_.write("a.yaml", "apiVersion: mooring/v1\nkind: Defaults\nspec: {environment: x}\n");
    EXPECT_EQ(relative(load_folder()), "ROOT: warning: no-stacks: the manifests declare no stack\n-- complete\n");
}

TEST_F(Load, AnUnreadableFileOrFolderIsAnErrorAndTheRestIsLoaded) {
    folder_.write("good.yaml", stack("good"));
    folder_.write("secret.yaml", stack("secret"));
    folder_.write("closed/a.yaml", stack("closed"));
    folder_.write("listed/a.yaml", stack("listed"));
    forbid("secret.yaml");
    forbid("closed");
    forbid("listed", 0644);
    const AsOrdinaryUser user;
    if (!user.holds()) GTEST_SKIP() << "runs as root and may not become another user";
    EXPECT_EQ(relative(load_folder()),
              "ROOT/closed: error: unreadable: this folder cannot be read: Permission denied (let the user that runs "
              "Mooring read "
              "and enter it)\n"
              "ROOT/listed/a.yaml: error: unreadable: this file cannot be read: Permission denied (let the user that "
              "runs Mooring "
              "read it)\n"
              "ROOT/secret.yaml: error: unreadable: this file cannot be read: Permission denied (let the user that "
              "runs Mooring "
              "read it)\n"
              "-- not complete\n"
              "stack good in x on -: standalone, ROOT/good.yaml:4 (12 bytes), from ROOT/good.yaml:1\n");
    ::chmod((folder_ / "closed").c_str(), 0755);
}

TEST_F(Load, StacksAreNotComparedWithoutDefaultsThatCannotBeRead) {
    folder_.write("web/good.yaml", stack("good"));
    folder_.write("web/defaults.yaml", "apiVersion: mooring/v1\nkind: Defaults\nspec: {state: stopped}\n");
    forbid("web/defaults.yaml");
    const AsOrdinaryUser user;
    if (!user.holds()) GTEST_SKIP() << "runs as root and may not become another user";
    const Desired desired = load_folder();
    EXPECT_FALSE(desired.complete);
    EXPECT_TRUE(desired.stacks.empty());
}

TEST_F(Load, AnUnreadableSecretIsNoErrorOfTheManifestsButOfTheStack) {
    folder_.write("a.yaml",
                  stack("a", "environment: x, compose: {inline: y}, env: {A: {fromFile: s}, B: {fromFile: gone}}"));
    folder_.write("s", "hunter2\n");
    forbid("s");
    const AsOrdinaryUser user;
    if (!user.holds()) GTEST_SKIP() << "runs as root and may not become another user";
    const Desired desired = load_folder();
    EXPECT_TRUE(desired.complete);
    ASSERT_EQ(desired.stacks.size(), 1U);
    const auto& env = *desired.stacks[0].env;
    EXPECT_EQ(env[0].unreadable, "s: Permission denied");
    EXPECT_EQ(env[1].unreadable, "gone: No such file or directory");
    EXPECT_FALSE(env[0].value || env[1].value);
}

TEST_F(Load, AnUnreadableComposeFileIsAnError) {
    folder_.write("a.yaml", stack("a", "environment: x, compose: {file: c.yaml}"));
    folder_.write("c.yaml", "services: {}\n");
    forbid("c.yaml");
    const AsOrdinaryUser user;
    if (!user.holds()) GTEST_SKIP() << "runs as root and may not become another user";
    EXPECT_EQ(relative(load_folder()),
              "ROOT/a.yaml:4:40: error: unreadable: the compose file `c.yaml` cannot be read: Permission "
              "denied\n-- not complete\n");
}

TEST_F(Load, SecretsKeepEverythingButOneTrailingNewline) {
    folder_.write(
        "a.yaml",
        stack("a",
              "environment: x, compose: {inline: y}, env: {A: {fromFile: a}, B: {fromFile: b}, C: {fromFile: c}, D: "
              "{fromFile: d}, E: {fromEnv: E}, F: {fromCredential: f}, G: 8080, H: {value: on, public: true}}"));
    folder_.write("a", "one");
    folder_.write("b", " two \n\n");
    folder_.write("c", "three\r\n");
    folder_.write("d", "");
    folder_.write("creds/f", "six\n");
    std::map<std::string, Secret, std::less<>> values;
    values.emplace("E", Secret("five\n"));
    values.emplace("CREDENTIALS_DIRECTORY", Secret((folder_ / "creds").string()));
    options_.variables = Variables(std::move(values));
    const Desired desired = load_folder();
    EXPECT_EQ(as_text(desired.diagnostics), "");
    std::vector<std::string> texts;
    for (const DesiredEnv& env : *desired.stacks.at(0).env) texts.emplace_back(env.value.value().reveal());
    EXPECT_EQ(texts, (std::vector<std::string>{"one", " two \n", "three", "", "five\n", "six", "8080", "on"}));
}

// Whoever may edit a manifest could have the token printed (`public: true`), or have it deployed into a stack.
TEST_F(Load, NoVariableTakesACredentialOfTheConfiguration) {
    folder_.write("token", "ptr_abcdefghijk\n");
    folder_.write("creds/mooring", "ptr_abcdefghijk");
    std::map<std::string, Secret, std::less<>> values;
    for (const char* name : {"PORTAINER_API_KEY", "OTHER"}) values.emplace(name, Secret("ptr_abcdefghijk"));
    values.emplace("CREDENTIALS_DIRECTORY", Secret((folder_ / "creds").string()));
    values.emplace("FINE", Secret("fine"));
    options_.variables = Variables(std::move(values));
    options_.credentials = {.variables = {"PORTAINER_API_KEY"},
                            .files = {std::filesystem::canonical(folder_ / "token")},
                            .systemd = {"mooring"},
                            .values = {Secret("ptr_abcdefghijk")}};
    const std::vector<std::pair<std::string, std::string>> table{
        {"{fromEnv: PORTAINER_API_KEY}",
         "takes the variable PORTAINER_API_KEY, which holds a credential of the configuration"},
        {"{fromEnv: PORTAINER_API_KEY, public: true}",
         "takes the variable PORTAINER_API_KEY, which holds a credential of the configuration"},
        {"{fromEnv: OTHER}", "holds a credential of the configuration"},
        {"{fromFile: token}", "takes a file that holds a credential of the configuration"},
        {"{fromCredential: mooring}", "takes the credential mooring, which is one of the configuration"},
        {"ptr_abcdefghijk", "holds a credential of the configuration"},
        {"{value: x-ptr_abcdefghijk, public: true}", "holds a credential of the configuration"},
    };
    for (const auto& [env, problem] : table) {
        folder_.write("a.yaml", stack("a", "environment: x, compose: {inline: y}, env: {A: " + env + "}"));
        const std::string said = relative(load_folder());
        EXPECT_TRUE(said.contains("error: credential: `env.A` " + problem)) << env << "\n" << said;
        EXPECT_FALSE(said.contains("ptr_abc")) << said;
    }
    folder_.write("a.yaml", stack("a", "environment: x, compose: {inline: y}, env: {A: {fromEnv: FINE}}"));
    EXPECT_TRUE(load_folder().complete);
}

TEST_F(Load, PublicCountsOnlyBesideAValue) {
    folder_.write(
        "a.yaml",
        stack(
            "a",
            "environment: x, compose: {inline: y}, env: {A: {fromEnv: E, public: true}, B: {value: b, public: true}}"));
    std::map<std::string, Secret, std::less<>> values;
    values.emplace("E", Secret("of the machine"));
    options_.variables = Variables(std::move(values));
    const Desired desired = load_folder();
    EXPECT_TRUE(as_text(desired.diagnostics)
                    .contains("warning: public-ignored: `env.A` stays a secret: `public` counts only beside `value`"));
    EXPECT_FALSE(desired.stacks.at(0).env->at(0).is_public);
    EXPECT_TRUE(desired.stacks.at(0).env->at(1).is_public);
}

TEST_F(Load, ALimitIsAnErrorThatSaysWhichOne) {
    folder_.write("a.yaml", stack("a", "environment: x, compose: {file: c.yaml}"));
    folder_.write("b/b.yaml", stack("b", "environment: x, compose: {inline: y}, env: {A: {fromFile: ../long}}"));
    folder_.write("c.yaml", std::string(2000, '#'));
    folder_.write("long", std::string(2000, 'x'));
    options_.limits.compose = 1000;
    options_.limits.secret = 1000;
    EXPECT_EQ(
        relative(load_folder()),
        "ROOT/a.yaml:4:40: error: too-large: the compose file `c.yaml` cannot be read: it is larger than 1000 bytes\n"
        "ROOT/b/b.yaml:4:55: warning: secret-unreadable: the source of `env.A` cannot be read: ../long: it is larger "
        "than 1000 "
        "bytes (until it can, the stack cannot be compared)\n"
        "-- not complete\n"
        "stack b in x on -: standalone, ROOT/b/b.yaml:4 (1 bytes), from ROOT/b/b.yaml:1\n"
        "    env A unreadable (line 4)\n");
    options_.limits = {};
    options_.limits.files = 2;
    EXPECT_NE(relative(load_folder()).find("ROOT: error: too-many-files: there are more than 2 YAML files here"),
              std::string::npos);
    options_.limits = {};
    options_.limits.folders_deep = 0;
    EXPECT_NE(relative(load_folder()).find("ROOT/b: error: too-deep: folders are nested too deeply here"),
              std::string::npos);
    options_.limits = {};
    options_.limits.entries = 2;
    EXPECT_NE(relative(load_folder()).find("there are more than 2 files and folders here"), std::string::npos);
    options_.limits = {};
    options_.limits.yaml.bytes = 50;
    EXPECT_NE(relative(load_folder()).find("too-large"), std::string::npos);
    options_.limits = {};
    options_.limits.yaml.documents = 1;
    folder_.write("a.yaml", stack("a") + "---\n" + stack("c"));
    EXPECT_NE(relative(load_folder()).find("too-many-documents"), std::string::npos);
}

TEST_F(Load, ErrorsAreListedBeforeNotesWhenThereAreTooMany) {
    std::string text;
    for (int i = 0; i < 50; ++i) text += stack(fmt::format("Name{}", i)) + "---\n"; // a note each
    folder_.write("a.yaml", text);
    folder_.write("z.yaml", stack("z", "enviroment: x"));
    options_.limits.diagnostics = 3;
    const Desired desired = load_folder();
    EXPECT_FALSE(desired.complete);
    ASSERT_EQ(desired.diagnostics.size(), 4U);
    EXPECT_TRUE(has_errors(desired.diagnostics));
    EXPECT_EQ(desired.diagnostics.back().code, "too-many-remarks");
}

TEST_F(Load, OneFileMayBeGiven) {
    folder_.write("a.yaml", stack("a", "environment: x, compose: {file: sub/c.yaml}"));
    folder_.write("sub/c.yaml", "services: {}\n");
    folder_.write("b.yaml", stack("b"));
    options_.root = folder_ / "a.yaml";
    EXPECT_EQ(relative(load(options_)),
              "-- complete\nstack a in x on -: standalone, ROOT/sub/c.yaml:1 (13 bytes), from ROOT/a.yaml:1\n");
}

// Whoever of several asks first: the search for manifests has read the file already.
TEST_F(Load, SeveralStacksMayReferToOneFileHoweverItsPathIsWritten) {
    folder_.write("shop.yaml", "services: {}\n");
    folder_.write("web/a.yaml", stack("a", "environment: x, compose: {file: ../shop.yaml}"));
    folder_.write("web/b.yaml", stack("b", "environment: x, compose: {file: ./../shop.yaml}"));
    folder_.write("web/c.yaml", stack("c", "environment: x, compose: {file: link.yaml}"));
    folder_.write("web/d.yaml", stack("d", "environment: x, compose: {file: ..//web/../shop.yaml}"));
    std::filesystem::create_symlink("../shop.yaml", folder_ / "web/link.yaml");
    const Desired desired = load_folder();
    EXPECT_TRUE(desired.complete);
    EXPECT_TRUE(desired.diagnostics.empty()) << relative(desired); // the file is referred to
    ASSERT_EQ(desired.stacks.size(), 4U);
    for (const DesiredStack& one : desired.stacks) {
        EXPECT_EQ(std::get<DesiredContent>(one.source).text, "services: {}\n") << one.name;
    }
}

TEST_F(Load, ExcludedPathsAreNotLookedAt) {
    folder_.write("a.yaml", stack("a"));
    folder_.write("charts/x/broken.yaml", "kind: Stack\n  [");
    options_.exclude = {"charts/*"};
    EXPECT_TRUE(load_folder().complete);
}

TEST_F(Load, AServerIsNeededWhereThereAreSeveral) {
    folder_.write("a.yaml", stack("a") + "---\n" + stack("b", "server: two, environment: x, compose: {inline: y}"));
    options_.servers = {"one", "two"};
    EXPECT_EQ(relative(load_folder()),
              "ROOT/a.yaml:1:1: error: missing-key: `spec.server` is missing, and several servers are "
              "configured (add `server:`, one of `one`, `two`)\n"
              "-- not complete\n"
              "stack b in x on two: standalone, ROOT/a.yaml:9 (1 bytes), from ROOT/a.yaml:6\n");
    options_.default_server = "one";
    EXPECT_TRUE(load_folder().complete);
}

TEST_F(Load, RuntimeFalseInTheConfigurationWinsOverEveryManifest) {
    folder_.write("a.yaml", stack("a", "environment: x, compose: {inline: y}, runtime: true"));
    EXPECT_TRUE(load_folder().stacks.at(0).runtime);
    options_.runtime = false;
    EXPECT_FALSE(load_folder().stacks.at(0).runtime);
}

TEST_F(Load, FilesInOtherEncodingsAreNotSilentlyLeftOut) {
    folder_.write("a.yaml", std::string("\xFF\xFE") + std::string("k\0i\0n\0d\0", 8));
    EXPECT_NE(relative(load_folder()).find("ROOT/a.yaml"), std::string::npos);
    EXPECT_FALSE(load_folder().complete);
    folder_.write("a.yaml", "\xEF\xBB\xBF" + stack("a"));
    EXPECT_TRUE(load_folder().complete);
}

TEST_F(Load, SameInputsGiveTheSameBytes) {
    for (int i = 0; i < 30; ++i) folder_.write(fmt::format("{}/{}.yaml", i % 7, i), stack(fmt::format("S{}", i)));
    EXPECT_EQ(relative(load_folder()), relative(load_folder()));
}

class Sending : public Load {
  protected:
    // What stands against sending the variable A of a stack, when its source is `spec` and the file `s` holds `text`.
    std::string unwritable(const std::string& spec, const std::string& text = "x") {
        folder_.write("s", text);
        folder_.write("a.yaml", stack("a", "environment: x, compose: {inline: y}, env: {A: " + spec + "}"));
        const Desired desired = load_folder();
        EXPECT_EQ(as_text(desired.diagnostics), "");
        const DesiredEnv& env = desired.stacks.at(0).env->at(0);
        EXPECT_TRUE(env.value) << "it is compared all the same";
        EXPECT_EQ(env.unreadable, "");
        return env.unwritable;
    }
};

TEST_F(Sending, AValueWhoseSourceIsEmptyOrStandsInForTheSecretIsNotSent) {
    EXPECT_EQ(unwritable("{fromFile: s}", "hunter2\n"), "");
    for (const std::string text : {"", "\n", "  \n"}) {
        EXPECT_EQ(unwritable("{fromFile: s}", text), "its source is empty; write `allowEmpty: true` if that is meant");
        EXPECT_EQ(unwritable("{fromFile: s, allowEmpty: true}", text), "");
    }
    for (const std::string text :
         {"$ANSIBLE_VAULT;1.1;AES256", "ENC[AES256_GCM,data:x]", "version https://git-lfs.github.com/spec/v1",
          "CHANGEME\n", "op://vault/item", "{{ db_password }}"}) {
        EXPECT_NE(unwritable("{fromFile: s}", text).find("looks encrypted or like a placeholder"), std::string::npos)
            << text;
        EXPECT_EQ(unwritable("{fromFile: s, allowEmpty: true}", text), "");
    }
    EXPECT_EQ(unwritable("{fromFile: s}", "changeme-later"), "");
    EXPECT_EQ(unwritable("\"\""), ""); // written down: it is meant
    EXPECT_EQ(unwritable("changeme"), "");
}

TEST_F(Sending, AValueWithALineBreakIsNeverSent) {
    EXPECT_NE(unwritable("{fromFile: s}", "a\nb").find("line break"), std::string::npos);
    EXPECT_NE(unwritable("{fromFile: s, allowEmpty: true}", "a\nb").find("line break"), std::string::npos);
    EXPECT_NE(unwritable("\"a\\nb\"").find("line break"), std::string::npos);
    EXPECT_EQ(unwritable("{fromFile: s}", "one line\r\n"), "");
}

TEST_F(Sending, AVariableOfTheProcessIsSentOnlyIfTheConfigurationNamesIt) {
    options_.variables = Variables({{"STACK_A", Secret("x")}, {"HOME", Secret("/root")}, {"STACK_B", Secret("")}});
    EXPECT_EQ(unwritable("{fromEnv: STACK_A}"),
              "the variable STACK_A is not named by `secrets.fromEnv` of the configuration");
    options_.writable_variables = {"STACK_*"};
    EXPECT_EQ(unwritable("{fromEnv: STACK_A}"), "");
    EXPECT_EQ(unwritable("{fromEnv: STACK_B}"), "its source is empty; write `allowEmpty: true` if that is meant");
    EXPECT_NE(unwritable("{fromEnv: HOME}"), "");
    EXPECT_NE(unwritable("{fromEnv: HOME, allowEmpty: true}"), ""); // it is not for the manifest to allow
}

TEST_F(Load, CredentialsOfGitAreReadForWritingAndSayNothingAboutWhatIsCompared) {
    const auto credentials = [&](const std::string& source) {
        folder_.write("a.yaml",
                      stack("a", "environment: x, git: {url: \"https://git.example.test/a.git\", credentials: "
                                 "{username: deploy, password: {" +
                                     source + "}}}"));
        const Desired desired = load_folder();
        EXPECT_EQ(as_text(desired.diagnostics), "") << source;
        EXPECT_TRUE(desired.complete);
        return std::get<DesiredGit>(desired.stacks.at(0).source).credentials.value();
    };
    folder_.write("token", "hunter2\n");
    const GitCredentials good = credentials("fromFile: token");
    EXPECT_EQ(good.username, "deploy");
    EXPECT_EQ(good.password, Secret("hunter2"));
    EXPECT_EQ(good.unreadable, "");
    EXPECT_EQ(credentials("fromFile: gone").unreadable, "gone: No such file or directory");
    folder_.write("token", "\n");
    EXPECT_FALSE(credentials("fromFile: token").password);
    EXPECT_NE(credentials("fromFile: token").unreadable.find("empty"), std::string::npos);
    EXPECT_NE(credentials("fromEnv: GIT_TOKEN").unreadable.find("not set"), std::string::npos);
    options_.variables = Variables({{"GIT_TOKEN", Secret("x")}});
    EXPECT_NE(credentials("fromEnv: GIT_TOKEN").unreadable.find("secrets.fromEnv"), std::string::npos);
}

TEST_F(Load, NoRepositoryTakesACredentialOfTheConfiguration) {
    folder_.write("token", "ptr_secret-of-mooring");
    folder_.write("a.yaml", stack("a", "environment: x, git: {url: \"https://git.example.test/a.git\", credentials: "
                                       "{username: deploy, password: {fromFile: token}}}"));
    options_.credentials.values = {Secret("ptr_secret-of-mooring")};
    const std::string text = relative(load_folder());
    EXPECT_NE(text.find("`git.credentials.password` holds a credential of the configuration"), std::string::npos)
        << text;
    EXPECT_EQ(text.find("ptr_"), std::string::npos);
}

TEST_F(Load, ATimeZoneIsKnownOrAnErrorThatNamesOne) {
    if (!load_time_zone("Europe/Berlin")) GTEST_SKIP() << "no time zones on this machine";
    const auto with_zone = [&](const std::string& zone) {
        folder_.write("a.yaml", stack("a", "environment: x, compose: {inline: y}, policy: {windows: [{timeZone: " +
                                               zone + "}]}"));
        return load_folder();
    };
    const Desired good = with_zone("Europe/Berlin");
    EXPECT_EQ(as_text(good.diagnostics), "");
    EXPECT_EQ(good.stacks.at(0).policy.windows.at(0).time_zone, "Europe/Berlin");
    EXPECT_NE(
        relative(with_zone("Europe/Berln"))
            .find("error: wrong-value: the time zone `Europe/Berln` is not known: there is no time zone of that name "
                  "(write a name such as Europe/Berlin, or UTC)"),
        std::string::npos);
}

TEST_F(Load, EveryAllowanceThatThereIsMayBeWritten) {
    for (const std::string& name : allowance_names()) {
        folder_.write("a.yaml", stack("a", "environment: x, compose: {inline: y}, allow: [" + name + "]"));
        const Desired desired = load_folder();
        EXPECT_EQ(as_text(desired.diagnostics), "");
        EXPECT_EQ(desired.stacks.at(0).allow, std::set<Allowance>{*parse_allowance(name)});
    }
}

} // namespace
} // namespace mooring::manifest
