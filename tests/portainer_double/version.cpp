#include "portainer_double/version.hpp"

#include <array>
#include <cstdio>
#include <string>

namespace portainer_double {
namespace {

constexpr Traits v2_23_0{.name = "2.23.0",
                         .generation = Generation::deploy_then_store,
                         .mint_status = 201,
                         .both_headers_forbidden = true,
                         .checks_origin = false,
                         .available_is_accessible = true,
                         .lists_empty_fields = true,
                         .users_unrestricted = true,
                         .redeploy_keeps_settings = false,
                         .strips_git_suffix = false,
                         .stores_option = false,
                         .checks_interval = false,
                         .checks_webhook = false,
                         .broken_refusal = true,
                         .keeps_running_on_failed_pull = false,
                         .swarm_on_own_socket = false,
                         .compose_is_a_library = false,
                         .hides_git_sources = false,
                         .message_hides_cause = false};

constexpr Traits v2_33_0_rc1 = [] {
    Traits t = v2_23_0;
    t.name = "2.33.0-rc1";
    t.mint_status = 200;
    t.available_is_accessible = false;
    t.broken_refusal = false;
    t.compose_is_a_library = true;
    return t;
}();

constexpr Traits v2_39_0 = [] {
    Traits t = v2_33_0_rc1;
    t.name = "2.39.0";
    t.generation = Generation::store_then_deploy;
    t.users_unrestricted = false;
    t.stores_option = true;
    t.checks_webhook = true;
    t.keeps_running_on_failed_pull = true;
    t.message_hides_cause = true;
    return t;
}();

constexpr Traits v2_43_0 = [] {
    Traits t = v2_39_0;
    t.name = "2.43.0";
    t.generation = Generation::background;
    t.both_headers_forbidden = false;
    t.checks_origin = true;
    t.lists_empty_fields = false;
    t.redeploy_keeps_settings = true;
    t.strips_git_suffix = true;
    t.checks_interval = true;
    t.swarm_on_own_socket = true;
    t.hides_git_sources = true;
    return t;
}();

constexpr std::array<Traits, 4> all{v2_23_0, v2_33_0_rc1, v2_39_0, v2_43_0};

} // namespace

const Traits& traits(Version version) { return all.at(static_cast<std::size_t>(version)); }

std::string_view to_string(Version version) { return traits(version).name; }

std::optional<Version> parse_version(std::string_view text) {
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].name == text) return static_cast<Version>(i);
    }
    return std::nullopt;
}

// portainer-api.md §3.3: POST /stacks?type= is gone from 2.27 on; §0: the second generation comes between 2.34 and
// 2.39, the third with 2.41.
std::optional<Version> nearest_version(std::string_view text) {
    if (const auto exact = parse_version(text)) return exact;
    const std::string words(text);
    int major = 0;
    int minor = 0;
    if (std::sscanf(words.c_str(), "%d.%d", &major, &minor) != 2 || major != 2) return std::nullopt;
    if (minor < 27) return Version::v2_23_0;
    if (minor < 34) return Version::v2_33_0_rc1;
    return minor < 41 ? Version::v2_39_0 : Version::v2_43_0;
}

} // namespace portainer_double
