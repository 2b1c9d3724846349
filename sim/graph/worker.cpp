// Two channels. A socket carries parts to the worker and results back; messages are bytes of this
// very program's own types, which both ends share since one is a fork of the other. A shared page
// carries what must not wait for the other side to listen: a wish (leave some, leave the rest,
// stop), and a count for the progress bar. All its accesses are relaxed: no other memory is
// published through them.
//
// Each part that is sent is answered once, by its result. In between comes a part that is given
// away (or the text of none) for each wish for some that the worker has seen. A wish that comes
// when the part is done is not answered.
#include "sim/graph/worker.hpp"

#include <span>

#include "sim/graph/bytes.hpp"
#include "sim/graph/counts.hpp"
#include "sim/graph/point_bytes.hpp"

namespace ringsim::sim::graph {

namespace {

enum wish : std::uint32_t { wish_none, wish_some, wish_rest, wish_stop };

// Counts are for a progress bar, and a shared word that is written all the time slows both
// processes down.
constexpr std::uint64_t leaves_between_counts = 512;

// What a message from a worker is; those to a worker are all of one kind.
enum class kind : char { given, result };

// --- messages ------------------------------------------------------------------------------------

// In the order of get_execution().
void put(byte_writer& to, const recorded_execution& e) {
    to.put_all(e.events);
    to.put(e.found.has_value());
    if (e.found) {
        to.put(e.found->kind);
        // Field by field, for it has a text: not everything in an execution is plain bytes.
        to.put(std::string_view(e.found->what));
        to.put(e.found->racing);
    }
    to.put(e.found_by_thread);
    to.put(e.complete);
}

// The inverse of put().
recorded_execution get_execution(byte_reader& from) {
    recorded_execution e;
    e.events = from.get_all<recorded_event>();
    if (from.get<bool>()) {
        e.found.emplace();
        e.found->kind = from.get<violation>();
        e.found->what = from.get_text();
        e.found->racing = from.get<decltype(e.found->racing)>();
    }
    e.found_by_thread = from.get<unsigned>();
    e.complete = from.get<bool>();
    return e;
}

// In the order of get_report().
void put(byte_writer& to, const exploration_report& r) {
    to.put(r.end);
    each_count([&](const char*, auto count) { to.put(r.*count); });
    to.put(r.share_done);
    to.put(std::string_view(r.problem));
}

// The inverse of put().
exploration_report get_report(byte_reader& from) {
    exploration_report r;
    r.end = from.get<exploration_end>();
    each_count([&](const char*, auto count) { r.*count = from.get<std::uint64_t>(); });
    r.share_done = from.get<double>();
    r.problem = from.get_text();
    return r;
}

// Throws std::length_error for a message that is too short, which only a bug can make.
worker_message parse_message(const std::string& bytes) {
    byte_reader from(bytes);
    worker_message message;
    if (from.get<kind>() == kind::given) {
        message.given = parse_part(from.get_text());
        return message;
    }
    message.result.emplace();
    message.result->report = get_report(from);
    if (const std::string left = from.get_text(); !left.empty())
        message.result->left = parse_part(left);
    message.result->learned = from.get_text();
    message.result->points = get_points(from);
    for (auto n = from.get<std::uint64_t>(); n > 0; --n)
        message.result->violations.push_back(get_execution(from));
    return message;
}

// --- in the new process --------------------------------------------------------------------------

// In the worker nobody looks at violations: as many are kept as the other process wants to see. The
// first ones of a part are enough, since parts are added up in order.
class recorder final : public observer {
  public:
    explicit recorder(gathered& learned) : learned_(learned) {}

    void begin_part(std::uint64_t wanted) {
        wanted_ = wanted;
        found_.clear();
        kept_ = 0;
        violated_ = false;
    }
    const std::vector<recorded_execution>& found() const { return found_; }
    bool violated() const { return violated_; }
    // What was found up to now counts; or what came since it was said last does not.
    void keep() { kept_ = found_.size(); }
    void drop() { found_.resize(kept_); }

    void violation(const verdict_of_program& what) override {
        takes_ = learned_.violation(what);
        violated_ = true;
    }
    void violation_found(const std::function<recorded_execution()>& record) override {
        if (takes_ && found_.size() < wanted_) found_.push_back(record());
    }

  private:
    gathered& learned_;
    bool takes_ = true;
    bool violated_ = false;
    std::uint64_t wanted_ = 0;
    std::size_t kept_ = 0;
    std::vector<recorded_execution> found_;
};

// What the other process wishes is looked at after each execution; and whether it was one that this
// process may visit.
class workers_overseer final : public overseer {
  public:
    workers_overseer(const channel& to, std::atomic<std::uint32_t>& wished,
                     std::atomic<std::uint64_t>& executions, recorder& found, gathered& learned)
        : to_(to), wished_(wished), executions_(executions), found_(found), learned_(learned) {}

