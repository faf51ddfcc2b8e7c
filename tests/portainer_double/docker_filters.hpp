// Docker's `filters` parameter: {"label":["a=b"],"name":["x"],"service":["y"]}.
#pragma once

#include "portainer_double/docker_values.hpp"

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace portainer_double {

class DockerFilters {
  public:
    explicit DockerFilters(std::string_view json); // "" for none

    bool broken() const { return broken_; } // not an object of lists
    // The first key that is not among these, "" if all are.
    std::string unknown(std::initializer_list<std::string_view> known) const;
    const std::vector<std::string>& wanted(const std::string& key) const;

    // Filters that are not told apart here fit everything.
    bool fits(const Container& container) const;
    bool fits(const Network& network) const;
    bool fits(const Host& host, const Volume& volume) const;
    bool fits(const SwarmService& service, const Labels& labels) const;
    bool fits(const SwarmTask& task, const SwarmService& service, const Labels& labels) const;

  private:
    std::map<std::string, std::vector<std::string>> wanted_;
    bool broken_ = false;

    bool fits_labels(const Labels& labels) const;
    bool fits_name(const std::string& name) const;
    bool fits_prefix(const std::string& key, const std::string& id) const;
    bool fits_exactly(const std::string& key, const std::string& value) const;
};

} // namespace portainer_double
