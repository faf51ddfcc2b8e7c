// What a write would send, as a pure function of what shall change and of the record that is there: every field that
// the server stores and would otherwise lose is sent back (README.md has the table).
#pragma once

#include "base/secret.hpp"
#include "model/stack.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mooring::portainer_write {

struct GitCredentials {
    std::string username;
    Secret password;
};

// Creates. Standalone, a swarm's with the SwarmID that was read from its engine, or a Kubernetes stack.
struct CreateFromFile {
    EnvironmentId environment = 0;
    std::string name; // in normal form (model/stack.hpp); Kubernetes: as declared, "" too
    StackType type = StackType::standalone;
    std::string swarm_id; // exactly for swarm
    Secret file;
    std::vector<EnvVar> env;      // none for Kubernetes
    std::string namespace_;       // Kubernetes only; "": the objects' own
    std::vector<Secret> withheld; // of the file: what no text of the server may repeat
};

struct CreateFromGit {
    EnvironmentId environment = 0;
    std::string name;
    StackType type = StackType::standalone;
    std::string swarm_id;
    std::string url;       // without a user part
    std::string reference; // in full form; "" the default branch
    std::string path;      // of the compose file
    std::vector<std::string> additional_files;
    bool tls_skip_verify = false;
    std::optional<GitCredentials> credentials;
    std::optional<AutoUpdate> auto_update;
    std::vector<EnvVar> env;
    std::string namespace_; // as of a file
};

using Create = std::variant<CreateFromFile, CreateFromGit>;

// Changes of a record. What is not set is kept as the record has it.
struct Update { // PUT of a file stack; it deploys
    Secret file;
    std::optional<std::vector<EnvVar>> env; // whole
    bool pull = false;                      // asks the registry for every image of the file
    bool prune = false;                     // also where the record's Option does not say so
    bool detach = false;                    // allowed to cut a Git stack from its repository
    bool start = false;                     // allowed on a stopped stack, which it starts
    std::vector<Secret> withheld;           // of the file: what no text of the server may repeat
};

struct Settings { // of a Git stack; it deploys nothing
    std::optional<std::string> reference;
    std::optional<std::string> path;                          // servers before 2.43 keep theirs
    std::optional<std::vector<std::string>> additional_files; // as path
    std::optional<bool> tls_skip_verify;
    std::optional<std::vector<EnvVar>> env; // whole
    std::optional<AutoUpdate> auto_update;
    bool end_auto_update = false;
    std::optional<GitCredentials> credentials; // in the place of the stored ones
};

struct Redeploy { // the head of the recorded reference, with everything as recorded
    bool pull = false;
    bool prune = false;
    bool start = false; // as in Update
};

struct Start {};
struct Stop {};

struct SetAccess { // whole; changes the resource control that is there, or makes one
    bool is_public = false;
    bool administrators_only = false;
    std::vector<std::int64_t> users; // ids; the server takes unknown ones, too
    std::vector<std::int64_t> teams;
};

struct Remove {}; // volumes stay

using Change = std::variant<Update, Settings, Redeploy, Start, Stop, SetAccess, Remove>;

// Why there is no request. Whoever plans has looked at all of this; here it is certain.
enum class Veto {
    kubernetes,     // started, stopped or given access: Kubernetes stacks know nothing of it
    unknown_type,   // of a record
    git_stack,      // a file onto a Git record would detach it (portainer-api.md §3.4)
    git_hidden,     // WorkflowID without GitConfig: its source is unread, and every deploying part could lose it
    not_git,        // Git settings or redeploy of a file stack
    deploying,      // Status 3: it would be refused, or lost under the deployment's own end
    would_start,    // deploys onto a stopped stack without being allowed to start it
    would_poll,     // settings with an interval on a stopped stack: the server arms its polling again
    start_failed,   // start in Status 4 is always refused (portainer-api.md §12): update it
    name,           // empty, or not as Portainer would store it
    no_swarm_id,    // of a swarm's create
    empty_file,     // refused by the server
    not_utf8,       // the server would store other bytes in its place
    url_with_user,  // credentials in the repository's URL would be shown to every reader of the record
    no_password,    // Git credentials without one
    access_unclear, // nobody named, or public and administrators only at once
    no_record,      // an id that is not one
};
// "kubernetes", "unknown_type", ...: the enumerators' names
std::string_view to_string(Veto veto);
// One sentence for people.
std::string_view sentence(Veto veto);

