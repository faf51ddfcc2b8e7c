#include "unit/compose/spellings.hpp"

namespace mooring::compose {
namespace {

using Meanings = std::vector<std::vector<std::string>>;

constexpr std::string_view web = "services.web";
constexpr std::string_view build = "services.web.build";
constexpr std::string_view deploy = "services.web.deploy";
constexpr std::string_view health = "services.web.healthcheck";

Meanings texts(std::string absent = "''") {
    return {
        {"", std::move(absent)}, {"ab", "'ab'", "\"ab\"", "!!str ab"}, {"bc"}, {"'${V}'", "$V", "\"$V\""}, {"'a$$b'"},
        {"'a$(b)'", "'a$$(b)'"}};
}

Meanings booleans() {
    return {{"", "false", "no", "n", "'off'", "False"}, {"true", "yes", "'y'", "ON", "\"True\""}, {"'${B}'", "$B"}};
}

Meanings kept_booleans() { return {{""}, {"false", "no", "'off'"}, {"true", "yes", "'Y'"}, {"'${B:-true}'"}}; }

Meanings numbers() {
    return {{"", "0", "'0'", "0x0"}, {"16", "'16'", "0x10", "0o20", "1_6", "020"}, {"17"}, {"'${N}'", "$N"}};
}

Meanings kept_numbers() { return {{""}, {"0", "'0'"}, {"8", "'8'", "010", "0b1000"}, {"9"}, {"$N"}}; }

Meanings sizes() {
    return {{"", "0", "'0'", "0b"},
            {"64m", "64M", "64mb", "'64 MiB'", "67108864", "'67108864'", "65536k"},
            {"1.5g", "1536m"},
            {"'${S}'"},
            {"-1", "'-1'"}};
}

Meanings durations(bool zero_is_absent) {
    Meanings out{{"90s", "1m30s", "1.5m", "90000ms"}, {"1d", "24h", "1440m"}, {"1w", "7d"}, {"1d12h", "36h"}, {"$T"}};
    if (zero_is_absent)
        out.push_back({"", "0s", "0h"});
    else
        out.insert(out.end(), {{""}, {"0s", "'0'", "0m"}});
    return out;
}

Meanings words() {
    return {{"", "~", "!!null ''"},
            {"''", "[]"},
            {"run -x", "run   -x", "[run, -x]", "'run \"-x\"'", "\"run\\n-x\""},
            {"run 'a b'", "[run, a b]", "run a\\ b", "'run \"a b\"'"},
            {"run ${A}", "run  $A"},
            {"'run \"${A}\"'", "[run, '${A}']", "[run, $A]", "\"run '$A'\""},
            {"run x${A}", "run 'x'${A}"},
            {"echo $(date)", "echo $$(date)", "[echo, '$(date)']", "[echo, '$$(date)']"},
            {"'sh -c \"a && b\"'", "[sh, -c, a && b]"},
            {"a && b"},
            {"[a, '&&', b]", "'a \"&&\" b'"}};
}

Meanings maps(bool keeps_null) {
    Meanings out{{"[]", "{}"},
                 {"[A=1, B=x y]", "{A: 1, B: x y}", "{B: 'x y', A: '1'}", "[A=0, B=x y, A=1]"},
                 {"{A: 1.10}", "[A=1.1]", "{A: '1.1'}"},
                 {"{A: true}", "[A=true]", "{A: 'true'}"},
                 {"{A: yes}", "[A=yes]"},
                 {"{A: 0123}", "[A=83]"},
                 {"['${K}=1']", "[$K=1]"},
                 {"{'${K}': 1}", "['$${K}=1']"},
                 {"{a$b: 1}", "['a$$b=1']"},
                 {"{A: $V}", "['A=${V}']", "{A: '${V}'}"},
                 {"{A: '$(x)'}", "['A=$$(x)']"}};
    if (keeps_null)
        out.insert(out.end(), {{"[A]", "{A: }", "{A: !!null ''}"}, {"[A=]", "{A: ''}"}});
    else
        out.push_back({"[A]", "[A=]", "{A: }", "{A: ''}", "{A: ~}"});
    return out;
}

Meanings with_absence(Meanings meanings) {
    meanings.front().emplace_back("");
    return meanings;
}

Meanings hosts() {
    return {{"", "[]", "{}"},
            {"[a=10.0.0.1]", "['a:10.0.0.1']", "{a: 10.0.0.1}", "{a: [10.0.0.1]}"},
            {"[a=10.0.0.1, a=10.0.0.2]", "['a:10.0.0.2', a=10.0.0.1]", "{a: [10.0.0.1, 10.0.0.2]}",
             "['a=10.0.0.1,10.0.0.2']"},
            {"['b=[::1]']", "{b: '::1'}", "['b:::1']", "['b=::1']"},
            {"['h-${P}=1.1.1.1']", "['h-$P:1.1.1.1']"},
            {"{'h-${P}': 1.1.1.1}", "['h-$${P}=1.1.1.1']"}};
}

Meanings files(const std::string& folder) {
    return {{"", "[]"},
            {"[s]", "[{source: s}]", "[{source: s, target: s}]", "[{source: s, target: " + folder + "s}]"},
            {"[s, t]", "[t, {source: s, uid: ''}]"},
            {"[{source: s, mode: 0444}]", "[{source: s, mode: '0444'}]", "[{source: s, mode: '444'}]",
             "[{source: s, mode: 292}]", "[{source: s, mode: 0o444, x-a: 1}]"},
            {"[{source: s, mode: 444}]"},
            {"[{source: s, target: '${T}'}]", "[{source: s, target: $T}]"}};
}

Meanings hooks() {
    return {{"", "[]"},
            {"[{command: a b}]", "[{command: [a, b], user: ''}]", "[{command: [a, b], privileged: no, x-a: b}]"},
            {"[{command: 'a ${B}'}]"},
            {"[{command: [a], environment: [A=1]}]", "[{command: a, environment: {A: 1}}]"},
            {"[{command: [a]}, {command: [b]}]"},
            {"[{command: [b]}, {command: [a]}]"}};
}

Meanings requests(bool of_service) {
    const std::string rest = of_service ? "" : "capabilities: [], ";
    Meanings out{
        {"", "[]"},
        {"[{" + rest + "count: all}]", "[{" + rest + "count: -1}]", "[{" + rest + "driver: ''}]"},
        {"[{" + rest + "count: 2}]", "[{" + rest + "count: '2'}]"},
        {"[{device_ids: ['0', '1'], capabilities: [a, b]}]", "[{device_ids: ['1', '0'], capabilities: [b, a]}]"},
        {"[{" + rest + "driver: d, options: [a=b]}]", "[{" + rest + "driver: d, options: {a: b}, count: ALL}]"}};
    if (of_service) out[1].insert(out[1].end(), {"all", "'all'"});
    return out;
}

Meanings ulimits() {
    return {{"", "{}"},
            {"{nofile: 5}", "{nofile: {soft: 5, hard: 5}}", "{nofile: {hard: '5', soft: 5}}"},
            {"{nofile: {soft: 1, hard: 5}}"},
            {"{nofile: 5, nproc: 6}"}};
}

Meanings path_texts() {
    return {{"./a", "a", "a/", "x/../a", "./a/.", ".//a"},
            {"../a", "x/../../a", "../a/"},
            {"/srv/a"},
            {"/srv/a/"},
            {"/srv//a"},
            {"~/a", "~/a/", "~a"},
            {"'${D}/a'", "$D/a"},
            {"'./${D}/a'", "'./${D}//a/'"},
            {"b"}};
}

Meanings path_lists() {
    Meanings out{{"", "[]"}, {"[a, b]", "[./a, b/]"}, {"[b, a]"}};
    for (std::vector<std::string> paths : path_texts()) {
        const std::size_t count = paths.size();
        for (std::size_t i = 0; i < count; ++i) paths.push_back("[" + paths[i] + "]");
        out.push_back(std::move(paths));
    }
    return out;
}

Meanings sets() { return {{"", "[]"}, {"[A, B]", "[B, A]", "[A, B, A]"}, {"[A]"}, {"['${V}']", "[$V]"}}; }
Meanings unique_sets() { return {{"", "[]"}, {"[A, B]", "[B, A]"}, {"[A]"}, {"['${V}']", "[$V]"}}; }
Meanings sequences() { return {{"", "[]"}, {"[A, B]"}, {"[B, A]"}, {"[A]"}, {"['${V}']", "[$V]"}}; }
Meanings sequences_or_text() { return {{"", "[]"}, {"[A, B]"}, {"[B, A]"}, {"[A]", "A", "'A'"}, {"['${V}']", "$V"}}; }

std::vector<Field> service_fields() {
    std::vector<Field> out;
    for (const std::string_view key :
         {"cgroup_parent", "container_name", "cpuset", "domainname", "hostname", "isolation", "mac_address", "platform",
          "runtime", "stop_signal", "user", "userns_mode", "working_dir", "pull_refresh_after", "ipc", "pid", "uts"}) {
        out.push_back({web, key, texts()});
    }
    for (const std::string_view key : {"privileged", "read_only", "tty", "stdin_open", "oom_kill_disable"})
        out.push_back({web, key, booleans()});
    for (const std::string_view key : {"init", "attach"}) out.push_back({web, key, kept_booleans()});
    for (const std::string_view key : {"cpu_shares", "pids_limit", "oom_score_adj", "cpu_count", "cpu_percent",
                                       "cpu_quota", "cpu_period", "cpu_rt_period", "cpu_rt_runtime"}) {
        out.push_back({web, key, numbers()});
    }
    for (const std::string_view key : {"mem_limit", "memswap_limit", "shm_size"}) out.push_back({web, key, sizes()});
    for (const std::string_view key : {"command", "entrypoint"}) out.push_back({web, key, words()});
    for (const std::string_view key : {"labels", "annotations", "sysctls"})
        out.push_back({web, key, with_absence(maps(false))});
    for (const std::string_view key : {"cap_add", "cap_drop", "profiles"}) out.push_back({web, key, sets()});
    for (const std::string_view key : {"security_opt", "device_cgroup_rules"}) out.push_back({web, key, sequences()});
    for (const std::string_view key : {"post_start", "pre_stop"}) out.push_back({web, key, hooks()});
    out.insert(
        out.end(),
        {{web, "scale", kept_numbers()},
         {web, "cpus", {{"", "0", "0.0"}, {"1.5", "'1.5'", "1.50"}, {"2", "2.0", "'2'"}, {"$C"}}},
         {web, "stop_grace_period", durations(false)},
         {web, "restart", {{"", "no", "'no'", "''"}, {"always"}, {"on-failure:3"}, {"$R"}}},
         {web,
          "pull_policy",
          {{""}, {"missing", "if_not_present"}, {"refresh"}, {"every_12h"}, {"every_720m"}, {"always"}}},
         {web, "cgroup", {{""}, {"host"}, {"private"}}},
         {web, "environment", with_absence(maps(true))},
         {web, "env_file",
          [] {
              Meanings lists = path_lists();
              lists.insert(lists.end(), {{"[{path: q, required: false}]", "[{required: no, path: ./q}]"},
                                         {"[{path: q, format: raw}]"},
                                         {"[{path: q}]", "[{path: q, format: '', required: true}]", "q"}});
              return lists;
          }()},
         {web, "label_file", path_lists()},
         {web, "storage_opt", {{"", "{}"}, {"{a: 1}", "{a: '1'}"}, {"{a: }", "{a: ''}"}, {"{'$A': b}"}}},
         {web,
          "devices",
          {{"", "[]"},
           {"[/dev/a]", "['/dev/a:/dev/a']", "['/dev/a:/dev/a:rwm']",
            "[{source: /dev/a, target: /dev/a, permissions: rwm}]"},
           {"['/dev/a:/dev/b:r']", "[{permissions: r, source: /dev/a, target: /dev/b}]"},
           {"[{source: /dev/a, target: /dev/b}]"},
           {"['${D:-/dev/a}:/dev/b']", "[{source: '${D:-/dev/a}', target: /dev/b, permissions: rwm}]"},
           {"[/dev/a, /dev/c]", "['/dev/c:/dev/c', /dev/a]"},
           {"['/dev/x:/dev/c', /dev/c]", "[/dev/c]"}}},
         {web, "expose", {{"", "[]"}, {"['80', 81]", "[81, 80]"}, {"['80']", "[80]", "[80, '80']"}}},
         {web, "group_add", {{"", "[]"}, {"[g, 10]", "['10', g]"}, {"[g]"}}},
         {web, "tmpfs", {{"", "[]"}, {"/t", "[/t]"}, {"[/t, /u]", "[/u, /t]"}, {"'/t:size=1m'"}, {"'/t:size=1024k'"}}},
         {web, "dns", {{"", "[]", "''", "['']"}, {"a", "[a]", "['', a]"}, {"[a, b]"}, {"[b, a]"}}},
         {web, "dns_search", sequences_or_text()},
         {web, "dns_opt", sequences()},
         {web, "extra_hosts", hosts()},
         {web,
          "ports",
          {{"", "[]"},
           {"['80']", "[80]", "[{target: 80}]", "[{target: '80', protocol: tcp, mode: ingress}]", "[80/tcp]"},
           {"['8080:80']", "[{target: 80, published: 8080}]", "[{target: 80, published: '8080', protocol: TCP}]",
            "['08080:80/tcp']"},
           {"['8000-8001:80-81']", "['8000:80', '8001:81']", "['8001:81', {target: 80, published: '8000'}]"},
           {"['8000-8001:80']", "[{target: 80, published: 8000-8001}]"},
           {"['[::1]:80:80']", "[{target: 80, published: 80, host_ip: '::1'}]"},
           {"['0.0.0.0:80:80']"},
           {"['53:53/udp']", "['53:53/UDP']"},
           {"['${P:-80:81}:80']"},
           {"[{target: 80, mode: host}]"},
           {"[{target: 80, app_protocol: http, name: n}]"}}},
         {web,
          "volumes",
          {{"", "[]"},
           {"['./a:/x']", "['./a/:/x/']", "['./y/../a:/x:rw']",
            "[{type: bind, source: a, target: /x, bind: {create_host_path: true}}]"},
           {"['data:/x']", "[{type: volume, source: data, target: /x}]",
            "[{type: volume, source: data, target: /x, volume: {}}]"},
           {"[{type: bind, source: ./a, target: /x}]", "[{type: bind, source: a/, target: /x, bind: {}}]"},
           {"['/srv/a:/x:ro']",
            "[{type: bind, source: /srv/a, target: /x, read_only: yes, bind: {create_host_path: on}}]"},
           {"['/srv/a/:/x']"},
           {"['.:/x']", "['./:/x']", "[{type: bind, source: ., target: /x, bind: {create_host_path: true}}]"},
           {"['~/a:/x']", "['~/a/:/x']"},
           {"['${D}/a:/x']", "['$D/a:/x']"},
           {"['./${D}:/x']", "['./${D}/:/x']"},
           {"[/x]", "[{type: volume, target: /x}]"},
           {"['data:/x:nocopy']", "[{type: volume, source: data, target: /x, volume: {nocopy: true}}]"},
           {"['./a:/x:z,rslave']",
            "[{type: bind, source: a, target: /x, bind: {create_host_path: true, selinux: z, propagation: rslave}}]"},
           {"[{type: tmpfs, target: /x, tmpfs: {size: 64m, mode: 0o777}}]",
            "[{type: tmpfs, target: /x, tmpfs: {size: 67108864, mode: 511}}]"},
           {"[{type: image, source: i, target: /x}]", "[{type: image, source: i, target: /x/, image: {subpath: ''}}]"},
           {"['data:/x', 'db:/y']", "['db:/y/', 'other:/x', 'data:/x']"}}},
         {web, "configs", files("/")},
         {web, "secrets", files("/run/secrets/")},
         {web,
          "depends_on",
          {{"", "[]", "{}"},
           {"[db]", "{db: {condition: service_started}}",
            "{db: {condition: service_started, restart: no, required: true}}"},
           {"{db: {condition: service_healthy}}"},
           {"{db: {condition: service_started, restart: true}}"},
           {"{db: {condition: service_started, required: false}}"}}},
         {web,
          "networks",
          {{"", "[]", "{}", "[default]", "{default: }", "{default: {aliases: []}}"},
           {"[n, m]", "{m: , n: {}}", "{n: !!null '', m: {priority: 0, gw_priority: 0}}"},
           {"{n: {aliases: [a, b]}}", "{n: {aliases: [b, a], x-a: b}}"},
           {"{n: {ipv4_address: 10.0.0.1, driver_opts: {a: 1}}}",
            "{n: {ipv4_address: 10.0.0.1, driver_opts: {a: '1'}}}"}}},
         {web,
          "models",
          {{"", "[]", "{}"}, {"[l, m]", "{m: {}, l: }"}, {"{l: {endpoint_var: A}}"}, {"{l: {endpoint_var: B}}"}}},
         {web, "ulimits", ulimits()},
         {web, "gpus", requests(true)},
         {web, "use_api_socket", {{"", "false", "False"}, {"true"}}},
         {web, "links", {{"", "[]"}, {"[c, d]", "[d, c]"}, {"['c:x']"}}},
         {web, "external_links", unique_sets()},
         {web, "volumes_from", sequences()},
         {web,
          "logging",
          {{"", "{}"},
           {"{driver: a, options: {b: 1}}", "{options: {b: '1'}, driver: a}"},
           {"{driver: a}", "{driver: a, options: {}}"}}},
         {web,
          "blkio_config",
          {{"", "{}", "{weight: 0, device_read_bps: []}"},
           {"{device_read_bps: [{path: /a, rate: 1m}]}", "{device_read_bps: [{rate: 1048576, path: /a}]}"},
           {"{weight: 10}"}}},
         {web,
          "develop",
          {{"", "~", "{}", "{watch: []}"},
           {"{watch: [{path: ./s, action: rebuild, ignore: [a]}]}",
            "{watch: [{path: s/, action: rebuild, ignore: a}]}"},
           {"{watch: [{path: s, action: sync+exec, target: /t, exec: {command: a b}}]}",
            "{watch: [{path: s, action: sync+exec, target: /t, exec: {command: [a, b]}, initial_sync: false}]}"},
           {"{watch: [{path: s, action: sync, target: /t, initial_sync: true}]}"}}},
         {web, "umask", {{"", "~"}, {"0o22", "18"}, {"19"}}},
         {web,
          "pre_start",
          {{""}, {"[{image: a, command: [b]}]", "[{command: ['b'], 'image': a}]"}, {"[{image: b, command: [b]}]"}}}});
    return out;
}

std::vector<Field> nested_fields() {
    std::vector<Field> out;
    for (const std::string_view key : {"target", "network", "isolation"}) out.push_back({build, key, texts()});
    for (const std::string_view key : {"no_cache", "pull", "privileged"}) out.push_back({build, key, booleans()});
    for (const std::string_view key : {"cache_from", "cache_to", "platforms", "entitlements", "tags"})
        out.push_back({build, key, sequences()});
    for (const std::string_view key : {"provenance", "sbom"})
        out.push_back({build, key, {{"", "''"}, {"true", "'true'"}, {"false", "'false'"}, {"mode=max"}}});
    Meanings contexts = path_texts();
    contexts.insert(contexts.end(), {{".", "", "./", "x/.."}, {"'https://h//a'"}, {"git@h:a/"}, {"git@h:a"}});
    out.insert(
        out.end(),
        {{build, "context", std::move(contexts)},
         {build, "dockerfile", {{"", "Dockerfile"}, {"./Dockerfile"}, {"D"}}},
         {build, "args", with_absence(maps(true))},
         {build, "labels", with_absence(maps(false))},
         {build, "extra_hosts", hosts()},
         {build, "secrets", files("/run/secrets/")},
         {build, "ulimits", ulimits()},
         {build, "shm_size", sizes()},
         {build, "no_cache_filter", sequences_or_text()},
         {build, "ssh", {{"", "[]", "{}"}, {"[default]", "{default: }"}, {"[k=./a]", "{k: a/}"}}},
         {build,
          "additional_contexts",
          {{"", "{}", "[]"},
           {"{a: ./b/, c: 'docker-image://d'}", "[a=b, 'c=docker-image://d']"},
           {"{a: /b/}"},
           {"{a: 'service:b'}", "['a=service:b']"}}},
         {deploy, "mode", texts()},
         {deploy, "endpoint_mode", texts()},
         {deploy, "replicas", kept_numbers()},
         {deploy, "labels", with_absence(maps(false))},
         {deploy,
          "placement",
          {{"", "{}", "{constraints: [], max_replicas_per_node: 0}"},
           {"{constraints: [a, b]}", "{constraints: [b, a]}"},
           {"{preferences: [{spread: a}, {spread: b}]}"},
           {"{preferences: [{spread: b}, {spread: a}]}"}}},
         {deploy,
          "restart_policy",
          {{"", "{}"}, {"{window: 1d}", "{window: 24h, condition: ''}"}, {"{max_attempts: 3}", "{max_attempts: '3'}"}}},
         {"services.web.deploy.update_config", "delay", durations(true)},
         {"services.web.deploy.update_config", "parallelism", kept_numbers()},
         {"services.web.deploy.resources.limits", "cpus", {{""}, {"1.0", "'1'", "1"}, {"'0.5'", "0.50"}}},
         {"services.web.deploy.resources.limits",
          "memory",
          {{"", "'0'"}, {"64m", "'67108864'", "64MiB"}, {"'${M}'"}, {"'-1'"}}},
         {"services.web.deploy.resources.reservations", "devices", requests(false)},
         {health,
          "test",
          {{"", "[]"},
           {"curl -f x", "[CMD-SHELL, curl -f x]"},
           {"[CMD, curl, -f, x]"},
           {"get $U", "[CMD-SHELL, 'get ${U}']"}}},
         {health, "interval", durations(false)},
         {health, "retries", kept_numbers()},
         {health, "disable", booleans()}});
    return out;
}

std::vector<Field> top_fields() {
    const Meanings names{{"", "''"}, {"a"}, {"'${P}'", "$P"}};
    std::vector<Field> out;
    for (const std::string_view place : {"networks.n", "volumes.v", "configs.c", "secrets.s"}) {
        out.push_back({place, "name", names});
        out.push_back({place, "labels", with_absence(maps(false))});
    }
    for (const std::string_view key : {"internal", "attachable"}) out.push_back({"networks.n", key, booleans()});
    out.insert(out.end(), {{"networks.n", "driver", texts()},
                           {"networks.n", "enable_ipv6", kept_booleans()},
                           {"networks.n",
                            "ipam",
                            {{"", "{}", "{config: []}"},
                             {"{config: [{subnet: a, aux_addresses: {x: y, z: w}}]}",
                              "{config: [{aux_addresses: {z: w, x: y}, subnet: a}]}"},
                             {"{driver: d}", "{driver: d, config: []}"}}},
                           {"networks.n", "driver_opts", {{"", "{}"}, {"{a: 1}", "{a: '1'}"}}},
                           {"volumes.v",
                            "driver_opts",
                            {{"", "{}"},
                             {"{type: none, o: bind, device: ./d}", "{type: none, o: bind, device: d/}"},
                             {"{type: none, o: bind, device: '${D}/d'}"},
                             {"{type: nfs, o: x, device: ./d}"},
                             {"{type: nfs, o: x, device: d}"}}},
                           {"configs.c", "file", path_texts()},
                           {"secrets.s", "file", path_texts()},
                           {"models.l", "context_size", {{"", "0"}, {"1024", "0x400"}, {"2048"}}},
                           {"models.l", "runtime_flags", sequences()},
                           {"jobs.j", "image", {{"a", "'a'"}, {"b"}}}});
    return out;
}

} // namespace

std::span<const Field> fields() {
    static const std::vector<Field> all = [] {
        std::vector<Field> out = service_fields();
        for (const auto& more : {nested_fields(), top_fields()}) out.insert(out.end(), more.begin(), more.end());
        return out;
    }();
    return all;
}

} // namespace mooring::compose
