// The rules of comparing, as data: where (path pattern), what the canonical form is, and why. compose-oracle §3 is
// their source; rules.cpp holds the table.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace mooring::compose {

// How the values at a path are read. The words for people and the function of each stand in forms.cpp.
enum class Form : std::uint8_t {
    // structure
    file,
    named,
    record,
    closed_record,
    records,
    closed_records,
    dropped,
    literal,
    // single values
    text,
    path,
    text_or_number,
    text_or_boolean,
    choice,
    boolean,
    boolean_kept,
    boolean_plain,
    integer,
    integer_kept,
    number,
    number_kept,
    mode,
    bytes,
    bytes_text,
    duration,
    duration_kept,
    device_count,
    // lists
    words,
    health_test,
    texts,
    texts_unique,
    texts_once,
    texts_or_text,
    list_or_text,
    paths,
    set,
    set_by_name,
    set_or_text,
    set_unique,
    number_set,
    // maps with keys of the user's
    environment,
    labels,
    mapping,
    contexts,
    options,
    plain_options,
    text_map,
    ssh_keys,
    provider_options,
    // topics of their own
    service,
    healthcheck,
    build,
    build_context,
    logging,
    extends,
    dependencies,
    dependency,
    networks,
    network_membership,
    ports,
    mounts,
    config_mounts,
    secret_mounts,
    hosts,
    devices,
    device_requests,
    gpus,
    env_files,
    ulimit,
    ipam_pools,
    includes,
    // resources
    network,
    volume,
    secret,
    config,
    external,
};

struct FieldRule {
    std::string_view pattern; // `*` one key of the user's, `[]` an element of a list
    Form form;
    std::string_view reason;
    // choice: the words allowed; numbers: the range allowed ("-1000..1000"), and words: `whole`, `truncated` (a
    // fraction is lost), `plain` (no text), `point` (as text also 2.0); maps of known keys: the keys that must be
    // there; maps of texts: "whole" (no fractions and dates); number_set: "each once"; named: "any name", else letters,
    // digits and . _ -; texts_or_text: "none empty" (these are dropped); text, literal: "null is absent";
    // dropped: "map" (of texts).
    std::string_view detail = {};
};

std::span<const FieldRule> rows();

// The table of rules as a tree, to walk along with a file.
struct RuleNode {
    const FieldRule* row = nullptr;                                     // null only between rows
    std::vector<std::pair<std::string_view, const RuleNode*>> fields{}; // sorted by name
    const RuleNode* any = nullptr;                                      // the row of `*`
    const RuleNode* element = nullptr;                                  // the row of `[]`

    // The rule for the value of this key; nullptr if the format has no such key here.
    const RuleNode* child(std::string_view key) const;
};

// The rule of the whole file; made at the first call.
const RuleNode& rule_tree();

} // namespace mooring::compose
