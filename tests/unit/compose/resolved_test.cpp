// What `docker compose config` adds, and taking it away: names that follow from the project's, and absolute paths.
#include "unit/compose/compose_support.hpp"

namespace mooring::compose {
namespace {

constexpr std::string_view source = R"(services:
  web:
    image: "nginx:1.27"
    ports: ["8080:80"]
    volumes: ["./html:/usr/share/nginx/html:ro", "data:/var/lib"]
    environment: [LOG=info, "TITLE=a $$ sign"]
    depends_on: [db]
    configs: [site]
    command: nginx -g 'daemon off;'
  db:
    build: ./db
    image: postgres:16
    stop_grace_period: 1m
    mem_limit: 512m
    secrets: [pw]
    env_file: db.env
    volumes: [../backup:/backup, ~/keys:/keys]
    networks: [back]
networks: {back: {}}
volumes: {data: , other: {external: true}}
configs: {site: {file: ./site.conf}}
secrets: {pw: {file: ./pw.txt}}
)";

// As the command prints it, with the project's folder /srv/shop and the home folder /home/anna.
constexpr std::string_view resolved = R"(name: shop
services:
  db:
    build: {context: /srv/shop/db, dockerfile: Dockerfile}
    env_file: [{path: /srv/shop/db.env}]
    image: postgres:16
    mem_limit: "536870912"
    networks: {back: null}
    secrets: [{source: pw, target: /run/secrets/pw}]
    stop_grace_period: 1m0s
    volumes:
      - {type: bind, source: /srv/backup, target: /backup, bind: {create_host_path: true}}
      - {type: bind, source: /home/anna/keys, target: /keys, bind: {create_host_path: true}}
  web:
    command: [nginx, -g, daemon off;]
    configs: [{source: site}]
    depends_on: {db: {condition: service_started, required: true}}
    environment: {LOG: info, TITLE: a $$ sign}
    image: nginx:1.27
    networks: {default: null}
    ports: [{mode: ingress, target: 80, published: "8080", protocol: tcp}]
    volumes:
      - {type: bind, source: /srv/shop/html, target: /usr/share/nginx/html, read_only: true, bind: {create_host_path: true}}
      - {type: volume, source: data, target: /var/lib, volume: {}}
networks: {back: {name: shop_back}, default: {name: shop_default}}
volumes: {data: {name: shop_data}, other: {name: other, external: true}}
secrets: {pw: {name: shop_pw, file: /srv/shop/pw.txt}}
configs: {site: {name: shop_site, file: /srv/shop/site.conf}}
)";

Paths after_undoing(std::string_view one, std::string_view other) {
    File first = load_or_fail(one);
    File second = load_or_fail(other);
    undo_resolving(first, second);
    return paths(compare(first, second));
}

std::string changed(std::string_view text, std::string_view from, std::string_view to) {
    std::string out(text);
    const std::size_t at = out.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return out.replace(at, from.size(), to);
}

TEST(Resolved, OutputOfConfigEqualsItsSourceOnceItIsUndone) {
    EXPECT_GT(differences(source, resolved).size(), 10U);
    EXPECT_EQ(after_undoing(source, resolved), Paths{});
    EXPECT_EQ(after_undoing(resolved, source), Paths{});
    EXPECT_EQ(after_undoing(resolved, resolved), Paths{});
    EXPECT_EQ(after_undoing("name: shop\n" + std::string(source), resolved), Paths{}) << "the source names itself";
}

TEST(Resolved, ChangesStayChanges) {
    const std::pair<std::pair<const char*, const char*>, Paths> rows[] = {
        {{"image: nginx:1.27", "image: nginx:1.25"}, {"services.web.image"}},
        {{"source: /srv/shop/html", "source: /srv/shop/html2"}, {"services.web.volumes[/usr/share/nginx/html].source"}},
        {{"source: /srv/shop/html", "source: /opt/html"}, {"services.web.volumes[/usr/share/nginx/html].source"}},
        {{"context: /srv/shop/db", "context: /srv/other/db"}, {"services.db.build.context"}},
        {{"source: /srv/backup", "source: /backup"}, {"services.db.volumes[/backup].source"}},
        {{"name: shop_back", "name: back"}, {"networks.back.name"}},
        {{"data: {name: shop_data}", "data: {name: shop_data, driver: nfs}"}, {"volumes.data.driver"}},
        {{"name: shop_default", "name: shop_default, internal: true"}, {"networks.default"}},
        {{"other: {name: other, external: true}", "other: {name: shop_other}"},
         {"volumes.other.external", "volumes.other.name"}},
    };
    for (const auto& [edit, expected] : rows) {
        EXPECT_EQ(after_undoing(source, changed(resolved, edit.first, edit.second)), expected) << edit.second;
    }
    EXPECT_EQ(after_undoing("name: other\n" + std::string(source), resolved), Paths{"name"});
}

TEST(Resolved, NamesThatTheOtherSideWritesAreCompared) {
    const std::string with_name = changed(source, "networks: {back: {}}", "networks: {back: {name: shop_back}}");
    EXPECT_EQ(after_undoing(with_name, resolved), Paths{});
    EXPECT_EQ(after_undoing(changed(with_name, "name: shop_back", "name: b"), resolved), Paths{"networks.back.name"});
}

TEST(Resolved, TwoProjectsOfOneFileAreTheSame) {
    std::string other(resolved);
    for (std::size_t at = other.find("shop_"); at != std::string::npos; at = other.find("shop_", at))
        other.replace(at, 5, "test_");
    other = changed(other, "name: shop\n", "name: test\n");
    EXPECT_EQ(after_undoing(resolved, other), Paths{});
}

TEST(Resolved, IsToldFromWhatPeopleWrite) {
    EXPECT_TRUE(looks_resolved(load_or_fail(resolved)));
    for (const char* text : {"services: {}", "name: shop\nservices: {}", "name: shop\nservices: {}\nvolumes: {data: }",
                             "services: {}\nnetworks: {default: {name: shop_default}}",
                             "name: shop\nservices: {}\nvolumes: {data: {name: shop_data}, more: }"}) {
        EXPECT_FALSE(looks_resolved(load_or_fail(text))) << text;
    }
    EXPECT_FALSE(looks_resolved(load_or_fail(source)));
}

TEST(Resolved, OnlyPathsAreTakenForPaths) {
    const auto web = [](std::string_view fields) { return "services: {web: {image: i, " + std::string(fields) + "}}"; };
    EXPECT_EQ(after_undoing(web("working_dir: ./a, env_file: ./e"), web("working_dir: /p/a, env_file: /p/e")),
              Paths{"services.web.working_dir"});
    EXPECT_EQ(after_undoing(web("build: {context: .., ssh: [default]}"), web("build: {context: /p, ssh: [default]}")),
              Paths{});
    EXPECT_EQ(after_undoing(web("build: '${D}/x'"), web("build: '/p/${D}/x'")), Paths{}) << "without interpolation";
}

} // namespace
} // namespace mooring::compose
