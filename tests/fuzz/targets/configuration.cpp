// mooring.yaml: remarks are harmless, and what `mooring config` prints is a configuration that says the same.
#include "fuzz/target.hpp"
#include "manifest/config.hpp"
#include "unit/manifest/temporary_folder.hpp"

#include <nlohmann/json.hpp>

namespace mooring::fuzz {
namespace {

config::Loaded load(const std::filesystem::path& file) {
    config::Overrides overrides;
    overrides.config = file;
    return config::load(overrides, {});
}

// What counts, without where it came from.
nlohmann::json spec_of(const config::Config& config) {
    return nlohmann::json::parse(print_effective(config, config::Form::json)).at("spec");
}

} // namespace

void run(std::string_view input) {
    static const manifest::TemporaryFolder folder;
    const auto file = folder.write("mooring.yaml", input);
    const auto loaded = load(file);
    for (const Diagnostic& remark : loaded.diagnostics) {
        require(is_harmless(remark.message) && is_harmless(remark.suggestion), "a remark is one line", remark.message);
    }
    if (has_errors(loaded.diagnostics)) return;
    const std::string printed = print_effective(loaded.config, config::Form::yaml);
    folder.write("mooring.yaml", printed);
    const auto again = load(file);
    require(!has_errors(again.diagnostics), "what is printed loads",
            again.diagnostics.empty() ? "" : again.diagnostics.front().message + "\n" + printed);
    require(spec_of(loaded.config) == spec_of(again.config), "what is printed says the same", printed);
}

} // namespace mooring::fuzz
