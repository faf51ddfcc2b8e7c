// What clusters hold beside one Deployment a stack, and what became of it, drawn last, so that the rest of a seed's
// world stays what it was.
#include "walks/dice.hpp"

#include <algorithm>
#include <array>

namespace mooring::walks {
namespace {

int some_pieces(Dice& dice) {
    int pieces = 0;
    for (const int one : piece::all) {
        const bool hidden = (one & piece::hidden) != 0;
        if (dice.one_in(hidden ? 6 : 3)) pieces |= one;
    }
    return pieces;
}

int one_of(Dice& dice, int pieces) {
    std::vector<int> some;
    for (const int one : piece::all) {
        if ((pieces & one) != 0) some.push_back(one);
    }
    return some.empty() ? 0 : dice.pick(some);
}

Touch a_touch(Dice& dice, int one) {
    constexpr std::array of_all{Touch::edited,  Touch::edited,   Touch::noted,
                                Touch::removed, Touch::deleting, Touch::orphaned};
    if (one == piece::cron_job && dice.one_in(3)) return Touch::suspended;
    if (one == piece::stateful_set && dice.one_in(2)) return dice.one_in(2) ? Touch::rolling : Touch::failing;
    return dice.pick(of_all);
}

bool means(const Declared& declared, const Stack& stack) {
    if (declared.branch || declared.kind != Kind::kubernetes) return false;
    if (declared.tied != 0) return declared.tied == stack.id;
    return declared.name == stack.name && (declared.space == stack.space || stack.space.empty());
}

void add_to(Dice& dice, World& world, Stack& stack) {
    constexpr std::array hands{Hand::rolling, Hand::rolling,  Hand::unseen,    Hand::deleting,
                               Hand::removed, Hand::orphaned, Hand::unlabelled};
    if (dice.one_in(3)) stack.hand = dice.pick(hands);
    if (!dice.one_in(3)) stack.content.pieces = some_pieces(dice);
    stack.content.parcel = stack.id;
    if (dice.one_in(2)) stack.touched = one_of(dice, stack.content.pieces);
    if (stack.touched != 0) stack.touch = a_touch(dice, stack.touched);
    // One autoscaler of a name.
    if ((stack.content.pieces & piece::autoscaler) != 0 && stack.hand == Hand::autoscaled) stack.hand = Hand::none;
    for (Declared& declared : world.declared) {
        if (!means(declared, stack)) continue;
        declared.content.pieces = stack.content.pieces;
        declared.content.parcel = stack.content.parcel;
        if (dice.one_in(8)) declared.content.pieces ^= dice.pick(piece::all);
        if (!declared.runtime && dice.one_in(2)) declared.runtime = true;
    }
}

} // namespace

void add_objects(Dice& dice, World& world) {
    for (Stack& stack : world.start.stacks) {
        if (stack.kind == Kind::kubernetes) add_to(dice, world, stack);
    }
    // What never was may be declared with whatever it likes.
    for (Declared& declared : world.declared) {
        const bool never = declared.kind == Kind::kubernetes && declared.content.parcel == 0;
        if (never && dice.one_in(2)) declared.content.pieces = some_pieces(dice);
    }
}

} // namespace mooring::walks
