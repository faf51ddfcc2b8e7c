// Whether a stack to be created may be one that nobody declares any more, under another name or in another place
// (reconcile.md §3.1): it means the same, or takes what no two stacks of one engine can have.
#include "base/text.hpp"
#include "compare/parts.hpp"
#include "model/stack.hpp"
#include "reconcile/case.hpp"

#include <algorithm>

namespace mooring::reconcile {
namespace {

bool is_absent(const drift::Assessment& seen) {
    return seen.desired != nullptr && seen.record == nullptr && seen.result.verdict != Verdict::suspended &&
           seen.desired->policy.replaces.empty();
}

const std::vector<StackRecord>& records_of(const ServerStanding& server) {
    static const std::vector<StackRecord> none;
    const auto& list = server.facts->list_again.value ? server.facts->list_again : server.facts->list;
    return list.value ? *list.value : none;
}

bool is_undeclared(const PlanInput& input, const ServerStanding& server, const StackRecord& record) {
    return !server.claimed.contains(record.id) && input.owner &&
           input.owner(server.facts->name, record) != Ownership::none;
}

bool has_source(const DesiredGit& git, const StackRecord& old) {
    if (old.git_hidden() || git.any) return old.from_git();
    if (!old.git || comparable_git_url(git.url) != comparable_git_url(old.git->url)) return false;
    const auto bare = [](std::string_view path) { return path.substr(path.starts_with("./") ? 2 : 0); };
    return bare(git.path) == bare(old.git->config_file_path.empty() ? old.entry_point : old.git->config_file_path);
}

// A variable whose value is not known may be any.
bool may_be_one(std::string_view one, std::string_view other) {
    const bool open = compose::has_reference(one) || compose::has_reference(other);
    return one == other || (open && one.substr(0, one.find(' ')) == other.substr(0, other.find(' ')));
}

// A file with what its variables are, for what it claims and for what it means.
struct Valued {
    const compose::File& written;
    compose::ValueOf value;

    std::vector<std::string> claims() const { return compose::footprint(written, value).claims; }
};

bool shares_a_claim(const Valued& one, const Valued& other) {
    const auto claims = one.claims();
    return std::ranges::any_of(other.claims(), [&](const std::string& claim) {
        return std::ranges::any_of(claims, [&](const std::string& own) { return may_be_one(own, claim); });
    });
}

bool means_the_same(const Valued& one, const Valued& other) {
    if (compose::compare(one.written, other.written).empty()) return true;
    const auto filled = compose::file_with_values(one.written, one.value);
    const auto beside = compose::file_with_values(other.written, other.value);
    return compose::compare(filled ? *filled : one.written, beside ? *beside : other.written).empty();
}

// Of a stack that does not exist, and of one that does.
std::optional<std::string> declared_value(const DesiredStack& desired, const std::string& name) {
    if (name == "COMPOSE_PROJECT_NAME") return normalise_stack_name(desired.name);
    const auto& declared = desired.env.value_or(std::vector<DesiredEnv>{});
    const auto own = std::ranges::find(declared, name, &DesiredEnv::name);
    return own == declared.end() || !own->value ? std::nullopt : std::optional<std::string>(own->value->reveal());
}

bool shares_an_object(const kubernetes::File& desired, const std::string& desired_namespace,
                      const kubernetes::File& actual, const std::string& actual_namespace) {
    const auto key_in = [](kubernetes::Key key, const std::string& stack_namespace) {
        if (key.namespace_.empty()) key.namespace_ = stack_namespace;
        return key;
    };
    return std::ranges::any_of(desired.objects, [&](const kubernetes::Object& one) {
        return std::ranges::any_of(actual.objects, [&](const kubernetes::Object& other) {
            return key_in(one.key, desired_namespace) == key_in(other.key, actual_namespace);
        });
    });
}

// What cannot be read may be anything.
bool objects_look_alike(const drift::Assessment& absent, const StackRecord& old, const std::string& file) {
    const auto* content = std::get_if<DesiredContent>(&absent.desired->source);
    const auto desired = kubernetes::load(content == nullptr ? std::string() : content->text);
    const auto actual = kubernetes::load(file);
    if (content == nullptr || !desired || !actual) return true;
    const bool here = absent.result.environment_id == old.environment;
    return kubernetes::compare_files(*desired, *actual, absent.desired->namespace_).empty() ||
           (here && shares_an_object(*desired, absent.desired->namespace_, *actual, old.namespace_));
}

bool files_look_alike(const ServerStanding& server, const drift::Assessment& absent, const StackRecord& old,
                      const std::string& file) {
    const auto desired = compare::desired_file(*absent.desired);
    const auto actual = compose::load(file);
    if (!desired || !actual) return true;
    const bool here = server.shares_engine(old.environment, absent.result.environment_id);
    const Valued wanted{*desired, [&](const std::string& name) { return declared_value(*absent.desired, name); }};
    const Valued there{*actual, [&](const std::string& name) { return value_on_record(old, old.name, name); }};
    return means_the_same(wanted, there) || (here && shares_a_claim(wanted, there));
}

} // namespace

bool may_be_renamed(const ServerStanding& server, const drift::Assessment& absent, const StackRecord& old,
                    const std::optional<std::string>& file) {
    const DesiredStack& desired = *absent.desired;
    const bool in_cluster = desired.type == StackType::kubernetes;
    if (old.type && (old.type == StackType::kubernetes) != in_cluster) return false;
    if (normalise_stack_name(old.name) == normalise_stack_name(desired.name)) return true;
    if (const auto* git = std::get_if<DesiredGit>(&desired.source)) return has_source(*git, old);
    if (!file) return true;
    return in_cluster ? objects_look_alike(absent, old, *file) : files_look_alike(server, absent, old, *file);
}

const StackRecord* renamed_from(const Case& c) {
    if (!is_absent(c.seen)) return nullptr;
    for (const StackRecord& record : records_of(c.server)) {
        if (!is_undeclared(c.input, c.server, record)) continue;
        const auto asked = c.server.undeclared.find(record.id);
        const auto file = asked == c.server.undeclared.end() ? std::nullopt : asked->second;
        if (may_be_renamed(c.server, c.seen, record, file)) return &record;
    }
    return nullptr;
}

std::vector<StackRecord> undeclared_to_ask(const PlanInput& input, const std::string& server) {
    std::vector<StackRecord> records;
    const auto standing = input.servers.find(server);
    const bool needed = std::ranges::any_of(input.assessments, [&](const drift::Assessment& seen) {
        return seen.result.server == server && is_absent(seen) && seen.desired->policy.mode != PolicyMode::report &&
               std::holds_alternative<DesiredContent>(seen.desired->source);
    });
    if (!needed || standing == input.servers.end()) return records;
    for (const StackRecord& record : records_of(standing->second)) {
        if (is_undeclared(input, standing->second, record)) records.push_back(record);
    }
    return records;
}

} // namespace mooring::reconcile
