#include "manifest/config_decode.hpp"

#include "base/text.hpp"
#include "manifest/layers.hpp"
#include "manifest/schema_check.hpp"

#include <algorithm>

namespace mooring::config {
namespace {

using manifest::in_quotes;
using manifest::Remarks;
using manifest::SchemaRule;
using yaml::Node;

constexpr std::string_view of_server = "servers[].";

Node scalar(std::string text, bool plain) {
    return {.kind = yaml::Kind::scalar, .plain = plain, .text = std::move(text)};
}

// The value of a key of a mapping, made if it is not there; what was no mapping becomes one.
Node& at(Node& map, std::string_view key) {
    if (map.kind != yaml::Kind::mapping) map = {.kind = yaml::Kind::mapping};
    for (auto& [name, value] : map.entries) {
        if (name.text == key) return value;
    }
    return map.entries.emplace_back(scalar(std::string(key), true), Node{}).second;
}

// The rule that a setting's value must obey.
const SchemaRule& rule_of(std::string_view key) {
    const SchemaRule* rule = manifest::rules_of("agent").properties.find("spec")->second;
    for (std::string_view step : split(key, '.')) {
        const bool is_list = step.ends_with("[]");
        if (is_list) step.remove_suffix(2);
        rule = rule->properties.find(step)->second;
        if (is_list) rule = rule->items;
    }
    return *rule;
}

struct Given {
    const Setting* setting;
    std::string value;
    SettingOrigin origin;
};

class Application {
  public:
    Application(Tree& tree, const Overrides& overrides, const Variables& variables, Remarks& remarks)
        : tree_(tree), overrides_(overrides), variables_(variables), remarks_(remarks) {}

    void run(bool with_servers) {
        const std::vector<Given> given = collect();
        if (with_servers) choose_server(given);
        for (const Given& one : given) {
            const bool is_of_server = one.setting->key.starts_with(of_server);
            if (one.setting->key != "server" && (with_servers || !is_of_server)) put(one);
        }
        if (with_servers) fill_credential();
        warn_about_misspelt_variables();
    }

  private:
    std::vector<Given> collect() {
        std::vector<Given> out;
        for (const Setting& setting : settings()) {
            const auto flag = overrides_.flags.find(setting.flag);
            if (!setting.flag.empty() && flag != overrides_.flags.end()) {
                // The one switch that is named by its opposite.
                const std::string value = setting.flag == "--no-runtime" ? "false" : flag->second;
                out.push_back({&setting, value, {SettingOrigin::Kind::flag, std::string(setting.flag), {}}});
            } else if (is_set(variables_, setting.variable)) {
                const bool is_token = setting.key.ends_with("credential.env"); // then the name, never the token
                std::string value = is_token ? std::string(setting.variable) : *text_of(variables_, setting.variable);
                out.push_back(
                    {&setting, std::move(value), {SettingOrigin::Kind::variable, std::string(setting.variable), {}}});
            }
        }
        return prefer_one_credential(std::move(out));
    }

    // A flag beats a variable; two of one kind are one too many.
    std::vector<Given> prefer_one_credential(std::vector<Given> given) {
        const auto is_credential = [](const Given& one) {
            return one.setting->key.find("credential") != std::string::npos;
        };
        std::vector<Given> credentials;
        std::ranges::copy_if(given, std::back_inserter(credentials), is_credential);
        if (credentials.size() < 2) return given;
        std::erase_if(given, is_credential);
        std::ranges::stable_sort(credentials, {},
                                 [](const Given& one) { return one.origin.kind != SettingOrigin::Kind::flag; });
        if (credentials[0].origin.kind == credentials[1].origin.kind) {
            remarks_.error({}, "wrong-keys",
                           credentials[0].origin.name + " and " + credentials[1].origin.name + " are both given",
                           "give only one of them");
        }
        given.push_back(credentials[0]);
        return given;
    }

    std::vector<Node>& servers() {
        Node& list = at(tree_.spec, "servers");
        if (list.kind != yaml::Kind::sequence) list = {.kind = yaml::Kind::sequence};
        return list.items;
    }

    std::vector<std::string> server_names() {
        std::vector<std::string> names;
        for (Node& server : servers()) names.push_back(at(server, "name").text);
        return names;
    }

    // Which server the settings of one server are about: the named, or the only one, or the one that a URL makes.
    void choose_server(const std::vector<Given>& given) {
        const auto find = [&](std::string_view key) {
            return std::ranges::find(given, key, [](const Given& one) { return one.setting->key; });
        };
        const auto named = find("server");
        const std::string name = named == given.end() ? "" : named->value;
        if (servers().empty()) return make_server(name.empty() ? "main" : name, find("servers[].url") != given.end());
        const std::vector<std::string> names = server_names();
        if (named != given.end()) {
            const auto found = std::ranges::find(names, name);
            if (found != names.end())
                chosen_ = static_cast<std::size_t>(found - names.begin());
            else
                remarks_.error({}, "unknown-server",
                               named->origin.name + ": no server " + in_quotes(printable(name, 100)) + " is configured",
                               suggest(name, names));
            tree_.origins["server"] = named->origin;
            at(tree_.spec, "server") = scalar(name, false);
        } else if (names.size() == 1) {
            chosen_ = 0;
        }
    }

