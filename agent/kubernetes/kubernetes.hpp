// Kubernetes manifests by meaning: text -> objects, two files -> differences, a declared object and a live one ->
// differences, with who holds what. Pure; the rules are kubernetes.md §6 to §8.
#pragma once

#include "kubernetes/value.hpp"
#include "yaml/node.hpp"

#include <cstdint>
#include <expected>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mooring::kubernetes {

// What an object is known by. The version does not belong to it: a server gives one object in every version.
struct Key {
    std::string group; // "" for the core group
    std::string kind;
    std::string namespace_; // "" for what is cluster-wide, and in a file for what names none (then it is the stack's)
    std::string name;

    auto operator<=>(const Key&) const = default;
};

// "Deployment/web", as the front of a path.
std::string label(const Key& key);

// A declared object in canonical form: without status and what the server alone sets, labels as texts and without
// Portainer's own, `stringData` as `data`.
struct Object {
    std::string api_version;
    Key key; // namespace_ as written; "" for cluster-wide kinds
    std::uint32_t line = 0;
    Value tree;
};

// What Portainer would refuse or do otherwise than the file seems to say; the file can be compared all the same.
struct Remark {
    std::string code; // "list", "twice"; remarks(): "namespace", "definition", "autoscaler"
    std::string message;
    std::string cure;
    std::uint32_t line = 0;
    bool refused = false; // by every Portainer
};

struct File {
    std::vector<Object> objects; // in the order of the file; `kind: List` is its items, empty documents are none
    std::vector<Remark> remarks;
};

// The file as Portainer reads it: YAML 1.2 booleans, octals, dates as times, anchors and merge keys written out. A
// problem has the place: what is not YAML, a key twice, a document that is not an object (no apiVersion, kind or name).
std::expected<File, yaml::Problem> load(std::string_view text, const yaml::Limits& limits = {});

// File::remarks and those about objects among themselves and about the namespace that the file is deployed to ("": each
// object's own): in the order of the file.
std::vector<Remark> remarks(const File& file, std::string_view stack_namespace);

// Kinds outside the built-in table: (apiVersion, kind).
using Kinds = std::set<std::pair<std::string, std::string>>;

// The text as it is sent to Portainer (kubernetes.md §10): lines end with LF, and every namespaced object names the
// namespace that the stack is deployed to (of kinds outside the table those that are `namespaced`); otherwise as it
// stands. An error is one sentence on what must be written otherwise: whatever go-yaml might not read would hang
// Portainer 2.23 and 2.39 for good.
std::expected<std::string, std::string> text_to_send(std::string_view text, std::string_view stack_namespace,
                                                     const Kinds& namespaced = {});

// The objects that a file has and the recorded one of the same stack lacks: what a deployment would newly hold.
File added_objects(const File& desired, const File& recorded, std::string_view stack_namespace);

// Every secret of a file, as it stands there; of Secrets decoded, too: what no message about the file may repeat. Empty
// for a text that does not load.
std::vector<std::string> secret_texts(std::string_view text);

// The values of a Secret, as it keeps them and as they are meant, added to those that are known already; other objects
// have none.
void learn_secrets(const Object& object, std::vector<std::string>& known);
// Whether a shown value is one of them (of four bytes or more) or, unless that is a plain word, holds it: then it is
// secret wherever it stands.
bool repeats_secret(std::string_view shown, std::span<const std::string> known);
// The rest of a text that holds some of them: each is `***`.
std::string hide_known(std::string_view shown, std::span<const std::string> known);

enum class What : std::uint8_t {
    changed, // both have it, with other values
    gone,    // declared, and the other side does not have it
    extra,   // not declared; files: the server's file has it; live: inside of what is replaced as a whole
    order,   // the declared elements of a keyed list stand in another order
    dropped, // live only: Portainer deployed it, the file no longer declares it, the cluster still holds it
    missing, // the whole object; path is "", desired is the object
};
std::string_view word(What what); // "changed", "gone", ...

// Who wrote a field last, as the object says itself (managedFields).
struct Holder {
    std::string manager; // "kubectl-set"; "portainer": nobody has touched it since it was deployed
    std::string time;    // as the server writes it: "2026-11-28T23:39:40Z"
    friend bool operator==(const Holder&, const Holder&) = default;
};

