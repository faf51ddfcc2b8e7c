#include "ledger/json.hpp"

#include "model/memory.hpp"

#include <charconv>

namespace mooring::ledger {
namespace {

constexpr std::array planes{Plane::record, Plane::content, Plane::runtime, Plane::git};
constexpr std::array proofs{Proof::environment_gone, Proof::complete_list, Proof::id_gone,
                            Proof::remembered_id_gone}; // the last in runs of 0.1.0 alone
constexpr std::array causes{Cause::environment, Cause::resource_control, Cause::stack_management_disabled,
                            Cause::role,        Cause::name_taken,       Cause::credentials,
                            Cause::git_source,  Cause::namespace_,       Cause::kind,
                            Cause::unknown};
constexpr std::array types{StackType::standalone, StackType::swarm, StackType::kubernetes};

// A secret's value never gets here, whatever the run was asked to show.
std::optional<std::string> kept(const std::optional<std::string>& value, bool secret) {
    return value && secret ? std::string() : value;
}

Json json_of(const SourceLocation& where) {
    return {{"file", where.file}, {"line", where.line}, {"column", where.column}};
}

SourceLocation location_of(const Json& json) {
    return {.file = json.at("file").get<std::string>(),
            .line = json.at("line").get<std::size_t>(),
            .column = json.at("column").get<std::size_t>()};
}

Json json_of(const Change& change) {
    return {{"plane", to_string(change.plane)},
            {"path", change.path},
            {"desired", json_or_null(kept(change.desired, change.secret))},
            {"actual", json_or_null(kept(change.actual, change.secret))},
            {"secret", change.secret},
            {"digest", change.secret_digest},
            {"waiver", change.waiver},
            {"where", json_of(change.where)}};
}

Change change_of(const Json& json) {
    Change change;
    change.plane = enumerator_of(planes, json.at("plane").get<std::string>());
    change.path = json.at("path").get<std::string>();
    change.desired = optional_at<std::string>(json, "desired");
    change.actual = optional_at<std::string>(json, "actual");
    change.secret = json.at("secret").get<bool>();
    change.waiver = json.at("waiver").get<std::string>();
    change.where = location_of(json.at("where"));
    return change;
}

Json json_of(const std::vector<Evidence>& requests) {
    Json list = Json::array();
    for (const Evidence& one : requests) {
        list.push_back(
            {{"method", one.method}, {"target", one.target}, {"status", one.status}, {"message", one.message}});
    }
    return list;
}

std::vector<Evidence> requests_of(const Json& list) {
    std::vector<Evidence> requests;
    requests.reserve(list.size());
    for (const Json& one : list) {
        requests.push_back({.method = one.at("method").get<std::string>(),
                            .target = one.at("target").get<std::string>(),
                            .status = one.at("status").get<int>(),
                            .message = one.at("message").get<std::string>()});
    }
    return requests;
}

StackResult result_of(const Json& json) {
    StackResult result;
    const auto verdict = parse_verdict(json.at("verdict").get<std::string>());
    if (!verdict) throw Json::other_error::create(501, "unknown verdict", nullptr);
    result.verdict = *verdict;
    result.environment_id = optional_at<EnvironmentId>(json, "environmentId");
    result.environment_name = json.at("environmentName").get<std::string>();
    result.type = optional_word(types, json, "type");
    result.id = optional_at<StackId>(json, "id");
    result.runtime_asked = json.at("runtimeAsked").get<bool>();
    result.waived = json.at("waived").get<bool>();
    result.cause = optional_word(causes, json, "cause");
    result.proof = optional_word(proofs, json, "proof");
    result.exists = optional_at<bool>(json, "exists");
    result.unread = json.at("unread").get<std::vector<std::string>>();
    result.ignored = json.at("ignored").get<std::size_t>();
    result.waivers = json.at("waivers").get<std::vector<std::string>>();
    result.where = location_of(json.at("where"));
    for (const Json& change : json.at("changes")) result.changes.push_back(change_of(change));
    result.evidence = requests_of(json.at("evidence"));
    result.probes = requests_of(json.at("probes"));
    result.message = json.at("message").get<std::string>();
    result.remedy = json.at("remedy").get<std::string>();
    result.notes = json.at("notes").get<std::vector<std::string>>();
    result.rule = json.at("rule").get<std::string>();
    result.labels = json.at("labels").get<std::map<std::string, std::string>>();
    result.owner = json.at("owner").get<std::string>();
    return result;
}

// Fields behind each other, each with its length, so that no two lists of fields give the same text.
class Fields {
  public:
    Fields& add(std::string_view field) {
        add_number(field.size());
        text_ += ':';
        text_ += field;
        return *this;
    }
    Fields& add_side(const std::optional<std::string>& field) { return field ? add("=").add(*field) : add("-"); }
    template <typename Number>
    Fields& number(Number value) {
        add_number(value);
        text_ += ';';
        return *this;
    }
    Fields& add_id(const std::optional<std::int64_t>& value) { return value ? number(*value) : add("-"); }
    Fields& add_list(const std::vector<std::string>& list) {
        number(list.size());
        for (const std::string& one : list) add(one);
        return *this;
    }
    std::string_view text() const { return text_; }

