#include "walks/differences.hpp"

#include <algorithm>

namespace mooring::walks {
namespace {

bool access_differs(const Declared& declared, const Stack& stack) {
    if (declared.access < 0) return false;
    const auto effective = [](Sharing sharing) { return sharing == Sharing::none ? Sharing::administrators : sharing; };
    return effective(static_cast<Sharing>(declared.access)) != effective(stack.sharing);
}

// Its service web does not run as its file says. A start long ago, or one alone, is no difference; nor is a label.
bool web_differs(const Stack& stack) {
    return stack.runs != Runs::as_file && stack.runs != Runs::just_restarted && stack.runs != Runs::calmed &&
           stack.runs != Runs::relabelled;
}

// Its third service does not run as its file says: a job may end well, run or be gone; everything else must run, unless
// its profile is not active or none of it is wanted.
bool rest_differs(const Stack& stack) {
    const Extra extra = stack.content.extra;
    if (extra == Extra::none || !runs_anything(stack) || stack.rest == Rest::as_meant) return false;
    if (is_job(extra)) return stack.rest == Rest::failed;
    const bool idle = extra == Extra::spare || (extra == Extra::profiled && !stack.profile);
    return idle == (stack.rest == Rest::running);
}

// What of its Deployment a look at the cluster calls a difference. What is on its way is none, nor is a missing label.
bool deployment_differs(const Stack& stack) {
    switch (stack.hand) {
    case Hand::scaled: // into the range of the file's own autoscaler; of another one: Question::found
        return (stack.content.pieces & piece::autoscaler) == 0;
    case Hand::edited:
    case Hand::failing:
    case Hand::late:
    case Hand::deleting:
    case Hand::removed:
    case Hand::orphaned:
        return true;
    default:
        return false;
    }
}

// What is held by another stack: Question::is_held.
bool cluster_differs(const Stack& stack) {
    const bool touched = (stack.content.pieces & stack.touched) != 0 && stack.touch != Touch::none &&
                         stack.touch != Touch::noted && stack.touch != Touch::rolling;
    return touched || deployment_differs(stack);
}

bool runtime_differs(const Declared& declared, const Stack& stack) {
    if (!declared.runtime) return false;
    if (stack.kind == Kind::kubernetes) return cluster_differs(stack);
    if (declared.state == 2) return runs_anything(stack);
    if (stack.status == Status::inactive) return declared.state != 3;
    return web_differs(stack) || rest_differs(stack);
}

// The record: its type, state, variables, access and source.
void add_record(const Declared& declared, const Stack& stack, Differences& found) {
    const bool stopped = stack.status == Status::inactive;
    const bool other_state = (declared.state < 2 && stopped) || (declared.state == 2 && stack.status == Status::active);
    const bool other_env =
        declared.env >= 0 && (declared.env != stack.env || stack.env_extra || declared.profile != stack.profile);
    const bool other_source = declared.content.git != stack.content.git;
    const bool other_reference =
        declared.content.git && !declared.git_any && declared.content.image != stack.content.image;
    if (declared.kind != stack.kind || other_env || other_source || other_reference ||
        access_differs(declared, stack)) {
        found.certain.insert("record");
    }
    if (other_state) found.possible.insert({"record", "runtime"});
    if (declared.kind != stack.kind || other_source) found.possible.insert({"content", "runtime"});
}

void add_content(const Declared& declared, const Stack& stack, Differences& found) {
    if (declared.content.git || stack.content.git) return;
    const bool kubernetes = stack.kind == Kind::kubernetes;
    const bool has_password = !kubernetes || (stack.content.pieces & piece::secret) != 0;
    const bool other_password = has_password && declared.content.password != stack.content.password;
    const bool other_name =
        (stack.content.pieces & piece::cluster_role) != 0 && declared.content.parcel != stack.content.parcel;
    const bool other_objects = kubernetes && (declared.content.pieces != stack.content.pieces || other_name);
    const bool other_services =
        declared.content.extra != stack.content.extra || declared.content.alone != stack.content.alone;
    if (declared.content.image != stack.content.image || other_password || other_services || other_objects)
        found.certain.insert("content");
    if (declared.content.image != stack.content.image || other_services) found.possible.insert("runtime");
}

// The automatic update, which every reader of the record is shown.
void add_git(const Declared& declared, const Stack& stack, Differences& found) {
    if (stack.polling == Polling::dead && stack.status == Status::active) found.certain.insert("git");
    const bool polls = stack.polling != Polling::none && stack.polling != Polling::webhook;
    if (declared.polls && !polls) found.certain.insert("record");
}

void add_runtime(const Declared& declared, const Stack& stack, Differences& found) {
    if (stack.status == Status::failed || stack.status == Status::stuck) found.certain.insert("runtime");
    if (!runtime_differs(declared, stack)) return;
    found.possible.insert("runtime");
    const bool same_services = declared.content.extra == stack.content.extra || web_differs(stack);
    const bool simple =
        stack.status == Status::active && declared.state != 2 && declared.kind == stack.kind && same_services;
    if (simple) found.certain.insert("runtime");
}

} // namespace

Differences differences(const Declared& declared, const Stack& stack) {
    Differences found;
    add_record(declared, stack, found);
    add_content(declared, stack, found);
    add_git(declared, stack, found);
    add_runtime(declared, stack, found);
    found.possible.insert(found.certain.begin(), found.certain.end());
    return found;
}

bool is_rolling(const Stack& stack) {
    const bool piece = (stack.content.pieces & stack.touched) != 0 && stack.touch == Touch::rolling;
    return stack.kind == Kind::kubernetes && (piece || stack.hand == Hand::rolling || stack.hand == Hand::unseen);
}

bool differs(const Declared& declared, const Stack& stack) {
    const bool stopped = stack.status == Status::inactive;
    const bool running = stack.status == Status::active;
    if ((declared.state < 2 && stopped) || (declared.state == 2 && running)) return true;
    const Differences found = differences(declared, stack);
    return !found.certain.empty() || runtime_differs(declared, stack);
}

bool fits(std::string_view glob, std::string_view text) {
    if (!glob.ends_with('*')) return glob == text;
    return text.starts_with(glob.substr(0, glob.size() - 1));
}

bool accepts(const Accepted& waiver, const std::string& server, const std::string& stack, std::string_view path) {
    return waiver.force == Force::now && waiver.environment == "*" && fits(waiver.server, server) &&
           fits(waiver.stack, stack) && fits(waiver.path, path);
}

Planes accepted_planes(const World& world, const std::string& server, const std::string& stack) {
    Planes planes;
    for (const char* plane : {"record", "content", "runtime", "git"}) {
        const std::string path = std::string(plane) + ":x";
        if (is_accepted(world, server, stack, path)) planes.insert(plane);
    }
    return planes;
}

bool is_accepted(const World& world, const std::string& server, const std::string& stack, std::string_view verdict) {
    return std::ranges::any_of(world.waivers,
                               [&](const Accepted& waiver) { return accepts(waiver, server, stack, verdict); });
}

} // namespace mooring::walks
