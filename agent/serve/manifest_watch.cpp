#include "serve/server_loop.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstring>
#include <sys/inotify.h>
#include <system_error>
#include <unistd.h>

namespace mooring::serve {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using ErrorCode = boost::system::error_code;
using SteadyClock = std::chrono::steady_clock;
using Folders = std::map<fs::path, std::set<std::string>>;
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr int most_links = 40; // as the kernel

constexpr std::uint32_t events =
    IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_CLOSE_WRITE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF;

void add_name(Folders& folders, const fs::path& folder, const std::string& name) {
    const auto [at, is_new] = folders.try_emplace(folder);
    if (is_new || !at->second.empty()) at->second.insert(name); // an empty set is already all names
}

// Every folder on the way in which a link, or the last name, stands: what happens there changes what the path means.
void add_way(Folders& folders, const fs::path& path, int links) {
    std::error_code code;
    const fs::path absolute = fs::absolute(path, code).lexically_normal();
    if (code || links > most_links) return;
    fs::path at;
    for (const fs::path& step : absolute) {
        const fs::path folder = at;
        at /= step;
        if (folder.empty() || step.empty()) continue;
        const bool is_last = at == absolute;
        if (!fs::is_symlink(fs::symlink_status(at, code))) {
            if (is_last) add_name(folders, folder, step.string());
            continue;
        }
        add_name(folders, folder, step.string());
        const fs::path target = fs::read_symlink(at, code);
        if (code) return;
        const fs::path rest = absolute.lexically_relative(at);
        const fs::path onward = folder / target;
        add_way(folders, rest == "." ? onward : onward / rest, links + 1);
        return;
    }
}

void add_tree(Folders& folders, const fs::path& folder, std::size_t most) {
    std::error_code code;
    folders[folder].clear();
    fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied, code);
    for (const fs::recursive_directory_iterator end; !code && at != end; at.increment(code)) {
        if (folders.size() >= most) return;
        std::error_code unknown;
        if (at->is_symlink(unknown)) {
            add_way(folders, at->path(), 0);
            if (at->is_directory(unknown)) folders[fs::canonical(at->path(), unknown)].clear();
        } else if (at->is_directory(unknown)) {
            // Folders such as .git are not looked at; a ConfigMap's ..data is a link and handled above.
            if (at->path().filename().string().starts_with('.') && !at->path().filename().string().starts_with(".."))
                at.disable_recursion_pending();
            else
                folders[at->path()].clear();
        }
    }
}

} // namespace

Watched watched_by(const config::Config& config, const Variables& variables) {
    Watched out{.folder = config.manifests, .files = {}, .ignored = config.ledger.filename().string()};
    const Secret* folder = variables.find("CREDENTIALS_DIRECTORY");
    const std::string credentials = folder == nullptr ? std::string() : std::string(folder->reveal());
    for (const config::ServerEntry& entry : config.servers) {
        if (entry.credential.kind == config::CredentialSource::Kind::file)
            out.files.emplace_back(entry.credential.name);
        if (entry.credential.kind == config::CredentialSource::Kind::systemd && !credentials.empty())
            out.files.push_back(std::filesystem::path(credentials) / entry.credential.name);
    }
    return out;
}

Folders folders_to_watch(const Watched& watched, std::size_t most) {
    Folders folders;
    for (const fs::path& file : watched.files) add_way(folders, file, 0);
    if (watched.folder.empty()) return folders;
    add_way(folders, watched.folder, 0);
    std::error_code code;
    const fs::path real = fs::canonical(watched.folder, code);
    if (!code && fs::is_directory(real, code)) add_tree(folders, real, most);
    folders.erase(fs::path());
    return folders;
}

struct ManifestWatch::Core {
    explicit Core(const asio::any_io_executor& executor) : descriptor(executor), timer(executor) {}

    bool matters(std::string_view bytes) const;

    asio::posix::stream_descriptor descriptor;
    asio::steady_timer timer;
    std::map<int, std::set<std::string>> names; // by watch
    std::string ignored;
};

// Whether any event of these is about a name that matters.
bool ManifestWatch::Core::matters(std::string_view bytes) const {
    for (std::size_t at = 0; at + sizeof(inotify_event) <= bytes.size();) {
        inotify_event event{};
        std::memcpy(&event, bytes.data() + at, sizeof event);
        const char* name = bytes.data() + at + sizeof event;
        at += sizeof event + event.len;
        if ((event.mask & IN_Q_OVERFLOW) != 0) return true;
        const auto known = names.find(event.wd);
        if (known == names.end() || (event.mask & IN_IGNORED) != 0) continue;
        const std::string about(name, event.len > 0 ? ::strnlen(name, event.len) : 0);
        if (!ignored.empty() && about.starts_with(ignored)) continue;
        if (known->second.empty() || known->second.contains(about)) return true;
    }
    return false;
}

ManifestWatch::ManifestWatch(const asio::any_io_executor& executor) : core_(std::make_unique<Core>(executor)) {}
ManifestWatch::~ManifestWatch() = default;

bool ManifestWatch::watch(const Watched& watched) {
    ErrorCode ignored;
    core_->descriptor.close(ignored);
    core_->names.clear();
    core_->ignored = watched.ignored;
    const int fd = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (fd < 0) return false;
    core_->descriptor.assign(fd, ignored);
    for (const auto& [folder, names] : folders_to_watch(watched, most_folders)) {
        const int wd = ::inotify_add_watch(fd, folder.c_str(), events | IN_ONLYDIR);
        if (wd < 0) continue; // gone meanwhile, or not ours to see
        const auto [at, is_new] = core_->names.try_emplace(wd, names);
        if (!is_new && (names.empty() || at->second.empty())) at->second.clear();
    }
    return true;
}

asio::awaitable<void> ManifestWatch::changed(std::chrono::milliseconds quiet) {
    std::array<char, 16384> block{};
    bool seen = false;
    auto last = SteadyClock::time_point::max();
    while (SteadyClock::now() < last) {
        if (!core_->descriptor.is_open()) { // no inotify: never
            core_->timer.expires_at(SteadyClock::time_point::max());
            co_await core_->timer.async_wait(as_result);
            continue;
        }
        if (seen) {
            // Reading is ended by the timer: what comes within `quiet` prolongs the wait.
            core_->timer.expires_at(std::min(SteadyClock::now() + quiet, last));
            core_->timer.async_wait([this](const ErrorCode& error) {
                if (!error) core_->descriptor.cancel();
            });
        }
        const auto [error, count] = co_await core_->descriptor.async_read_some(asio::buffer(block), as_result);
        core_->timer.cancel();
        if (error == asio::error::operation_aborted && seen) co_return;
        if (error && error != asio::error::operation_aborted) co_return; // look at the files rather than miss a change
        if (!error && core_->matters(std::string_view(block.data(), count)) && !seen) {
            seen = true;
            last = SteadyClock::now() + quiet * 10;
        }
    }
}

} // namespace mooring::serve