// One difference. Values are single-line texts (JSON for maps and lists); nullopt: not there. A single secret value is
// not masked: it is flagged. Inside of maps and lists secrets are masked.
struct Difference {
    std::string object; // "Deployment/web"; of two of that name in one file: "Deployment.apps/shop/web"
    std::string path;   // "spec.template.spec.containers[name=web].image"; "": the whole object
    What what = What::changed;
    std::optional<std::string> desired;
    std::optional<std::string> actual;
    bool secret = false;    // Secret.data, an env value, the last-applied annotation, under a secret-looking name
    std::uint32_t line = 0; // in the desired file: the value's, or its parent's when it is absent there
    std::optional<Holder> held_by;
    std::string autoscaler; // not "": `spec.replicas` is this autoscaler's business and inside its range: not drift
};

// Whether what looks secret inside of composite values (a whole object, say) is masked. Shown only to whoever gave both
// files and asks for it.
enum class Secrets : std::uint8_t { masked, shown };

// Two files of one stack that is deployed to `stack_namespace` ("": not known). Sorted by object, as the desired file
// has them, and path; empty exactly when both mean the same.
std::vector<Difference> compare_files(const File& desired, const File& actual, std::string_view stack_namespace = {},
                                      Secrets secrets = Secrets::masked);

// Whether the text is a Kubernetes manifest: its first document that is a mapping has an apiVersion. Of a text that is
// not YAML a line that begins with it says so.
bool is_manifest(std::string_view text);

// The rule that governs a path, with the object in front ("Deployment/web:spec.replicas"), for `mooring explain`.
// nullopt: it has no such front, or the kind is not built in.
struct PathRule {
    std::string pattern;
    std::string form;
    std::string reason;
};
std::optional<PathRule> explain(std::string_view path);

// A live object, as GET gives it at the declared apiVersion.
struct Live {
    std::string api_version;
    Key key;
    Value tree; // with status and managedFields
};

// The first of an object's differences that its cluster refuses to make good, so that only a new object can have it
// (validation of Kubernetes 1.31); nullptr: there is none. They are between the declaration and `live`, or without it
// between the declaration and the recorded one; a value that is left out stands for its default.
const Difference* fixed_difference(const Object& declared, std::span<const Difference> differences, const Live* live);

// Where a deployment would leave what is stored, or lose it (reconcile.md §3.2 "Data").
struct DataChange {
    std::string path;    // of the object: "spec.template.spec.containers[name=db].volumeMounts[mountPath=/data]"
    std::string was;     // "the claim `data`"
    std::string becomes; // "the claim `other`"

    friend bool operator==(const DataChange&, const DataChange&) = default;
};

// Of an object that is there as `was` says. `recorded`: the same object of the server's file, nullptr where that is not
// known; what `was` has beside it was set by hand, and stays. Sorted by path.
std::vector<DataChange> data_between(const Object& declared, const Value& was, const Object* recorded,
                                     std::string_view stack_namespace);

// Of a workload that leaves the file: what it stores and none of the workloads that come anew, under another name or
// kind, finds at its place. Empty where none comes: it stays, and runs on.
std::vector<DataChange> data_left_by(const Object& gone, const Value& was, const File& anew,
                                     std::string_view stack_namespace);

// Whether it has pods, which may store something.
bool has_pods(const Object& object);

// Only these autoscalers matter: live ones of the workload's namespace.
struct Autoscaler {
    std::string name;
    std::string target_kind;
    std::string target_name;
    std::int64_t least = 1;
    std::int64_t most = 1;
};
// nullopt: not a HorizontalPodAutoscaler of any version.
std::optional<Autoscaler> autoscaler(const Live& live);

// How Portainer applied the object, by what the object says itself; never by Portainer's version.
enum class AppliedBy : std::uint8_t { nobody, server_side, client_side };
AppliedBy applied_by(const Live& live);

// A value that somebody else than Portainer and the controllers of the cluster has set, and that no file declares.
struct Undeclared {
    std::string path;
    std::string value; // as in a Difference
    bool secret = false;
    Holder holder;
};

struct LiveComparison {
    std::vector<Difference> differences; // sorted by path
    std::vector<Undeclared> undeclared;  // by hand: notes, or changes with `policy.strict`
    std::vector<Undeclared> staying;     // Portainer deployed it, the file no longer declares it, but another manager
                                         // holds it, too: a redeployment leaves it. Notes.
    AppliedBy applied_by = AppliedBy::nobody;

    bool is_equal() const; // nothing differs but what an autoscaler holds
};

// What the cluster holds against what is declared: a redeployment would change exactly the differences.
LiveComparison compare_live(const Object& declared, const Live& live, std::span<const Autoscaler> autoscalers = {});
// The autoscaler that has set the live replicas: they lie in its range. nullptr: none.
const Autoscaler* holder_of_replicas(const Object& declared, const Live& live, std::span<const Autoscaler> autoscalers);
// The declared object does not exist.
Difference missing(const Object& declared);

} // namespace mooring::kubernetes
