#include "cli/settings.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mooring::cli {

namespace fs = std::filesystem;

namespace {

std::string help_of(const config::Setting& setting) {
    if (setting.variable.empty()) return std::string(setting.help);
    return fmt::format("{} [{}]", setting.help, setting.variable);
}

} // namespace

namespace {

// Whoever may write there decides where a token that the environment holds is sent. What lies where the command was
// started is taken, as ever (a checkout of CI may have another owner).
bool is_trusted(const fs::path& file) {
    struct stat about{};
    return file == "mooring.yaml" ||
           (::stat(file.c_str(), &about) == 0 && (about.st_uid == 0 || about.st_uid == ::geteuid()));
}

// The first that exists and may be trusted; "" if it is the one of the working folder, or none: config::load finds
// that.
fs::path found_around(const fs::path& folder) {
    for (const fs::path& file : configurations_around(folder)) {
        std::error_code ignored;
        if (!fs::exists(file, ignored) || !is_trusted(file)) continue;
        return file == "mooring.yaml" ? fs::path() : file;
    }
    return {};
}

} // namespace

std::vector<fs::path> configurations_around(const fs::path& folder) {
    std::vector<fs::path> out;
    const auto add_upwards = [&out](fs::path from) {
        std::error_code failed;
        const fs::path absolute = fs::absolute(from, failed).lexically_normal();
        const auto above = std::ranges::distance(absolute.relative_path());
        for (std::ptrdiff_t i = 0; i <= above; ++i, from /= "..") {
            fs::path file = (from / "mooring.yaml").lexically_normal();
            if (std::ranges::find(out, file) == out.end()) out.push_back(std::move(file));
        }
    };
    std::error_code ignored;
    if (fs::is_directory(folder, ignored)) add_upwards(folder);
    if (fs::is_regular_file(folder, ignored)) add_upwards(folder.has_parent_path() ? folder.parent_path() : ".");
    add_upwards(".");
    return out;
}

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

config::Overrides SettingFlags::overrides(const Console& console, const std::filesystem::path& folder) const {
    config::Overrides out;
    out.config = config_;
    const Secret* named = console.variables.find("MOORING_CONFIG");
    if (out.config.empty() && (named == nullptr || named->empty())) out.config = found_around(folder);
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
