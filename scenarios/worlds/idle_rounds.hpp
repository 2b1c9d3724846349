// A loop that finds nothing to do, and when it may be said that it never will.
#pragma once

#include <cstdint>
#include <optional>

namespace ringsim::scenarios::worlds {

// Rounds of a loop that found nothing, one after the other. A round may have changed what the loop
// keeps to itself, and then the next one may do something else. Only when that is again what it was
// at the start of some round, the rounds since then are all there will ever be, unless somebody
// else writes.
//
// Kept is compared and copied. One earlier state is remembered, a later one each time that twice as
// many rounds have gone by (Brent's way to find a cycle), so that rounds of any number are noticed
// without memory of its own: a thread may be given up in the middle of its loop.
template <class Kept>
class idle_rounds {
  public:
    // Before the first round, which begins at `mark` (the engine's spin_mark()).
    idle_rounds(const Kept& kept, std::uint64_t mark) : kept_(kept), mark_(mark) {}

    // Behind a round that found nothing and left `kept`: the mark at which the rounds began that
    // repeat themselves; nothing if the next one may be another one. `mark()`: where that begins.
    template <class Mark>
    std::optional<std::uint64_t> repeated_from(const Kept& kept, Mark&& mark) {
        if (kept == kept_) return mark_;
        if (++since_ == remembered_for_) {
            kept_ = kept;
            mark_ = mark();
            since_ = 0;
            remembered_for_ *= 2;
        }
        return std::nullopt;
    }

  private:
    Kept kept_;
    std::uint64_t mark_;
    std::uint64_t since_ = 0;           // rounds, since what is remembered
    std::uint64_t remembered_for_ = 1;  // as many rounds
};

// Rounds until one finds something, which is true, or until they repeat themselves: then the engine
// is told, and it is false if that returns, since the rounds wrote something and so were not idle.
// round(): whether it found something.
template <class Engine, class Kept, class Round>
bool rounds_until_news(Engine& engine, const Kept& kept, Round&& round) {
    idle_rounds<Kept> idle(kept, engine.spin_mark());
    for (;;) {
        if (round()) return true;
        if (const auto from = idle.repeated_from(kept, [&] { return engine.spin_mark(); })) {
            engine.spin(*from);
            return false;
        }
    }
}

}  // namespace ringsim::scenarios::worlds
