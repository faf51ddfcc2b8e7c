// Where secrets stand in compose files, and that no difference shows one.
#include "compose/text.hpp"
#include "unit/compose/compose_support.hpp"
#include "yaml/parts.hpp"

#include <algorithm>
#include <set>

namespace mooring::compose {
namespace {

using Names = std::set<std::string>;

// What differs, as reports print it without the right to see secrets.
std::string said(std::string_view desired, std::string_view actual) {
    std::string out;
    for (const Difference& one : differences(desired, actual)) {
        out += one.path + ": ";
        out += one.secret ? "(secret)" : one.desired.value_or("-") + " -> " + one.actual.value_or("-");
        out += "\n";
    }
    return out;
}

TEST(Differences, ShowNoSecretOfAnyPlaceInAFile) {
    const std::vector<std::string> places{
        "services: {w: {image: i, command: [redis-server, --requirepass, %]}}",
        "services: {w: {image: i, command: redis-server --requirepass % --port 1}}",
        "services: {w: {image: i, entrypoint: [sh, -c, 'mysql -p% db']}}",
        "services: {w: {image: i}}\nmodels: {m: {model: x, runtime_flags: ['--api-key', '%']}}",
        "services: {w: {image: i, healthcheck: {test: [CMD, redis-cli, -a, '%', ping]}}}",
        "services: {w: {image: i, healthcheck: {test: redis-cli -a % ping}}}",
        "services: {w: {image: i, healthcheck: {test: 'curl -u user:% localhost'}}}",
        "services: {w: {image: i, environment: {GITHUB_PAT: '%'}}}",
        "services: {w: {image: i, environment: [\"NONCE_SALT=%\"]}}",
        "services: {w: {image: i, environment: ['DB_PASSWORD: %']}}",
        "services: {w: {image: i, environment: {OPTIONS: '--api-key %'}}}",
        "services: {w: {image: i, environment: {URL: 'https://%@host/x'}}}",
        "services: {w: {image: i, environment: {HEADER: 'Authorization: Bearer %'}}}",
        "services: {w: {image: i, environment: {JSON: '{\"password\": \"%\"}'}}}",
        "services: {w: {image: i, labels: {'traefik.http.middlewares.a.basicauth.users': 'admin:%'}}}",
        "services: {w: {image: i, labels: ['homepage.widget.key=%']}}",
        "services: {w: {image: i, logging: {options: {splunk-token: '%'}}}}",
        "services: {w: {build: {context: 'https://%@github.com/x/y'}}}",
        "services: {w: {build: {context: ., args: {NPM_TOKEN: '%'}}}}",
        "services: {w: {build: {context: ., dockerfile_inline: \"FROM x\\nENV DB_PASSWORD %\\n\"}}}",
        "services: {w: {image: i, extra_hosts: ['token=%:1.2.3.4']}}",
        "services: {w: {image: i, tmpfs: ['/x:password=%']}}",
        "services: {w: {image: i}}\ninclude: ['https://u:%@h/org/r.git']",
        "services: {w: {image: i}}\ninclude: [{path: 'https://u:%@h/org/r.git'}]",
        "services: {w: {image: i}}\nconfigs: {c: {file: 'https://u:%@h/x'}}",
        "services: {w: {image: i, env_file: 'https://u:%@h/x'}}",
        "services: {w: {image: i, env_file: [{path: 'https://u:%@h/x'}]}}",
        "services: {w: {image: i, label_file: ['https://u:%@h/x']}}",
        "services: {w: {image: i, extends: {file: 'https://u:%@h/x', service: a}}}",
        "services: {w: {image: i, volumes: [{type: bind, source: 'https://u:%@h/s', target: /x}]}}",
        "services: {w: {image: i, volumes: [{type: volume, source: v, target: '/x/https://u:%@h/s'}]}}\nvolumes: {v: "
        "{}}",
        "services: {w: {image: i, develop: {watch: [{path: 'https://u:%@h/x', action: rebuild}]}}}",
        "services: {w: {build: {context: ., ssh: ['a=https://u:%@h']}}}",
        "services: {w: {build: {context: ., dockerfile: 'https://u:%@h/D'}}}",
        "services: {w: {build: {context: ., additional_contexts: {a: 'https://u:%@h/x'}}}}",
        "services: {w: {image: i, env_file: '/srv/p/https:/u:%@h/x'}}",
        "services: {w: {image: i, environment: ['CMD=mysqldump -u root -p% db']}}",
        "services: {w: {image: i, labels: ['a.command=sshpass -p% ssh h']}}",
        "services: {w: {build: {context: ., args: ['CMD=redis-cli -a % ping']}}}",
        "services: {w: {image: i, post_start: [{command: [app, --token, '%']}]}}",
        "services: {w: {image: i, provider: {type: x, options: {password: '%'}}}}",
        "services: {}\nconfigs: {c: {content: \"password = %\\n\"}}",
        "services: {}\nconfigs: {c: {content: \"nothing that tells: %\"}}",
        "services: {}\nvolumes: {v: {driver_opts: {o: 'addr=nas,username=u,password=%'}}}",
        "services: {}\nsecrets: {s: {driver: x, driver_opts: {token: '%'}}}",
    };
    const std::string nothing = "services: {}";
    for (const std::string& place : places) {
        const auto with = [&place](std::string_view secret) {
            std::string out = place;
            return out.replace(out.find('%'), 1, secret);
        };
        const std::string one = with("H7NTER2one");
        const std::string two = with("H7NTER2two");
        if (!load(one)) continue; // a key that this loader does not know
        EXPECT_FALSE(said(one, two).empty()) << place;
        for (const std::string& text : {said(one, two), said(one, nothing), said(nothing, one)}) {
            EXPECT_FALSE(text.contains("H7NTER2")) << place << "\n" << text;
        }
    }
}

TEST(Differences, StayReadableWhereNamesOfSecretsStand) {
    EXPECT_EQ(said(stack_of("secrets: [db_password]"), stack_of("secrets: [api_token]")),
              "services.web.secrets[/run/secrets/api_token]: - -> {\"source\":\"api_token\"}\n"
              "services.web.secrets[/run/secrets/db_password]: {\"source\":\"db_password\"} -> -\n");
    EXPECT_EQ(said(stack_of("environment: {DB_PASSWORD_FILE: /run/secrets/a, X: y}"),
                   stack_of("environment: {DB_PASSWORD_FILE: /run/secrets/b, X: y}")),
              "services.web.environment.DB_PASSWORD_FILE: /run/secrets/a -> /run/secrets/b\n");
    EXPECT_EQ(said(stack_of("environment: {TOKENIZERS_PARALLELISM: 'true'}"),
                   stack_of("environment: {TOKENIZERS_PARALLELISM: 'false'}")),
              "services.web.environment.TOKENIZERS_PARALLELISM: true -> false\n");
    EXPECT_EQ(said(stack_of("environment: {ALLOW_EMPTY_PASSWORD: 'yes'}"),
                   stack_of("environment: {ALLOW_EMPTY_PASSWORD: 'no'}")),
              "services.web.environment.ALLOW_EMPTY_PASSWORD: yes -> no\n");
    EXPECT_EQ(
        said("services: {auth: {image: a, depends_on: [token]}, token: {image: b}}",
             "services: {auth: {image: a, depends_on: {token: {condition: service_healthy}}}, token: {image: c}}"),
        "services.auth.depends_on.token.condition: service_started -> service_healthy\nservices.token.image: b -> c\n");
    EXPECT_EQ(
        said("services: {}\nsecrets: {db_password: {file: ./a}}", "services: {}\nsecrets: {db_password: {file: ./b}}"),
        "secrets.db_password.file: ./a -> ./b\n");
    EXPECT_EQ(said("services: {}\nsecrets: {db_password: {environment: A}}",
                   "services: {}\nsecrets: {db_password: {environment: B}}"),
              "secrets.db_password.environment: A -> B\n");
}

TEST(SecretVariables, AreThoseThatSecretsNameAndThoseInPlacesOfSecrets) {
    EXPECT_EQ(secret_variables("services: {w: {image: i, command: 'app --requirepass ${PW}', environment: "
                               "{DB_PASSWORD: '${A:?set it}', LANG: '${B}',\n"
                               "  URL: 'postgres://u:${C}@db'}}}\nsecrets: {s: {environment: D}}\nconfigs: {c: "
                               "{environment: E}, d: {content: 'x ${F} $$G'}}\n"),
              (Names{"A", "C", "D", "E", "F", "PW"}));
    EXPECT_EQ(secret_variables("services: {w: {image: 'i:${TAG}', ports: ['${PORT}:80']}}"), Names{});
    EXPECT_EQ(secret_variables("a: ["), Names{});
}

// A pair is asked as a whole and by its value: what both find is one piece.
TEST(SecretPieces, OfOneScalarDoNotOverlap) {
    for (const std::string_view pair : {"a.b/CMD=mysqldump -u root -pZq9xVa db", "CMD=redis-cli -a zq9Pass ping",
                                        "X=https://u:Zq9xVa@h/?token=Zq9xVa", "A=B=--password=Zq9xVa --token=Zq9xVa",
                                        "u:Zq9xVa@h:5432/db?password=Zq9xVa", "TOKEN=Zq9xVa"}) {
        const std::string text = "services: {w: {image: i, environment: [\"" + std::string(pair) + "\"]}}";
        const auto documents = yaml::parse_compose(text);
        ASSERT_TRUE(documents && documents->size() == 1) << pair;
        auto pieces = secret_pieces(documents->front());
        ASSERT_FALSE(pieces.empty()) << pair;
        std::ranges::sort(pieces, {}, &SecretPiece::from);
        for (std::size_t i = 1; i < pieces.size(); ++i) EXPECT_LE(pieces[i - 1].to, pieces[i].from) << pair;
    }
}

TEST(SecretTexts, AreWhatAMessageAboutTheFileMayRepeat) {
    EXPECT_EQ(secret_texts("services: {w: {command: 'redis-server --requirepass one', environment: {DB_PASSWORD: "
                           "two}}}\nconfigs: {c: {content: three}}"),
              (std::vector<std::string>{"one", "two", "three"}));
    EXPECT_EQ(secret_texts("services:\n  w: [\n    DB_PASSWORD: four\n"), std::vector<std::string>{"four"})
        << "it need not parse";
}

} // namespace
} // namespace mooring::compose
