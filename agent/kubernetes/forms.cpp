// What a value means by the form of its field: whether it is as absent, whether two are the same.
#include "kubernetes/walk.hpp"

#include "base/quantity.hpp"
#include "kubernetes/scalars.hpp"

#include <algorithm>
#include <array>

namespace mooring::kubernetes {

bool is_empty(const Field* field, const Value& value) { // NOLINT(misc-no-recursion): as deep as the tree
    if (value.shape == Shape::null) return true;
    if (field == nullptr) return false;
    const Form form = field->form;
    if (form == Form::map && value.shape == Shape::map)
        return std::ranges::all_of(value.members, [](const Member& one) { return one.value.shape == Shape::null; });
    if (form == Form::map || form == Form::list || form == Form::bytes)
        return value.members.empty() && value.text.empty();
    if (field->pointer) return false;
    if (form == Form::structure) {
        return value.shape == Shape::map && std::ranges::all_of(value.members, [field](const Member& member) {
                   return is_empty(field->type == nullptr ? nullptr : field->type->find(member.key), member.value);
               });
    }
    if (form == Form::text) return value.shape == Shape::text && value.text.empty();
    if (form == Form::integer) return field->omits_empty && value.shape == Shape::number && value.text == "0";
    return form == Form::boolean && field->omits_empty && value.shape == Shape::boolean && value.text == "false";
}

bool same_value(const Field* field, const Value& one, const Value& other) {
    if (one == other) return true;
    const auto same = [&](const auto& meaning) {
        if (!one.is_single() || !other.is_single()) return false;
        const auto left = meaning(one.text);
        return left && left == meaning(other.text);
    };
    switch (field == nullptr ? Form::raw : field->form) {
    case Form::quantity:
        return same(quantity_value);
    case Form::duration:
        return same(parse_go_duration);
    case Form::time:
        return same(time_value);
    case Form::bytes:
        return same(from_base64);
    default:
        return false;
    }
}

// What is inside of an atomic list or map is replaced as a whole, and gets these from the server.
bool is_atomic_default(const Type* type, std::string_view key, const Value& value, const Value& beside) {
    struct Default {
        std::string_view type; // its last part
        std::string_view key;
        std::string_view value; // "": any
    };
    constexpr std::array defaults{Default{"core.v1.ObjectFieldSelector", "apiVersion", "v1"},
                                  Default{"networking.v1.NetworkPolicyPort", "protocol", "TCP"},
                                  Default{"rbac.v1.RoleRef", "apiGroup", "rbac.authorization.k8s.io"},
                                  Default{"core.v1.ServiceAccountTokenProjection", "expirationSeconds", "3600"},
                                  Default{"core.v1.PersistentVolumeClaim", "apiVersion", "v1"},
                                  Default{"core.v1.PersistentVolumeClaim", "kind", "PersistentVolumeClaim"},
                                  Default{"core.v1.PersistentVolumeClaim", "status", ""},
                                  Default{"core.v1.PersistentVolumeClaimSpec", "volumeMode", "Filesystem"},
                                  Default{"meta.v1.ObjectMeta", "creationTimestamp", ""},
                                  Default{"admissionregistration.v1.RuleWithOperations", "scope", "*"},
                                  Default{"core.v1.LimitRangeItem", "defaultRequest", ""},
                                  Default{"core.v1.LimitRangeItem", "default", ""},
                                  Default{"core.v1.ResourceFieldSelector", "divisor", "0"}};
    if (type == nullptr) return false;
    if (type->name.ends_with("rbac.v1.Subject") && key == "apiGroup") {
        const bool is_account = text_at(beside, {"kind"}) == "ServiceAccount";
        return value.text == (is_account ? "" : "rbac.authorization.k8s.io");
    }
    return std::ranges::any_of(defaults, [&](const Default& one) {
        return one.key == key && type->name.ends_with(one.type) && (one.value.empty() || value.text == one.value);
    });
}

} // namespace mooring::kubernetes
