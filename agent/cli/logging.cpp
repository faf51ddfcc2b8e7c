#include "cli/logging.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace mooring::cli {

Log::Log(const std::string& level) {
    if (level == "off") return;
    logger_ = std::make_unique<spdlog::logger>("mooring", std::make_shared<spdlog::sinks::stderr_sink_st>());
    logger_->set_level(spdlog::level::from_str(level));
    logger_->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
}

Log::~Log() = default;

void Log::info(std::string_view text) {
    if (logger_) logger_->info("{}", text);
}

void Log::warn(std::string_view text) {
    if (logger_) logger_->warn("{}", text);
}

} // namespace mooring::cli
