#include "serve/metrics.hpp"

#include "base/text.hpp"
#include "words/words.hpp"

#include <charconv>
#include <dirent.h>
#include <fcntl.h>
#include <fstream>
#include <mutex>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

namespace mooring::serve {
namespace {

const std::vector<double> request_buckets{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
const std::vector<double> run_buckets{0.1, 0.5, 1, 5, 15, 30, 60, 120, 300, 600, 1800};

Labels labels_of(const StackView& stack) {
    return {{"server", stack.key.server}, {"environment", stack.key.environment}, {"stack", stack.key.name}};
}

// Rows that share their names (several records of one name, namespaces) are one series: Prometheus refuses twins.
bool is_series(const StackView& stack) { return stack.key.ordinal == 0; }

std::size_t rows(const Board& board) {
    std::size_t count = 0;
    for (const ServerView& server : board.servers) count += server.stacks.size();
    return count;
}

void add_stacks(Exposition& out, const Board& board, UnixSeconds now) {
    const std::size_t count = rows(board);
    const bool too_many = count > Metrics::most_stacks;
    for (const ServerView& server : board.servers) {
        for (const StackView& stack : server.stacks) {
            if (too_many || !is_series(stack)) continue;
            Labels labels = labels_of(stack);
            labels.push_back({"verdict", std::string(to_string(stack.result.verdict))});
            out.add("mooring_stack_verdict", "1 for the verdict that the stack has now", labels, 1);
        }
    }
    for (const ServerView& server : board.servers) {
        for (const StackView& stack : server.stacks) {
            const bool drift = words::standing_of(stack.result) == words::Standing::drift;
            const auto open = stack.difference(now);
            if (too_many || !drift || !open || !is_series(stack)) continue;
            out.add("mooring_stack_drift_since_seconds",
                    "How long ago the stack was first seen to drift, be missing, deleted or extra, without a run that "
                    "saw it repaired since",
                    labels_of(stack), static_cast<double>(now - open->since));
        }
    }
    for (const ServerView& server : board.servers) {
        for (const StackView& stack : server.stacks) {
            const auto open = stack.difference(now);
            if (too_many || !open || !is_series(stack)) continue;
            out.add("mooring_stack_drift_seen_seconds",
                    "For how much of that time runs saw it so; the rest is outages, gaps and what could not be read",
                    labels_of(stack), static_cast<double>(open->seen));
        }
    }
    out.add("mooring_stacks_without_series", "Stacks that have no series of their own because there are too many", {},
            too_many ? static_cast<double>(count) : 0);
}

void add_servers(Exposition& out, const Board& board) {
    const auto each = [&](const std::string& name, const std::string& help, auto value) {
        for (const ServerView& server : board.servers) {
            if (const std::optional<double> now = value(server)) out.add(name, help, {{"server", server.name}}, *now);
        }
    };
    const auto share = [](std::optional<double> Summary::* which) {
        return [which](const ServerView& server) {
            return server.report ? server.report->summary.*which : std::optional<double>();
        };
    };
    each("mooring_coverage_ratio", "Declared stacks that could be fully read, by all of them; absent without any",
         share(&Summary::coverage));
    each("mooring_score_ratio", "Declared stacks in sync without waivers, by all of them; absent without any",
         share(&Summary::score));
    each("mooring_stacks_declared", "Declared stacks of the server, suspended ones included",
         [](const ServerView& server) {
             return server.report ? std::optional<double>(server.report->summary.declared) : std::nullopt;
         });
    each("mooring_run_last_success_timestamp_seconds", "When a run last judged the server; 0 never",
         [](const ServerView& server) { return std::optional<double>(static_cast<double>(server.succeeded_at)); });
    each("mooring_run_last_end_timestamp_seconds", "When a run last ended, whatever came of it; 0 never",
         [](const ServerView& server) { return std::optional<double>(static_cast<double>(server.ended_at)); });
    each("mooring_run_failures_in_a_row", "Runs in a row that judged nothing",
         [](const ServerView& server) { return std::optional<double>(server.failures); });
    each("mooring_server_credentials_refused", "1 while the server refuses the access token: all its stacks are denied",
         [](const ServerView& server) { return std::optional<double>(is_refused(server) ? 1 : 0); });
    each("mooring_run_under_way", "1 while a run is under way",
         [](const ServerView& server) { return std::optional<double>(server.running ? 1 : 0); });
}

// Of the servers that the agent may correct; absent for all others.
void add_corrections(Exposition& out, const Board& board) {
    const auto each = [&](const std::string& name, const std::string& help, auto value) {
        for (const ServerView& server : board.servers) {
            if (server.corrections)
                out.add(name, help, {{"server", server.name}}, static_cast<double>(value(*server.corrections)));
        }
    };
    for (const ServerView& server : board.servers) {
        if (!server.corrections) continue;
        for (const auto& [outcome, count] : server.corrections->outcomes) {
            out.add("mooring_corrections_total", "Parts that the agent wrote, by what came of them",
                    {{"server", server.name}, {"outcome", std::string(to_string(outcome))}}, static_cast<double>(count),
                    MetricType::counter);
        }
    }
    each("mooring_corrections_to_do", "Steps that the newest plan would do",
         [](const Corrections& one) { return one.count(reconcile::Readiness::to_do); });
    each("mooring_corrections_held", "Steps that go on by themselves: a window, a backoff, another hand's change",
         [](const Corrections& one) { return one.count(reconcile::Readiness::held); });
    each("mooring_corrections_blocked", "Steps that need a person",
         [](const Corrections& one) { return one.count(reconcile::Readiness::blocked); });
    each("mooring_stacks_quarantined", "Stacks whose difference came back after it was corrected",
         [](const Corrections& one) { return one.quarantined(); });
    each("mooring_correcting_halted", "1 while nothing is written to the server, whatever its stacks need",
         [](const Corrections& one) { return one.halted || !one.problem.empty() ? 1 : 0; });
    each("mooring_two_writers", "1 while something else was seen to write with the agent's token",
         [](const Corrections& one) { return one.two_writers() ? 1 : 0; });
}

void add_rest(Exposition& out, const Board& board) {
    out.add("mooring_manifests_stale", "1 while the manifests cannot be read as a whole and older ones are in use", {},
            board.source.stale || (board.source.failing_since != 0) ? 1 : 0);
    out.add("mooring_configuration_stale",
            "1 while the configuration could not be read again and the one before is in use", {},
            board.reload.empty() ? 0 : 1);
    out.add("mooring_manifests_loaded_timestamp_seconds", "When the desired state in use was loaded", {},
            static_cast<double>(board.source.loaded_at));
    out.add("mooring_ledger_errors_total", "Failed attempts to read or write the ledger", {},
            static_cast<double>(board.ledger.errors), MetricType::counter);
    out.add("mooring_ledger_runs_total", "Runs recorded by this process", {},
            static_cast<double>(board.ledger.recorded), MetricType::counter);
    out.add("mooring_build_info", "The program's version", {{"version", board.version}}, 1);
    const ProcessFigures process = process_figures();
    out.add("process_resident_memory_bytes", "Resident memory", {}, process.resident_bytes);
    out.add("process_cpu_seconds_total", "User and system time", {}, process.cpu_seconds, MetricType::counter);
    out.add("process_open_fds", "Open descriptors", {}, process.open_descriptors);
    out.add("process_max_fds", "Most descriptors that may be open", {}, process.most_descriptors);
    out.add("process_threads", "Threads", {}, process.threads);
    out.add("process_start_time_seconds", "When the process began", {}, static_cast<double>(board.started_at));
}

} // namespace

struct Metrics::Families {
    mutable std::mutex mutex;
    CounterFamily calls{"mooring_api_requests_total", "Requests to servers, by call and status; 0: no answer"};
    HistogramFamily call_seconds{"mooring_api_request_duration_seconds",
                                 "From a request to the end of its answer, retries included", request_buckets};
    HistogramFamily run_seconds{"mooring_run_duration_seconds", "How long runs took", run_buckets};
    CounterFamily runs{"mooring_runs_total", "Runs that ended: judged or unjudged"};
    CounterFamily notifications{"mooring_notifications_total", "Attempts to deliver a notification"};
};

Metrics::Metrics() : families_(std::make_unique<Families>()) {}
Metrics::~Metrics() = default;

void Metrics::count_call(const std::string& server, Call call, int status, double seconds) {
    const std::lock_guard guard(families_->mutex);
    families_->calls.increment(
        {{"server", server}, {"call", std::string(to_word(call))}, {"status", std::to_string(status)}});
    families_->call_seconds.observe({{"server", server}}, seconds);
}

void Metrics::count_run(const std::string& server, double seconds, std::string_view ending) {
    const std::lock_guard guard(families_->mutex);
    families_->run_seconds.observe({{"server", server}}, seconds);
    families_->runs.increment({{"server", server}, {"ending", std::string(ending)}});
}

void Metrics::count_notification(const std::string& channel, bool delivered) {
    const std::lock_guard guard(families_->mutex);
    families_->notifications.increment({{"channel", channel}, {"result", delivered ? "delivered" : "failed"}});
}

std::string Metrics::text(const Board& board, UnixSeconds now) const {
    Exposition out;
    add_stacks(out, board, now);
    add_servers(out, board);
    add_corrections(out, board);
    add_rest(out, board);
    const std::lock_guard guard(families_->mutex);
    families_->calls.write(out);
    families_->call_seconds.write(out);
    families_->run_seconds.write(out);
    families_->runs.write(out);
    families_->notifications.write(out);
    return out.take();
}

namespace {

double seconds_of(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

// /proc/self/fd is closed to a process that may not be looked into (cli/process.hpp): then each number is tried.
double count_descriptors(rlim_t most) {
    double count = 0;
    if (DIR* folder = ::opendir("/proc/self/fd"); folder != nullptr) {
        while (const dirent* entry = ::readdir(folder)) {
            if (entry->d_name[0] != '.') ++count;
        }
        ::closedir(folder);
        return count - 1; // the folder's own
    }
    for (rlim_t fd = 0; fd < most && fd < 4096; ++fd) {
        if (::fcntl(static_cast<int>(fd), F_GETFD) >= 0) ++count;
    }
    return count;
}

} // namespace

ProcessFigures process_figures() {
    ProcessFigures out;
    std::ifstream statm("/proc/self/statm");
    double pages = 0;
    double resident = 0;
    if (statm >> pages >> resident) out.resident_bytes = resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
    rusage usage{};
    if (::getrusage(RUSAGE_SELF, &usage) == 0)
        out.cpu_seconds = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) out.most_descriptors = static_cast<double>(limit.rlim_cur);
    out.open_descriptors = count_descriptors(limit.rlim_cur);
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (!line.starts_with("Threads:")) continue;
        const std::string_view digits = trim(std::string_view(line).substr(8));
        int threads = 0;
        std::from_chars(digits.data(), digits.data() + digits.size(), threads);
        out.threads = threads;
    }
    return out;
}

} // namespace mooring::serve
