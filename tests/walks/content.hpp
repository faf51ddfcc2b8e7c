// The texts and secrets of a walk.
#pragma once

#include "walks/world.hpp"

#include <string>

namespace mooring::walks {

// Every secret value of every walk holds this, and nothing else does: outputs are searched for it.
inline constexpr const char* secret_mark = "s3cr3t-walk";

inline constexpr const char* reader_token = "ptr_s3cr3t-walk-reader";
inline constexpr const char* administrator_token = "ptr_s3cr3t-walk-administrator";

// The value of a stack's secret variable, or of the password in its file.
std::string secret_value(const char* what, int variant);

// The text of a compose or Kubernetes file.
std::string file_text(Kind kind, const Content& content);

// Another file of the same services, of which web runs from another image.
std::string other_image_text(Kind kind, const Content& content);

// The documents of a Kubernetes file beside its Deployment, each begun by `---`.
std::string pieces_text(const Content& content);

// The object that a piece is: kind and name. Of a role with its binding the role.
struct PieceName {
    const char* kind = "";
    const char* api_version = "";
    std::string name;
};
PieceName name_of_piece(int piece, const Content& content);

// The definition that is in every cluster.
inline constexpr const char* definition_text =
    "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
    "metadata: {name: greetings.walks.example.test}\n"
    "spec:\n  group: walks.example.test\n  scope: Namespaced\n  names: {plural: greetings, kind: Greeting}\n"
    "  versions:\n    - name: v1\n      served: true\n      storage: true\n"
    "      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}\n";

// The name of a file's third service; "" if it has none.
std::string name_of(Extra extra);

} // namespace mooring::walks
