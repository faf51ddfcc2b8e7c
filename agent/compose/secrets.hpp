// Where secrets stand in a compose file as it is written: in its YAML, before it has a canonical form.
#pragma once

#include "base/mask.hpp"
#include "yaml/node.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::compose {

// Bytes of one scalar that are secret.
struct SecretPiece {
    const yaml::Node* node = nullptr;
    std::size_t from = 0; // of node->text
    std::size_t to = 0;
    std::string name; // what told it: "DB_PASSWORD", "requirepass"

    bool is_whole() const { return from == 0 && to == node->text.size(); }
};

// In the order of the file: values under secret-looking names, what a text holds (base/mask.hpp), and the whole of
// `configs.*.content`. Names of secrets, networks and services are none. The document outlives the result. It need not
// be a valid compose file: Kubernetes objects are looked at alike.
std::vector<SecretPiece> secret_pieces(const yaml::Node& document, const MaskOptions& options = {});

// The variables of a stack that its file makes secret, whatever their names: those that `secrets.*.environment` and
// `configs.*.environment` name, and those that are written where a secret stands (`--requirepass ${PW}`). Empty for a
// text that is not YAML.
std::set<std::string> secret_variables(std::string_view text, const MaskOptions& options = {});

} // namespace mooring::compose