    void begin_part(bool violations_here) {
        violations_here_ = violations_here;
        done_ = {};
        points_done_ = 0;
        left_.reset();
        gave_rest_ = false;
    }
    // What was done of the part: all, up to a limit, or up to what is left.
    exploration_report report(const exploration_report& all, const part_search& search) {
        // Also an execution that ends the search in another way is not this process's if there is
        // news in it.
        if (!left_ && (all.end == exploration_end::abandoned || learned_.has_news()))
            left_ = search.at_hand();
        if (gave_rest_) {
            // What is left is of another part by now, and this one is done.
            exploration_report whole = all;
            whole.end = exploration_end::exhausted;
            return whole;
        }
        if (!left_) return all;
        found_.drop();
        return done_;
    }
    const std::optional<part>& left() const { return left_; }
    // Where reads may be promised writes, in what was done. What is left may be where others call
    // the same locations otherwise.
    std::span<const promise_point> points(const part_search& search) const {
        const std::vector<promise_point>& all = search.points_met();
        return {all.data(), left_ ? points_done_ : all.size()};
    }

    // In this order: an execution that is left to the other process is not counted here, and a wish
    // is answered behind one that is.
    bool at_leaf(part_search& search, const exploration_report& so_far) override {
        if ((violations_here_ && found_.violated()) || learned_.has_news()) {
            left_ = search.at_hand();
            return false;
        }
        done_ = so_far;
        points_done_ = search.points_met().size();
        found_.keep();
        learned_.counts();
        if (++leaves_ % leaves_between_counts == 0)
            executions_.store(so_far.executions, std::memory_order_relaxed);
        const std::uint32_t wished = wished_.load(std::memory_order_relaxed);
        if (wished == wish_none) return true;
        // The report of what was done so far is sent all the same.
        if (wished == wish_stop) return false;
        if (wished == wish_rest) {
            const std::optional<part> rest = search.rest();
            if (!rest) return true;  // it is at its end anyway
            give(rest);
            gave_rest_ = true;
            return false;
        }
        // One wish, one answer, also if there is nothing to give.
        wished_.store(wish_none, std::memory_order_relaxed);
        give(search.give_away());
        return true;
    }

  private:
    // The part that is left to others, or an empty text.
    void give(const std::optional<part>& some) const {
        byte_writer message;
        message.put(kind::given);
        message.put(std::string_view(some ? to_text(*some) : ""));
        to_.send(message.take());
    }

    const channel& to_;
    std::atomic<std::uint32_t>& wished_;
    std::atomic<std::uint64_t>& executions_;
    recorder& found_;
    gathered& learned_;
    bool violations_here_ = false;
    bool gave_rest_ = false;
    std::uint64_t leaves_ = 0;
    exploration_report done_;      // at the last leaf
    std::size_t points_done_ = 0;  // likewise
    std::optional<part> left_;
};

}  // namespace

// Part after part, until the other end is closed, or something came up that makes this process
// another one than it was when it began. The search object stays from part to part, with its fibers
// and its graphs.
void worker::serve(channel& to, shared_words& words, const search_maker& make, gathered& learned) {
    recorder found(learned);
    workers_overseer watch(to, words.wished, words.executions, found, learned);
    learned.in_another_process();
    const auto search = make(found);
    while (!watch.left()) {
        std::optional<std::string> asked = to.take();
        if (!asked) {
            if (!to.receive(true)) return;
            continue;
        }
        byte_reader from(*asked);
        found.begin_part(from.get<std::uint64_t>());
        watch.begin_part(from.get<bool>());
        const auto which = parse_part(from.get_text());
        learned.forget();
        const exploration_report all = search->run(which.value(), &watch);
        byte_writer answer;
        answer.put(kind::result);
        put(answer, watch.report(all, *search));
        answer.put(std::string_view(watch.left() ? to_text(*watch.left()) : ""));
        answer.put(std::string_view(learned.bytes()));
        put(answer, watch.points(*search));
        answer.put(static_cast<std::uint64_t>(found.found().size()));
        for (const recorded_execution& e : found.found()) put(answer, e);
        to.send(answer.take());
    }
}

// --- in the process that began it ----------------------------------------------------------------

worker::worker(const search_maker& make, gathered& learned)
    : process_([&](channel& to) { serve(to, *words_, make, learned); }) {}
worker::~worker() = default;

void worker::begin(const part& which, std::uint64_t violations_wanted, bool violations_here) {
    // A wish that came too late for the last part is not meant for this one.
    words_->wished.store(wish_none, std::memory_order_relaxed);
    words_->executions.store(0, std::memory_order_relaxed);
    byte_writer message;
    message.put(violations_wanted);
    message.put(violations_here);
    message.put(std::string_view(to_text(which)));
    process_.talk().send(message.take());
}

void worker::ask_for_some() {
    words_->wished.store(wish_some, std::memory_order_relaxed);
}

// At its next leaf it leaves what it has not done, and sends what came of the rest.
void worker::ask_for_rest() {
    words_->wished.store(wish_rest, std::memory_order_relaxed);
}

// The worker ends its part at its next leaf, and sends what it has by then.
void worker::stop() {
    words_->wished.store(wish_stop, std::memory_order_relaxed);
}

std::uint64_t worker::executions() const {
    return words_->executions.load(std::memory_order_relaxed);
}

// All that is complete; the rest stays in the channel.
bool worker::listen(std::vector<worker_message>& said) {
    const bool there = process_.talk().receive(false);
    while (const auto message = process_.talk().take()) said.push_back(parse_message(*message));
    return there;
}

}  // namespace ringsim::sim::graph
