// Notices that manifests or token files changed: inotify over folders, links and all.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace mooring::serve {

// What is to be watched: everything below `folder` (or the one file), and single files. Configuration managers replace
// files and folders by renaming, ConfigMaps by changing what a link points to: so the folder of every link on the way
// is watched for that link's name.
struct Watched {
    std::filesystem::path folder;
    std::vector<std::filesystem::path> files;
    std::string ignored; // names that begin so say nothing: the ledger, should it lie among the manifests; "" none

    friend bool operator==(const Watched&, const Watched&) = default;
};

// Which names matter in which folders; an empty set: all of them. Pure but for looking at links and folders.
std::map<std::filesystem::path, std::set<std::string>> folders_to_watch(const Watched& watched, std::size_t most);

class ManifestWatch {
  public:
    static constexpr std::size_t most_folders = 8192; // beyond these, changes are seen at the next interval

    explicit ManifestWatch(const boost::asio::any_io_executor& executor);
    ManifestWatch(const ManifestWatch&) = delete;
    ManifestWatch& operator=(const ManifestWatch&) = delete;
    ~ManifestWatch();

    // From now on this; what changed before is forgotten. False: the system gave no inotify (changes are then only seen
    // at the next interval).
    bool watch(const Watched& watched);

    // Ends after something changed and nothing more did for `quiet`, at the latest after ten times that. Call watch()
    // again before looking at the files: new folders, and links that point elsewhere, are then watched, too.
    boost::asio::awaitable<void> changed(std::chrono::milliseconds quiet);

  private:
    struct Core;
    std::unique_ptr<Core> core_;
};

} // namespace mooring::serve