  private:
    template <typename Number>
    void add_number(Number value) {
        std::array<char, 24> digits{};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
        text_.append(digits.data(), end);
    }
    std::string text_;
};

// What only counts on (a container's restarts) makes no other state of it.
std::optional<std::string> side_of_face(const Change& change, const std::optional<std::string>& value, Faces faces) {
    const std::optional<std::string> side = kept(value, change.secret);
    return side && faces == Faces::lasting ? lasting_side(change, *side) : side;
}

void add_changes(const std::vector<Change>& changes, Faces faces, Fields& fields) {
    fields.number(changes.size());
    for (const Change& change : changes) {
        fields.add(to_string(change.plane)).add(change.path).add_side(side_of_face(change, change.desired, faces));
        fields.add_side(side_of_face(change, change.actual, faces))
            .number(int{change.secret})
            .add(change.secret_digest);
        fields.add(change.waiver);
    }
}

} // namespace

std::string write_state(const StackResult& result) {
    Json changes = Json::array();
    for (const Change& change : result.changes) changes.push_back(json_of(change));
    return canonical({{"verdict", to_string(result.verdict)},
                      {"environmentId", json_or_null(result.environment_id)},
                      {"environmentName", result.environment_name},
                      {"type", word_or_null(result.type)},
                      {"id", json_or_null(result.id)},
                      {"runtimeAsked", result.runtime_asked},
                      {"waived", result.waived},
                      {"cause", word_or_null(result.cause)},
                      {"proof", word_or_null(result.proof)},
                      {"exists", json_or_null(result.exists)},
                      {"unread", result.unread},
                      {"ignored", result.ignored},
                      {"waivers", result.waivers},
                      {"where", json_of(result.where)},
                      {"changes", std::move(changes)},
                      {"evidence", json_of(result.evidence)},
                      {"probes", json_of(result.probes)},
                      {"message", result.message},
                      {"remedy", result.remedy},
                      {"notes", result.notes},
                      {"rule", result.rule},
                      {"labels", result.labels},
                      {"owner", result.owner}});
}

std::expected<StackResult, std::string> read_state(std::string_view body) {
    try {
        return result_of(Json::parse(body));
    } catch (const Json::exception&) {
        return std::unexpected("a state that is not one");
    }
}

std::expected<Digest, std::string> face_of_body(std::string_view body, Faces faces) {
    try {
        const Json json = Json::parse(body);
        StackResult result = result_of(json);
        for (std::size_t i = 0; i < result.changes.size(); ++i)
            result.changes[i].secret_digest = json.at("changes").at(i).at("digest").get<std::string>();
        return face_of(result, faces);
    } catch (const Json::exception&) {
        return std::unexpected("a state that is not one");
    }
}

Digest face_of(const StackResult& result, Faces faces) {
    Fields fields;
    const auto said = [faces](const std::string& text) { return faces == Faces::lasting ? lasting(text) : text; };
    fields.add(to_string(result.verdict)).add_id(result.environment_id).add(result.environment_name).add_id(result.id);
    fields.add(result.type ? to_string(*result.type) : "").number(int{result.runtime_asked}).number(int{result.waived});
    fields.add(result.cause ? to_string(*result.cause) : "").add(result.proof ? to_string(*result.proof) : "");
    fields.number(result.exists ? int{*result.exists} : -1).add_list(result.unread).number(result.ignored);
    fields.add_list(result.waivers)
        .add(said(result.message))
        .add(said(result.remedy))
        .add(result.rule)
        .add(result.owner);
    fields.number(result.labels.size());
    for (const auto& [name, value] : result.labels) fields.add(name).add(value);
    add_changes(result.changes, faces, fields);
    return sha256(fields.text());
}

} // namespace mooring::ledger
