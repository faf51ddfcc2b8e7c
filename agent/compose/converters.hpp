// The functions of all forms, for the list in forms.cpp. Each has the signature of Converter.
#pragma once

#include "compose/canonical.hpp"

namespace mooring::compose {

// single_values.cpp
Outcome read_text(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_path(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_text_or_boolean(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_text_or_number(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_choice(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_boolean(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_boolean_kept(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_boolean_plain(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_dropped(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_literal(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);

// numbers.cpp
Outcome read_integer(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_integer_kept(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_number(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_number_kept(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_mode(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_bytes(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_bytes_text(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_duration(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_duration_kept(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_device_count(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);

// lists.cpp
Outcome read_words(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_health_test(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_texts(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_texts_unique(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_texts_once(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_texts_or_text(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_list_or_text(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_paths(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_set(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_set_by_name(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_set_or_text(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_set_unique(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_number_set(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);

// maps.cpp
Outcome read_environment(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_labels(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_contexts(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_options(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_plain_options(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_text_map(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_ssh_keys(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_provider_options(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);

// forms.cpp
Outcome read_file(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_named(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_record(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_closed_record(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_records(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_closed_records(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_includes(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);

// services.cpp, service_parts.cpp
Outcome read_service(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_healthcheck(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_build(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_context(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_dependencies(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_dependency(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_networks(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_network_membership(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_ulimit(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_env_files(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);

// ports.cpp, mounts.cpp, maps.cpp
Outcome read_ports(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_mounts(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_config_mounts(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_secret_mounts(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_hosts(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_devices(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_device_requests(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);

// services.cpp
Outcome read_network(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_volume(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_secret(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);
Outcome read_config(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out);

} // namespace mooring::compose
