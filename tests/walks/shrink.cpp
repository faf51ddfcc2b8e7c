#include "walks/shrink.hpp"

#include <utility>

namespace mooring::walks {
namespace {

class Shrinking {
  public:
    Shrinking(World world, const std::function<bool(const World&)>& still_fails, int most_tries)
        : world_(std::move(world)), still_fails_(still_fails), tries_(most_tries) {}

    World result() {
        while (tries_ > 0 && one_pass()) {
        }
        return std::move(world_);
    }

  private:
    // Keeps the smaller world if it still fails.
    bool keep(World smaller) {
        if (tries_ <= 0 || smaller == world_) return false;
        --tries_;
        if (!still_fails_(smaller)) return false;
        world_ = std::move(smaller);
        return true;
    }

    template <typename Change>
    bool change(const Change& change) {
        World smaller = world_;
        change(smaller);
        return keep(std::move(smaller));
    }

    template <typename List>
    bool drop_from(List list) {
        bool any = false;
        for (std::size_t i = list(world_).size(); i-- > 0;) {
            any = change([&](World& w) { list(w).erase(list(w).begin() + static_cast<std::ptrdiff_t>(i)); }) || any;
        }
        return any;
    }

    bool drop_lists() {
        bool any = drop_from([](World& w) -> auto& { return w.declared; });
        any = drop_from([](World& w) -> auto& { return w.steps; }) || any;
        any = drop_from([](World& w) -> auto& { return w.waivers; }) || any;
        any = drop_from([](World& w) -> auto& { return w.only; }) || any;
        any = drop_from([](World& w) -> auto& { return w.meanwhile; }) || any;
        any = drop_from([](World& w) -> auto& { return w.faults; }) || any;
        any = drop_from([](World& w) -> auto& { return w.first_faults; }) || any;
        any = drop_from([](World& w) -> auto& { return w.start.stacks; }) || any;
        return drop_from([](World& w) -> auto& { return w.start.places; }) || any;
    }

    bool plain_stack(std::size_t i) {
        const auto stack = [i](World& w) -> Stack& { return w.start.stacks[i]; };
        bool any = change([&](World& w) { stack(w).content = {}; });
        any = change([&](World& w) { stack(w).runs = Runs::as_file; }) || any;
        any = change([&](World& w) { stack(w).hand = Hand::none; }) || any;
        any = change([&](World& w) { stack(w).touch = Touch::none; }) || any;
        any = change([&](World& w) { stack(w).rest = Rest::as_meant; }) || any;
        any = change([&](World& w) { stack(w).profile = false; }) || any;
        any = change([&](World& w) { stack(w).polling = Polling::none; }) || any;
        any = change([&](World& w) { stack(w).status = Status::active; }) || any;
        any = change([&](World& w) { stack(w).updated = 0; }) || any;
        any = change([&](World& w) { stack(w).env_extra = false; }) || any;
        return change([&](World& w) { stack(w).file_lost = stack(w).git_ahead = false; }) || any;
    }

    bool plain_declaration(std::size_t i) {
        bool any = change([i](World& w) { w.declared[i].content = {}; });
        any = change([i](World& w) { w.declared[i].git_any = w.declared[i].profile = false; }) || any;
        any = change([i](World& w) { w.declared[i].env = -1; }) || any;
        any = change([i](World& w) { w.declared[i].polls = false; }) || any;
        any = change([i](World& w) { w.declared[i].access = -1; }) || any;
        any = change([i](World& w) { w.declared[i].suspended = Suspended::no; }) || any;
        any = change([i](World& w) { w.declared[i].team.clear(); }) || any;
        any = change([i](World& w) { w.declared[i].runtime = true; }) || any;
        return change([i](World& w) { w.declared[i].state = 0; }) || any;
    }

    // One kind of object from every file at once, so that files and manifests still agree.
    bool drop_pieces() {
        bool any = false;
        for (const int one : piece::all) {
            any = change([one](World& w) {
                      for (Stack& stack : w.start.stacks) stack.content.pieces &= ~one;
                      for (Declared& declared : w.declared) declared.content.pieces &= ~one;
                  }) ||
                  any;
        }
        return any;
    }

    bool one_pass() {
        bool any = drop_lists();
        any = drop_pieces() || any;
        for (std::size_t i = 0; i < world_.start.stacks.size(); ++i) any = plain_stack(i) || any;
        for (std::size_t i = 0; i < world_.declared.size(); ++i) any = plain_declaration(i) || any;
        any = change([](World& w) { w.scope = {}; }) || any;
        any = change([](World& w) { w.start.hides_git = false; }) || any;
        any = change([](World& w) {
                  for (Place& place : w.start.places) place.untagged = false;
              }) ||
              any;
        any = change([](World& w) { w.branch = {}; }) || any;
        any = change([](World& w) { w.detours = {}; }) || any;
        any = change([](World& w) { w.keyed = false; }) || any;
        any = change([](World& w) { w.agent = false; }) || any;
        any = change([](World& w) { w.first_by_administrator = false; }) || any;
        return change([](World& w) { w.remembers = w.first_by_administrator = false; }) || any;
    }

    World world_;
    const std::function<bool(const World&)>& still_fails_;
    int tries_;
};

} // namespace

World shrink(World world, const std::function<bool(const World&)>& still_fails, int most_tries) {
    return Shrinking(std::move(world), still_fails, most_tries).result();
}

} // namespace mooring::walks
