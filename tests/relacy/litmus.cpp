#include "sim/relacy_engine.hpp"
// Relacy's headers come first.
#include <algorithm>

#include "tests/relacy/litmus.hpp"

namespace ringsim::tests {
namespace {

struct locations {
    std::array<sim::relacy_engine::word, 3> words;
    sim::relacy_engine::datum datum;
    sim::relacy_engine::mutex mutex;
    sim::relacy_engine::edge edge;
};

class interpreter final : public sim::relacy_program {
  public:
    interpreter(sim::relacy_engine& engine, const litmus_program& program,
                const litmus_thread& setup, litmus_result& result)
        : engine_(engine), program_(program), setup_(setup), result_(result) {}

    unsigned thread_count() const override { return static_cast<unsigned>(program_.size()); }
    void start() override {
        // Given up, not destroyed, if the execution before ended early: see relacy_world.cpp.
        at_ = new (storage_) locations;
        engine_.define(at_->words[0], "x");
        engine_.define(at_->words[1], "y");
        engine_.define(at_->words[2], "z");
        engine_.define(at_->datum, "d");
        engine_.define(at_->mutex, "m");
        engine_.define(at_->edge, "e");
        reads_.assign(program_.size(), "");
        std::string ignored;
        for (const litmus_op& op : setup_) run(op, ignored);
    }
    void thread(unsigned index) override {
        for (const litmus_op& op : program_[index]) run(op, reads_[index]);
    }
    void finish() override {
        std::string text = "r:";
        for (const std::string& r : reads_) text += r;
        text += ", final:";
        for (const auto& w : at_->words) text += " " + std::to_string(engine_.peek(w));
        ++result_.outcomes[text + " " + std::to_string(engine_.peek(at_->edge))];
        at_->~locations();
    }

  private:
    void run(const litmus_op& op, std::string& reads) {
        const sim::access_point at{site::consumer_load_header, op.how};
        switch (op.kind) {
            case sim::step_kind::fence:
                return engine_.fence(at);
            case sim::step_kind::lock:
                return engine_.lock(at_->mutex, at);
            case sim::step_kind::unlock:
                return engine_.unlock(at_->mutex, at);
            case sim::step_kind::set:
                return engine_.set(at_->edge, at);
            case sim::step_kind::take:
                return engine_.take(at_->edge, at);
            case sim::step_kind::store:
                if (op.word == 'd') return engine_.store(at_->datum, op.value, at);
                return engine_.store(word(op), op.value, at);
            default:
                reads += " " + std::to_string(value_of(op, at));
        }
    }
    std::uint64_t value_of(const litmus_op& op, sim::access_point at) {
        if (op.kind == sim::step_kind::rmw) return engine_.exchange(word(op), op.value, at);
        return op.word == 'd' ? engine_.load(at_->datum, at) : engine_.load(word(op), at);
    }
    sim::relacy_engine::word& word(const litmus_op& op) {
        return at_->words[static_cast<std::size_t>(op.word - 'x')];
    }

    sim::relacy_engine& engine_;
    const litmus_program& program_;
    const litmus_thread& setup_;
    litmus_result& result_;
    alignas(locations) std::byte storage_[sizeof(locations)];
    locations* at_ = nullptr;
    std::vector<std::string> reads_;
};

}  // namespace

bool litmus_result::shows(const std::string& reads) const {
    return std::ranges::any_of(
        outcomes, [&](const auto& o) { return o.first.starts_with("r: " + reads + ","); });
}

bool litmus_result::ends_in(const std::string& finals) const {
    return std::ranges::any_of(
        outcomes, [&](const auto& o) { return o.first.ends_with("final: " + finals); });
}

litmus_result run_litmus(const litmus_program& program, sim::relacy_limits limits,
                         const litmus_thread& setup) {
    sim::relacy_engine engine;
    litmus_result result;
    interpreter i(engine, program, setup, result);
    result.run = sim::run_on_relacy(engine, i, limits);
    return result;
}

}  // namespace ringsim::tests