    void make_server(const std::string& name, bool has_url) {
        const auto url = text_of(variables_, "PORTAINER_URL");
        if (!has_url && !url) return;
        servers().emplace_back();
        chosen_ = 0;
        at(servers()[0], "name") = scalar(name, false);
        if (!has_url) put({find_setting("servers[].url"), *url, {SettingOrigin::Kind::variable, "PORTAINER_URL", {}}});
    }

    static const Setting* find_setting(std::string_view key) {
        return &*std::ranges::find(settings(), key, &Setting::key);
    }

    void put(const Given& given) {
        const std::string_view key = given.setting->key;
        const SchemaRule& rule = rule_of(key);
        Node value = scalar(given.value, !rule.accepts(manifest::Type::text));
        const auto problems = manifest::check(value, rule, given.origin.name);
        for (const auto& problem : problems) remarks_.error({}, problem.code, problem.message, problem.suggestion);
        if (!problems.empty()) return;
        if (key.starts_with(of_server)) return put_in_server(given, key.substr(of_server.size()), std::move(value));
        place_at(tree_.spec, key, std::move(value));
        tree_.origins[std::string(key)] = given.origin;
    }

    void put_in_server(const Given& given, std::string_view key, Node value) {
        if (!chosen_) {
            const bool is_none = servers().empty();
            return remarks_.error({}, "no-server",
                                  given.origin.name + " is given, but " +
                                      (is_none ? "no server is configured" : "it is not clear for which server"),
                                  is_none ? "give --url, or set PORTAINER_URL" : "name one with --server");
        }
        Node& server = servers()[*chosen_];
        const std::string path = "servers[" + std::to_string(*chosen_) + "].";
        if (key.starts_with("credential.")) { // one source takes the place of another
            at(server, "credential") = {.kind = yaml::Kind::mapping};
            tree_.origins[path + "credential"] = given.origin;
        }
        place_at(server, key, std::move(value));
        tree_.origins[path + std::string(key)] = given.origin;
    }

    static void place_at(Node& map, std::string_view path, Node value) {
        Node* here = &map;
        for (const std::string_view step : split(path, '.')) here = &at(*here, step);
        *here = std::move(value);
    }

    // PORTAINER_API_KEY is the key of the only server there is, if that has none: it must never reach another one.
    void fill_credential() {
        if (servers().size() != 1 || servers()[0].find("credential") != nullptr) return;
        const bool has_key = is_set(variables_, "PORTAINER_API_KEY");
        const auto file = text_of(variables_, "PORTAINER_API_KEY_FILE");
        chosen_ = 0;
        if (has_key && file) {
            remarks_.warning({}, "wrong-keys",
                             "PORTAINER_API_KEY and PORTAINER_API_KEY_FILE are both set; the first is used",
                             "unset one of them");
        }
        if (has_key) {
            put({find_setting("servers[].credential.env"),
                 "PORTAINER_API_KEY",
                 {SettingOrigin::Kind::variable, "PORTAINER_API_KEY", {}}});
        } else if (file) {
            put({find_setting("servers[].credential.file"),
                 *file,
                 {SettingOrigin::Kind::variable, "PORTAINER_API_KEY_FILE", {}}});
        }
    }

    void warn_about_misspelt_variables() {
        std::vector<std::string> known{"MOORING_CONFIG"};
        for (const Setting& setting : settings()) {
            if (!setting.variable.empty()) known.emplace_back(setting.variable);
        }
        for (const auto& [name, _] : variables_.all()) {
            if (!name.starts_with("MOORING_") || std::ranges::find(known, name) != known.end()) continue;
            if (const auto near = closest_match(name, known)) {
                remarks_.warning({}, "unknown-variable",
                                 "the variable " + printable(name, 100) + " means nothing to Mooring",
                                 "did you mean " + *near + "?");
            }
        }
    }

    Tree& tree_;
    const Overrides& overrides_;
    const Variables& variables_;
    Remarks& remarks_;
    std::optional<std::size_t> chosen_;
};

} // namespace

bool is_set(const Variables& variables, std::string_view name) {
    const Secret* value = name.empty() ? nullptr : variables.find(name);
    return value != nullptr && !value->empty();
}

std::optional<std::string> text_of(const Variables& variables, std::string_view name) {
    if (!is_set(variables, name)) return std::nullopt;
    return std::string(variables.find(name)->reveal());
}

void apply_overrides(Tree& tree, const Overrides& overrides, const Variables& variables, bool with_servers,
                     Remarks& remarks) {
    Application(tree, overrides, variables, remarks).run(with_servers);
}

} // namespace mooring::config
