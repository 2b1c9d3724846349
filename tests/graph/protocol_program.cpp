#include "tests/graph/protocol_program.hpp"

#include "sim/graph/perform.hpp"

namespace ringsim::tests {
namespace {

using graph::label;
using graph::location_id;

constexpr unsigned slots = 4;
constexpr std::uint64_t busy = 0x80000000;
constexpr std::uint64_t committed = 8;

constexpr location_id consumer_pos = 0;
constexpr location_id producer_pos = 1;
constexpr location_id notify = 2;
constexpr location_id lock = 3;
constexpr location_id first_header = 4;
constexpr location_id first_payload = first_header + slots;

constexpr location_id header_of(std::uint64_t pos) {
    return static_cast<location_id>(first_header + pos % slots);
}
constexpr location_id payload_of(std::uint64_t pos) {
    return static_cast<location_id>(first_payload + pos % slots);
}

constexpr order acq = order::acquire;
constexpr order rel = order::release;
constexpr order sc = order::seq_cst;
constexpr protocol_orders variants[] = {
    {"K", rel, false, acq, true, true, sc, acq, rel},
    {"SX", sc, false, acq, false, false, sc, acq, rel},
    {"S", sc, false, acq, true, true, sc, acq, rel},
    {"SP", sc, false, acq, true, true, sc, sc, sc},
    {"FX", rel, true, acq, false, false, sc, acq, rel},
    {"FY", rel, true, acq, false, false, sc, sc, rel},
    {"FZ", rel, true, acq, false, false, sc, sc, sc},
    {"F", rel, true, acq, true, true, sc, acq, rel},
    {"F3", rel, true, acq, false, true, sc, acq, rel},
    {"LX", sc, false, sc, false, false, sc, acq, rel},
    {"AY", sc, false, sc, false, false, sc, sc, rel},
    {"A", sc, false, sc, false, false, sc, sc, sc},
    {"L", sc, false, sc, true, true, sc, acq, rel},
    {"R", rel, true, acq, false, false, order::store_release, acq, rel},
    {"RA", sc, false, sc, false, false, order::store_release, sc, sc},
};

}  // namespace

std::span<const protocol_orders> protocol_variants() {
    return variants;
}

protocol_program::protocol_program(graph::model_id m, const protocol_orders& o, unsigned producers,
                                   unsigned records)
    : protocol_program(graph::default_mapping(m), m, o, producers, records) {}

protocol_program::protocol_program(const graph::mapping& how, graph::model_id m,
                                   const protocol_orders& o, unsigned producers, unsigned records)
    : orders_(o), producers_(producers), records_(records) {
    for (std::size_t a = 0; a < access_count; ++a)
        for (std::size_t i = 0; i < order_count; ++i) {
            const auto as = static_cast<order>(i);
            const auto in = as == order::full ? language::kernel : language::cxx;
            lowered_[a][i] = graph::lower(m, how, in, static_cast<access>(a), as);
        }
}

std::string_view protocol_program::refused() const {
    const auto why = [&](access kind, order o) {
        return lowered_[static_cast<std::size_t>(kind)][static_cast<std::size_t>(o)].refused;
    };
    for (const std::string_view reason :
         {why(access::store, orders_.consumer_store), why(access::load, orders_.recheck),
          orders_.commit == order::store_release ? std::string_view{}
                                                 : why(access::rmw, orders_.commit),
          why(access::load, orders_.load_consumer_pos),
          why(access::store, orders_.store_producer_pos)})
        if (!reason.empty()) return reason;
    return {};
}

std::vector<graph::location_info> protocol_program::locations() const {
    std::vector<graph::location_info> all{
        {"consumer_pos", 0}, {"producer_pos", 0}, {"notify", 0}, {"lock", 0}};
    for (unsigned i = 0; i < slots; ++i) all.push_back({"header", 0});
    for (unsigned i = 0; i < slots; ++i) all.push_back({"payload", 0});
    return all;
}

void protocol_program::run_thread(unsigned thread) {
    if (thread == 0) return consume();
    produce(share_of(thread));
}

unsigned protocol_program::share_of(unsigned producer) const {
    return records_ / producers_ + (producer - 1 < records_ % producers_ ? 1 : 0);
}

void protocol_program::consume() {
    asleep_ = false;
    for (unsigned round = 0; round < records_ + 1 && !asleep_; ++round) {
        std::uint64_t cons_pos = load(consumer_pos, order::acquire);
        bool stop = false;
        for (bool got_new_data = true; got_new_data && !stop;) {
            got_new_data = false;
            const std::uint64_t prod_pos = load(producer_pos, orders_.recheck);
            while (cons_pos < prod_pos) {
                stop = (load(header_of(cons_pos), orders_.recheck) & busy) != 0;
                if (stop) break;
                got_new_data = true;
                (void)load(payload_of(cons_pos), order::plain);
                store(consumer_pos, ++cons_pos, orders_.consumer_store);
                if (orders_.consumer_fence) fence();
            }
        }
        asleep_ = exchange(notify, 0, order::acq_rel) == 0;
    }
}

void protocol_program::produce(unsigned records) {
    for (; records > 0; --records) {
        const std::uint64_t cons_pos = load(consumer_pos, order::acquire);
        if (producers_ > 1) {
            label l;
            l.kind = graph::event_kind::read;
            l.location = lock;
            l.op = graph::rmw_op::exchange;
            l.value = 1;
            l.await = true;
            emit(access::rmw, std::move(l), order::acquire);
        }
        const std::uint64_t prod_pos = load(producer_pos, order::relaxed);
        const bool full = prod_pos - cons_pos >= slots;
        if (!full) {
            store(header_of(prod_pos), busy | committed, order::relaxed);
            store(producer_pos, prod_pos + 1, orders_.store_producer_pos);
        }
        if (producers_ > 1) store(lock, 0, order::release);
        if (full) continue;
        store(payload_of(prod_pos), prod_pos + 1, order::plain);
        commit(header_of(prod_pos));
        if (load(consumer_pos, orders_.load_consumer_pos) == prod_pos)
            (void)exchange(notify, 1, order::acq_rel);
    }
}

void protocol_program::commit(location_id header) {
    if (orders_.commit == order::store_release) return store(header, committed, order::release);
    if (orders_.fence_before_commit) fence();
    (void)exchange(header, committed, orders_.commit);
    if (orders_.fence_after_commit) fence();
}

std::optional<graph::verdict_of_program> protocol_program::judge(graph::hang) {
    const bool waiting = executor_->newest(consumer_pos) != executor_->newest(producer_pos);
    if (asleep_ && waiting && executor_->newest(notify) == 0)
        return graph::verdict_of_program{sim::violation::lost_notification, "lost wakeup"};
    return std::nullopt;
}

std::uint64_t protocol_program::load(location_id l, order o) {
    label at;
    at.kind = graph::event_kind::read;
    at.location = l;
    return emit(access::load, std::move(at), o);
}

void protocol_program::store(location_id l, std::uint64_t value, order o) {
    label at;
    at.kind = graph::event_kind::write;
    at.location = l;
    at.value = value;
    emit(access::store, std::move(at), o);
}

std::uint64_t protocol_program::exchange(location_id l, std::uint64_t value, order o) {
    label at;
    at.kind = graph::event_kind::read;
    at.location = l;
    at.op = graph::rmw_op::exchange;
    at.value = value;
    return emit(access::rmw, std::move(at), o);
}

void protocol_program::fence() {
    emit(access::fence, label{}, order::seq_cst);
}

std::uint64_t protocol_program::emit(access kind, label&& l, order o) {
    return graph::perform(*executor_,
                          lowered_[static_cast<std::size_t>(kind)][static_cast<std::size_t>(o)],
                          std::move(l));
}

}  // namespace ringsim::tests
