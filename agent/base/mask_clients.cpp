#include "base/mask_clients.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>

namespace mooring::masking {
namespace {

constexpr ClientOption options[] = {
    {"mysql*|mariadb*", "-p", Takes::whole, true, ""},
    {"redis-cli|valkey-cli|keydb-cli|redis-benchmark|valkey-benchmark", "-a", Takes::whole, false, ""},
    {"mongo*|mongosh", "-p", Takes::whole, true, ""},
    {"curl", "-u", Takes::after_colon, true, ""},
    {"curl", "--user", Takes::after_colon, false, ""},
    {"curl", "-U", Takes::after_colon, true, ""},
    {"curl", "--proxy-user", Takes::after_colon, false, ""},
    {"curl", "-b", Takes::whole, false, ""},
    {"curl", "--cookie", Takes::whole, false, ""},
    {"curl", "-E", Takes::after_colon, false, ""},
    {"http|https|xh", "-a", Takes::after_colon, false, ""},
    {"http|https|xh", "--auth", Takes::after_colon, false, ""},
    {"etcdctl", "--user", Takes::after_colon, false, ""},
    {"skopeo|buildah|podman", "--creds", Takes::after_colon, false, ""},
    {"skopeo", "--src-creds", Takes::after_colon, false, ""},
    {"skopeo", "--dest-creds", Takes::after_colon, false, ""},
    {"sshpass", "-p", Takes::whole, true, ""},
    {"docker|podman|nerdctl|helm|buildah|skopeo|crane|oc|az|oras", "-p", Takes::whole, true, "login"},
    {"ldapsearch|ldapadd|ldapmodify|ldapdelete|ldapwhoami|ldappasswd|ldapcompare|ldapmodrdn", "-w", Takes::whole, true,
     ""},
    {"ldappasswd", "-s", Takes::whole, false, ""},
    {"ldappasswd", "-a", Takes::whole, false, ""},
    {"openssl", "-k", Takes::whole, false, ""},
    {"openssl", "-K", Takes::whole, false, ""},
    {"smbclient|rpcclient|smbget|net", "-U", Takes::after_percent, true, ""},
    {"mosquitto_pub|mosquitto_sub|mosquitto_rr", "-P", Takes::whole, false, ""},
    {"xfreerdp|xfreerdp3|wfreerdp|sdl-freerdp", "/p:", Takes::whole, true, ""},
    {"sqlcmd|bcp|isql|tsql|osql", "-P", Takes::whole, true, ""},
    {"cypher-shell|influx|rabbitmqadmin|ncftp|ncftpget|ncftpput|elasticsearch-users|useradd|usermod|couchbase-cli|cbq|"
     "cbbackupmgr|snowsql|rdesktop|vncdo|vncdotool",
     "-p", Takes::whole, false, ""},
    {"cqlsh", "-p", Takes::whole, true, ""},
    {"influx|vault|consul", "-t", Takes::whole, false, ""},
    {"lftp|open", "-u", Takes::after_comma, false, ""},
    {"zip|unzip|ipmitool", "-P", Takes::whole, true, ""},
    {"ttyd|gotty", "-c", Takes::after_colon, false, ""},
    {"transmission-remote", "-n", Takes::after_colon, false, ""},
    {"transmission-daemon", "-v", Takes::whole, false, ""},
    {"frpc|frps", "-t", Takes::whole, false, ""},
    {"ss-server|ss-local|ss-redir|ss-tunnel|ssserver|sslocal|ss-manager", "-k", Takes::whole, true, ""},
    {"caddy", "--plaintext", Takes::whole, false, ""},
    {"sonar-scanner|mvn|mvnw|gradle|gradlew", "-Dsonar.login", Takes::whole, false, ""},
    {"7z|7za|7zr|rar|unrar", "-p", Takes::whole, true, ""},
    {"ssh-keygen", "-N", Takes::whole, false, ""},
    {"ssh-keygen", "-P", Takes::whole, false, ""},
    {"snmpwalk|snmpget|snmpset|snmpbulkwalk|snmptrap", "-c", Takes::whole, false, ""},
    {"snmpwalk|snmpget|snmpset|snmpbulkwalk|snmptrap", "-A", Takes::whole, false, ""},
    {"snmpwalk|snmpget|snmpset|snmpbulkwalk|snmptrap", "-X", Takes::whole, false, ""},
    {"clickhouse-client|clickhouse", "-p", Takes::whole, false, ""},
};

constexpr ClientOperands operands[] = {
    {"htpasswd", "-b", 1},
    {"mosquitto_passwd", "-b", 1},
    {"rabbitmqctl", "add_user", 1},
    {"rabbitmqctl", "change_password", 1},
    {"rabbitmqctl", "authenticate_user", 1},
    {"mc", "set", 2},
    {"mc", "add", 2},
    {"vault", "login", 1},
    {"vault", "unseal", 1},
    {"consul", "set-agent-token", 1},
    {"authelia", "hash-password", 1},
    {"mysqladmin|mariadb-admin", "password", 1},
    {"composer", "http-basic.*", 1},
    {"composer", "github-oauth.*", 1},
    {"composer", "gitlab-token.*", 1},
    {"composer", "bearer.*", 1},
    {"smbclient", "//*", 0},
    {"ConvertTo-SecureString", "", 1},
    {"openssl", "passwd", 1},
    {"ejabberdctl", "register", 1},
    {"ejabberdctl", "change_password", 1},
    {"wpa_passphrase", "", 1},
    {"redis-cli", "AUTH", 1},
    {"valkey-cli", "AUTH", 1},
    {"ngrok", "authtoken", 1},
    {"ngrok", "add-authtoken", 1},
};

constexpr ClientForm forms[] = {
    {"sqlplus|sqlcl|sqlldr|rman|expdp|impdp|exp|imp", "", '/', '@'},
    {"mysqlsh", "", ':', '@'},
    {"etcdctl", "user", ':', '\0'},
};

struct Flags {
    std::string_view clients;
    std::string_view letters;
};

constexpr Flags flags[] = {
    {"curl", "sSfkLviIgGjJnNOpqRaBlMVZ#0123469"},
    {"ldapsearch|ldapadd|ldapmodify|ldapdelete|ldapwhoami|ldappasswd|ldapcompare|ldapmodrdn", "xZLvnNMcCAuWt"},
    {"zip|unzip", "rqjmyuvoneDflatC0123456789"},
    {"http|https|xh", "vhbfjdqS"},
    {"mysql*|mariadb*", "BNsvnftrHXEebAqG"},
};

// Of all tables; families are told apart by client_of.
std::set<std::string_view> all_names() {
    std::set<std::string_view> out;
    const auto add = [&out](std::string_view clients) {
        for (std::size_t at = 0; at <= clients.size();) {
            const std::size_t bar = std::min(clients.find('|', at), clients.size());
            out.insert(clients.substr(at, bar - at));
            at = bar + 1;
        }
    };
    for (const ClientOption& row : options) add(row.clients);
    for (const ClientOperands& row : operands) add(row.clients);
    for (const ClientForm& row : forms) add(row.clients);
    return out;
}

} // namespace

std::span<const ClientOption> client_options() { return options; }
std::span<const ClientOperands> client_operands() { return operands; }
std::span<const ClientForm> client_forms() { return forms; }

std::string_view client_flags(std::string_view client) {
    const auto* row =
        std::ranges::find_if(flags, [client](const Flags& one) { return names_client(one.clients, client); });
    return row == std::end(flags) ? std::string_view() : row->letters;
}

bool names_client(std::string_view clients, std::string_view client) {
    while (!clients.empty()) {
        const std::size_t bar = std::min(clients.find('|'), clients.size());
        std::string_view one = clients.substr(0, bar);
        clients.remove_prefix(std::min(bar + 1, clients.size()));
        if (one == client) return true;
        // Of a family: mysqldump, mariadb-admin; not `mysql_native_password` or `mysql.sock`.
        if (!one.ends_with('*') || !client.starts_with(one.substr(0, one.size() - 1))) continue;
        if (client.find_first_of("_.:=") == std::string_view::npos) return true;
    }
    return false;
}

std::string_view client_of(std::string_view word) {
    static const std::set<std::string_view> names = all_names();
    constexpr std::array<std::string_view, 3> families{"mysql", "mariadb", "mongo"};
    if (word.size() > 256) return {};
    word = word.substr(word.rfind('/') + 1);
    const auto begins = [word](std::string_view family) {
        return word.starts_with(family) && word.find_first_of("_.:=") == std::string_view::npos;
    };
    return names.contains(word) || std::ranges::any_of(families, begins) ? word : std::string_view();
}

} // namespace mooring::masking
