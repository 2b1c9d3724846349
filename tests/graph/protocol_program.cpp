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

}  // namespace

protocol_program::protocol_program(graph::model_id m, const protocol_orders& o, unsigned producers,
                                   unsigned records)
    : model_(m), orders_(o), producers_(producers), records_(records) {}

std::vector<graph::location_info> protocol_program::locations() const {
    std::vector<graph::location_info> all{
        {"consumer_pos", 0}, {"producer_pos", 0}, {"notify", 0}, {"lock", 0}};
    for (unsigned i = 0; i < slots; ++i) all.push_back({"header", 0});
    for (unsigned i = 0; i < slots; ++i) all.push_back({"payload", 0});
    return all;
}

void protocol_program::run_thread(unsigned thread) {
    if (thread == 0) return consume();
    const unsigned extra = thread - 1 < records_ % producers_ ? 1 : 0;
    produce(records_ / producers_ + extra);
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
            emit(access::rmw, l, order::acquire);
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
    return emit(access::load, at, o);
}

void protocol_program::store(location_id l, std::uint64_t value, order o) {
    label at;
    at.kind = graph::event_kind::write;
    at.location = l;
    at.value = value;
    emit(access::store, at, o);
}

std::uint64_t protocol_program::exchange(location_id l, std::uint64_t value, order o) {
    label at;
    at.kind = graph::event_kind::read;
    at.location = l;
    at.op = graph::rmw_op::exchange;
    at.value = value;
    return emit(access::rmw, at, o);
}

void protocol_program::fence() {
    emit(access::fence, label{}, order::seq_cst);
}

std::uint64_t protocol_program::emit(access kind, label l, order o) {
    return graph::perform(*executor_, graph::lower(model_, kind, o), l);
}

}  // namespace ringsim::tests
