// Docker's `filters` parameter: {"label":["a=b"],"name":["x"],"service":["y"]}. Filters it does not know fit
// everything.
#pragma once

#include "portainer_double/docker_values.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace portainer_double {

class DockerFilters {
  public:
    explicit DockerFilters(std::string_view json);

    bool fits(const std::string& name, const Labels& labels) const;
    bool names_service(const std::string& name, const std::string& id) const;
    bool fits_state(const std::string& state) const;

  private:
    std::map<std::string, std::vector<std::string>> wanted_;

    const std::vector<std::string>& wanted(const std::string& key) const;
};

} // namespace portainer_double
