#include "portainer_double/render.hpp"

#include <nlohmann/json.hpp>

namespace portainer_double {
namespace {

Json ldap_settings() {
    return {{"AnonymousMode", true},
            {"ReaderDN", ""},
            {"URL", ""},
            {"TLSConfig", {{"TLS", false}, {"TLSSkipVerify", false}}},
            {"StartTLS", false},
            {"SearchSettings", {{{"BaseDN", ""}, {"Filter", ""}, {"UserNameAttribute", ""}}}},
            {"GroupSearchSettings", {{{"GroupBaseDN", ""}, {"GroupFilter", ""}, {"GroupAttribute", ""}}}},
            {"AutoCreateUsers", true}};
}

Json oauth_settings() {
    return {{"ClientID", ""},     {"AccessTokenURI", ""}, {"AuthorizationURI", ""}, {"ResourceURI", ""},
            {"RedirectURI", ""},  {"UserIdentifier", ""}, {"Scopes", ""},           {"OAuthAutoCreateUsers", false},
            {"DefaultTeamID", 0}, {"SSO", true},          {"LogoutURI", ""},        {"KubeSecretKey", nullptr},
            {"AuthStyle", 0}};
}

Json amt_settings() {
    Json settings{{"enabled", false}};
    for (const char* key : {"mpsServer", "mpsUser", "mpsPassword", "mpsToken", "certFileName", "certFileContent",
                            "certFilePassword", "domainName"}) {
        settings[key] = "";
    }
    return settings;
}

} // namespace

Json render_settings(const World& world) {
    const bool newest = world.version >= Version::v2_43_0;
    Json hidden = Json::array();
    for (const EnvVar& label : world.hidden_labels) hidden.push_back({{"name", label.name}, {"value", label.value}});
    Json settings{{"LogoURL", ""},
                  {"BlackListedLabels", std::move(hidden)},
                  {"AuthenticationMethod", 1},
                  {"InternalAuthSettings", {{"RequiredPasswordLength", 12}}},
                  {"LDAPSettings", ldap_settings()},
                  {"OAuthSettings", oauth_settings()},
                  {"FeatureFlagSettings", nullptr},
                  {"SnapshotInterval", world.version == Version::v2_23_0 ? "" : "5m"},
                  {"TemplatesURL", ""},
                  {"GlobalDeploymentOptions", {{"hideStacksFunctionality", false}}},
                  {"EdgeAgentCheckinInterval", 5},
                  {"EnableEdgeComputeFeatures", false},
                  {"UserSessionTimeout", "8h"},
                  {"KubeconfigExpiry", "0"},
                  {"HelmRepositoryURL", "https://charts.bitnami.com/bitnami"},
                  {"KubectlShellImage", "portainer/kubectl-shell:" + world.shown_version},
                  {"TrustOnFirstConnect", false},
                  {"EnforceEdgeID", newest},
                  {"AgentSecret", ""},
                  {"EdgePortainerUrl", ""},
                  {"Edge", {{"CommandInterval", 0}, {"PingInterval", 0}, {"SnapshotInterval", 0}}}};
    if (newest) {
        settings["ForceSecureCookies"] = false;
    } else {
        settings["openAMTConfiguration"] = amt_settings();
    }
    if (world.version <= Version::v2_33_0_rc1) settings["EnableTelemetry"] = false;
    return settings;
}

Json render_public_settings(const World& world) {
    Json settings{
        {"LogoURL", ""},
        {"AuthenticationMethod", 1},
        {"RequiredPasswordLength", 12},
        {"GlobalDeploymentOptions", {{"hideStacksFunctionality", false}}},
        {"EnableEdgeComputeFeatures", false},
        {"Features", {{"hsts", false}, {"csp", false}}},
        {"OAuthLoginURI", ""},
        {"OAuthLogoutURI", ""},
        {"KubeconfigExpiry", "0"},
        {"TeamSync", false},
        {"Edge", {{"PingInterval", 0}, {"SnapshotInterval", 0}, {"CommandInterval", 0}, {"CheckinInterval", 5}}},
        {"IsDockerDesktopExtension", false}};
    if (world.version >= Version::v2_43_0) {
        settings["RequiresSetupToken"] = false;
    } else {
        settings["IsAMTEnabled"] = false;
    }
    if (world.version <= Version::v2_33_0_rc1) settings["EnableTelemetry"] = false;
    return settings;
}

Json render_version(const World& world) {
    const bool oldest = world.version == Version::v2_23_0;
    const bool pnpm = world.version >= Version::v2_39_0;
    Json version{{"UpdateAvailable", false}, {"LatestVersion", ""}, {"ServerVersion", world.shown_version}};
    if (!oldest) version["VersionSupport"] = world.version == Version::v2_43_0 ? "STS" : "LTS";
    version["ServerEdition"] = "CE";
    version["DatabaseVersion"] = world.shown_version;
    version["Build"] = {{"BuildNumber", ""},    {"ImageTag", ""},
                        {"NodejsVersion", ""},  {pnpm ? "PnpmVersion" : "YarnVersion", ""},
                        {"WebpackVersion", ""}, {"GoVersion", oldest ? "go1.26.8" : ""},
                        {"GitCommit", ""}};
    if (!oldest)
        version["Dependencies"] = {
            {"DockerVersion", ""}, {"HelmVersion", ""}, {"KubectlVersion", ""}, {"ComposeVersion", ""}};
    if (!oldest) version["Runtime"] = Json::object();
    return version;
}

} // namespace portainer_double
