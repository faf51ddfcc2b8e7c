#include "manifest/typed.hpp"

#include "yaml/scalar.hpp"

#include <utility>

namespace mooring::manifest {

Type type_of(const yaml::Node& node) {
    if (node.kind == yaml::Kind::sequence) return Type::list;
    if (node.kind == yaml::Kind::mapping) return Type::map;
    const auto scalar = yaml::resolve(node);
    if (!scalar) return Type::text; // its explicit tag does not fit: as written
    switch (scalar->type) {
    case yaml::Type::null:
        return Type::null;
    case yaml::Type::boolean:
        return Type::boolean;
    case yaml::Type::integer:
        return Type::integer;
    case yaml::Type::floating:
        return Type::number;
    case yaml::Type::timestamp:
    case yaml::Type::text:
        return Type::text;
    }
    std::unreachable();
}

std::optional<bool> as_boolean(const yaml::Node& node) {
    const auto scalar = yaml::resolve(node);
    if (!scalar || scalar->type != yaml::Type::boolean) return std::nullopt;
    return scalar->boolean;
}

std::optional<std::int64_t> as_integer(const yaml::Node& node) {
    const auto scalar = yaml::resolve(node);
    if (!scalar || scalar->type != yaml::Type::integer || scalar->is_unsigned) return std::nullopt;
    return scalar->integer;
}

bool is_spelt_plainly(const yaml::Node& node) {
    const Type type = type_of(node);
    if (type != Type::boolean && type != Type::integer && type != Type::number) return true;
    const auto scalar = yaml::resolve(node);
    return scalar && scalar->text == node.text;
}

} // namespace mooring::manifest
