#include "cli/settings.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>

namespace mooring::cli {
namespace {

std::string help_of(const config::Setting& setting) {
    if (setting.variable.empty()) return std::string(setting.help);
    return fmt::format("{} [{}]", setting.help, setting.variable);
}

} // namespace

void SettingFlags::declare(CLI::App& app, const std::vector<std::string>& without, const std::string& formats) {
    app.add_option("--config", config_, "The configuration file [MOORING_CONFIG]")
        ->type_name("FILE")
        ->group("Configuration");
    for (const config::Setting& setting : config::settings()) {
        const std::string flag(setting.flag);
        if (flag.empty() || flag == "--config" || std::ranges::find(without, flag) != without.end()) continue;
        const std::string names = flag == "--deadline" ? flag + ",--timeout" : flag;
        CLI::Option* option = nullptr;
        const std::string value = flag == "--format" ? formats : std::string(setting.value);
        if (value.empty())
            option = app.add_flag(names, switches_[flag], help_of(setting));
        else
            option = app.add_option(names, values_[flag], help_of(setting))->type_name(value);
        option->group("Configuration");
    }
}

config::Overrides SettingFlags::overrides() const {
    config::Overrides out;
    out.config = config_;
    for (const auto& [flag, value] : values_) {
        if (!value.empty()) out.flags[flag] = value;
    }
    for (const auto& [flag, given] : switches_) {
        if (given) out.flags[flag] = "true";
    }
    return out;
}

std::optional<std::string> flag_problem(const Diagnostics& diagnostics) {
    for (const Diagnostic& one : diagnostics) {
        const bool names_flag = one.message.starts_with("--") || one.message.starts_with("`--");
        if (one.severity != Severity::error || !one.where.file.empty() || !names_flag) continue;
        return one.suggestion.empty() ? one.message : one.message + "; " + one.suggestion;
    }
    return std::nullopt;
}

} // namespace mooring::cli