// What a 200 must show for it to be the answer to this request, and not that of a cache or gateway.
enum class Shows {
    new_stack, // a record, of whatever id
    output,    // of a Kubernetes create: `{"Output": ...}`, which tells no id
    stack,     // the record's own id
    access,    // a resource control
    nothing,   // 204
};

struct WriteRequest {
    std::string method;          // "POST", "PUT", "DELETE"
    std::string target;          // path and query, with the recorded endpointId
    Secret body;                 // JSON; empty: none
    std::vector<Secret> secrets; // what is sent or recorded and must not come back in a message
    Shows shows = Shows::stack;
    StackId stack = 0; // 0: of a create
};

std::expected<WriteRequest, Veto> request_for(const Create& create);
std::expected<WriteRequest, Veto> request_for(const Change& change, const StackRecord& record);

// A JSON object written into one text that is wiped: no value of it lies anywhere else.
class JsonText {
  public:
    // `most`: bytes that will do, so that the text is not moved while it grows.
    explicit JsonText(std::size_t most) { out_.reserve(most); }

    JsonText& text(std::string_view name, std::string_view value);
    JsonText& flag(std::string_view name, bool value);
    JsonText& number(std::string_view name, std::int64_t value);
    JsonText& null(std::string_view name);
    JsonText& numbers(std::string_view name, const std::vector<std::int64_t>& values);
    JsonText& texts(std::string_view name, const std::vector<std::string>& values);
    JsonText& env(std::string_view name, const std::vector<EnvVar>& values); // in their order, duplicates too
    JsonText& auto_update(std::string_view name, const std::optional<AutoUpdate>& value); // null: none

    Secret take(); // call once

  private:
    void key(std::string_view name);
    void quoted(std::string_view value);

    std::string out_;
    bool open_ = false;
};

// Bytes that the text of these takes at most.
std::size_t room_for(const std::vector<EnvVar>& env);

// What requests have in common, whatever they are about. Private to this folder.
using Made = std::expected<WriteRequest, Veto>;

inline constexpr std::size_t room_beside = 4096; // bytes: names of members, and what is short

// "/api/stacks/7/git?endpointId=3", of the recorded environment.
std::string at(const StackRecord& record, std::string_view beside = {});
// "/api/stacks/create/standalone/string?endpointId=3"
std::string create_target(StackType type, std::string_view method, EnvironmentId environment);

// What must not come back in a message: every value but those that would only blot it.
void hide(std::vector<Secret>& secrets, const std::vector<EnvVar>& env);
bool holds_user(const std::string& url);
// Why nothing of Git may be written to the record; nullopt: it may.
std::optional<Veto> stops_git(const StackRecord& record);

// The stored credentials stay where the password is left empty, but the server takes the user name from the body.
void keep_credentials(JsonText& json, const GitConfig& git);
void give_credentials(JsonText& json, const GitCredentials& credentials);

Made made(std::string method, std::string target, JsonText json, std::vector<Secret> secrets, Shows shows);
Made without_body(std::string method, std::string target, const StackRecord& record, Shows shows);

// The requests of Kubernetes stacks (kubernetes.md §1), which have members of their own.
Made kubernetes_request(const CreateFromFile& create);
Made kubernetes_request(const CreateFromGit& create);
Made kubernetes_request(const Change& change, const StackRecord& record);

} // namespace mooring::portainer_write
