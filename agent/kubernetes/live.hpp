// What an API server answers, decoded within bounds: one object, or a list of them whose items are taken apart later.
#pragma once

#include "kubernetes/kubernetes.hpp"
#include "kubernetes/walk.hpp"

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::kubernetes {

struct JsonLimits {
    std::size_t bytes = 8U << 20U; // of one object; etcd holds 1.5 MiB
    std::size_t depth = 200;
    std::size_t values = 500'000;
};

// One JSON text as a tree, or one sentence that says what is wrong with it (never a part of the text). Of a key that
// stands twice the later value counts, as for the server.
std::expected<Value, std::string> read_json(std::string_view text, const JsonLimits& limits = {});

// One live object. Items of lists do not say what they are: then the list's apiVersion and kind are given.
std::expected<Live, std::string> read_live(std::string_view json, std::string_view api_version = {},
                                           std::string_view kind = {}, const JsonLimits& limits = {});

// An item of a list: enough to find it; the whole is decoded when it is compared, so that a long list costs its bytes.
struct Item {
    std::string namespace_;
    std::string name;
    std::string stack_id; // label `io.portainer.kubernetes.application.stackid`; "": has none
    bool deleting = false;
    std::string json;
};

struct List {
    std::string api_version; // of the items
    std::string kind;        // of the items: "Deployment"; "": the list is not called `KINDList`
    std::string resource_version;
    std::string continue_; // not "": there are more pages
    bool has_more = false; // it says that items are missing from it (metadata.remainingItemCount)
    std::vector<Item> items;
};

// One page of `kind: DeploymentList`, or of what a definition calls its lists. Not a list (`kind: Status` for one) is
// an error.
std::expected<List, std::string> read_list(std::string_view json, std::size_t most_bytes = 256U << 20U);

// A built-in kind's place in the API. nullopt: not in the table, ask discovery.
struct Resource {
    std::string_view plural; // "deployments"
    bool namespaced = true;
};
std::optional<Resource> resource(std::string_view api_version, std::string_view kind);
bool is_cluster_wide(std::string_view api_version, std::string_view kind);

// "apps" of "apps/v1", "" of "v1".
std::string_view group_of(std::string_view api_version);

// Who holds which field of a live object: metadata.managedFields, and the annotation that client-side apply leaves.

// Something that the file does not declare and the live object holds, as it is shown.
struct Owned {
    std::string path;
    std::string value;
    bool secret = false;
    Holder holder;
};

// Server-side: what the manager `portainer` owns, the file does not declare and the cluster holds. With `shared`: only
// what another manager owns, too (it stays); else only what Portainer owns alone (it is dropped by the next
// deployment).
std::vector<Owned> owned_by_portainer(const Object& declared, const Live& live, bool shared);

// Client-side: what the last-applied annotation has, the file does not declare and the cluster holds.
std::vector<Owned> last_applied(const Object& declared, const Live& live);

// What was set by neither Portainer nor a controller and is not declared.
std::vector<Owned> set_by_hand(const Object& declared, const Live& live, AppliedBy applied_by);

// Whether Portainer's last deployment had all of a declared value that is gone, and nobody has taken it away: so the
// server leaves it out (a feature that is switched off), and would again.
bool is_left_out(const Live& live, const Mismatch& gone, AppliedBy applied_by);

// Who wrote the field last; somebody else before Portainer.
std::optional<Holder> holder_of(const Live& live, const Steps& steps);

// The annotation as an object; nullopt: there is none, or it cannot be read.
std::optional<Object> last_applied_object(const Live& live);

} // namespace mooring::kubernetes
