#include "compose/converters.hpp"

#include <array>

namespace mooring::compose {
namespace {

// In the order of Form.
constexpr std::array forms = {
    FormInfo{"documents merged in order; x- keys dropped; an empty section is none", read_file},
    FormInfo{"a map by name; null and {} are the same", read_named},
    FormInfo{"a map of known keys; x- keys dropped; empty is absent", read_record},
    FormInfo{"a map of known keys; empty is absent", read_closed_record},
    FormInfo{"a sequence of maps", read_records},
    FormInfo{"a sequence of maps", read_closed_records},
    FormInfo{"not compared", read_dropped},
    FormInfo{"compared as written", read_literal},
    FormInfo{"text; empty is absent", read_text},
    FormInfo{"text; a number is its text", read_text_or_number},
    FormInfo{"one of the known words", read_choice},
    FormInfo{"true (true yes on y) or absent (false no off n), in any case, plain or quoted", read_boolean},
    FormInfo{"true or false (true yes on y, false no off n), in any case, plain or quoted", read_boolean_kept},
    FormInfo{"whole number, plain or as text; 0 is absent", read_integer},
    FormInfo{"whole number, plain or as text; 0 counts", read_integer_kept},
    FormInfo{"number, plain or as text; 0 is absent", read_number},
    FormInfo{"number, plain or as text; 0 counts", read_number_kept},
    FormInfo{
        "bytes: b k m g t p, each also kb and kib, factor 1024; 0 is absent; 1e3 and 1.5 without a unit as written",
        read_bytes},
    FormInfo{"bytes: b k m g t p, each also kb and kib, factor 1024, always text; 0 is absent", read_bytes_text},
    FormInfo{"duration (h m s ms us ns) by value; 0 is absent", read_duration},
    FormInfo{"duration (h m s ms us ns) by value; 0 counts", read_duration_kept},
    FormInfo{"whole number; all is -1; 0 is absent", read_device_count},
    FormInfo{"list of words; a text is split by shell rules; empty text is []; null is absent", read_words},
    FormInfo{"list; a text T is [CMD-SHELL, T]", read_health_test},
    FormInfo{"sequence of texts", read_texts},
    FormInfo{"sequence of texts, each once", read_texts_unique},
    FormInfo{"sequence of texts; of two that are the same before `=` the later counts", read_texts_once},
    FormInfo{"sequence of texts; a text is the list of it; of two that are the same before `=` the later counts",
             read_texts_or_text},
    FormInfo{"set of texts", read_set},
    FormInfo{"set of texts; of two that are the same before `=` the later counts", read_set_by_name},
    FormInfo{"set of texts; of two with one path in the container the later counts", read_devices},
    FormInfo{"set of texts; a text is the set of it; of two that are the same before `=` the later counts",
             read_set_or_text},
    FormInfo{"set of texts, each once", read_set_unique},
    FormInfo{"set of texts; numbers are their text", read_number_set},
    FormInfo{"map; a list splits at the first =; K alone and null have no value; numbers and booleans are texts",
             read_environment},
    FormInfo{"map; a list splits at the first =; no value is the empty text; numbers and booleans are texts",
             read_labels},
    FormInfo{"map of texts; a list splits at the first =; no value is the empty text", read_labels},
    FormInfo{"map of texts; a list splits at the first =", read_contexts},
    FormInfo{"map of texts; null is the empty text", read_options},
    FormInfo{"map of texts; numbers are their text", read_plain_options},
    FormInfo{"map of texts", read_text_map},
    FormInfo{"map; a list splits at the first =", read_ssh_keys},
    FormInfo{"map of known keys; x- keys dropped; networks and depends_on filled in", read_service},
    FormInfo{"map of known keys; test NONE is disable: true", read_healthcheck},
    FormInfo{"map; a text T is {context: T}; context . and dockerfile Dockerfile filled in", read_build},
    FormInfo{"map of known keys", read_record},
    FormInfo{"the merged service; {service, file} of another file as written", read_closed_record},
    FormInfo{"map by service; a list is {condition: service_started, required: true}", read_dependencies},
    FormInfo{"{condition, required, restart}", read_dependency},
    FormInfo{"map by network; a list has no settings; absent without network_mode is {default: {}}", read_networks},
    FormInfo{"map of known keys; null is {}", read_network_membership},
    FormInfo{"set by [host_ip:][published:]target/protocol", read_ports},
    FormInfo{"set by target, cleaned", read_mounts},
    FormInfo{"set by full target path; default /SOURCE", read_config_mounts},
    FormInfo{"set by full target path; default and relative ones below /run/secrets", read_secret_mounts},
    FormInfo{"set of host=address", read_hosts},
    FormInfo{"sequence of {path, required}; of two with one path the later counts", read_env_files},
    FormInfo{"{soft, hard}; a number is both", read_ulimit},
    FormInfo{"sequence of maps", read_records},
    FormInfo{"map of known keys; null is {}", read_network},
    FormInfo{"map of known keys; null is {}", read_volume},
    FormInfo{"map of known keys", read_secret},
    FormInfo{"map of known keys", read_config},
    FormInfo{"true, or absent; with a name", read_boolean},
};
static_assert(forms.size() == static_cast<std::size_t>(Form::external) + 1);

} // namespace

const FormInfo& info(Form form) { return forms[static_cast<std::size_t>(form)]; }

} // namespace mooring::compose
