#include "scenarios/render/ring_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "kernel_model/short_list.hpp"
#include "kernel_model/site_table.hpp"
#include "kernel_model/uapi.hpp"
#include "scenarios/study/site_use.hpp"

namespace ringsim::scenarios::render {
namespace {

using sim::step_kind;
using sim::trace_step;

// The word that a step accesses; none of a fence, and of a step that no site names.
shared_word word_of(const trace_step& s) {
    return s.where == site::count_ ? parse_shared_word(s.word) : info(s.where).word;
}

std::string word_text(const trace_step& s) {
    return s.where == site::count_ ? s.word : std::string(name(info(s.where).word));
}

bool is_of_record(const trace_step& s) {
    if (s.where == site::count_) return false;
    const shared_word word = word_of(s);
    return word == shared_word::header || word == shared_word::payload ||
           word == shared_word::pg_off;
}

// Items or threads in a list, of the wakeup path in full.
bool is_list(shared_word word) {
    return word == shared_word::ep_rdllist || word == shared_word::ep_ovflist ||
           word == shared_word::ep_wq;
}

std::string list_text(std::uint64_t word) {
    if (kernel::short_list list(word); list != kernel::short_list::inactive()) {
        std::string text;
        for (; !list.empty(); list.pop_front())
            text += (text.empty() ? "" : " ") + std::to_string(list.front());
        return "(" + text + ")";
    }
    return "inactive";
}

bool is_position(shared_word word) {
    return word == shared_word::consumer_pos || word == shared_word::producer_pos ||
           word == shared_word::pending_pos || word == shared_word::overwrite_pos;
}

// Sites of ep_poll() and of ep_send_events(), which nobody but a sleeper calls.
constexpr site in_epoll_wait[] = {site::notify_take, site::epoll_lock_barrier,
                                  site::eventpoll_mtx_lock, site::eventpoll_mtx_unlock,
                                  site::eventpoll_peek_wq};

// A step of the wakeup path in full that is no access like another; empty if it is none.
std::string wakeup_text(const trace_step& s) {
    const shared_word word = word_of(s);
    if (s.where == site::irq_work_interrupt)
        return s.read == 0 ? "the interrupt comes at once" : "the interrupt is put off";
    if (s.where == site::waitq_timer)
        return s.read == 0 ? "the timeout is far" : "the timeout ends first";
    const bool other_lock = word != shared_word::lock;  // than the ring's
    if (s.kind == step_kind::lock && other_lock) return "takes " + word_text(s);
    if (s.kind == step_kind::unlock && other_lock) return "drops " + word_text(s);
    if (word != shared_word::task) return "";
    if (s.kind == step_kind::set) return "wakes thread " + std::to_string(s.note);
    if (s.kind == step_kind::take) return "awake: runs again";
    return s.kind == step_kind::asleep ? "sleeps; nobody will wake it" : "";
}

}  // namespace

std::string_view abbreviated(order o) {
    switch (o) {
        case order::relaxed:
        case order::store_relaxed:
            return "rlx";
        case order::acquire:
            return "acq";
        case order::release:
        case order::store_release:
            return "rel";
        case order::seq_cst:
            return "sc";
        default:
            return name(o);
    }
}

ring_words::ring_words(const sim::trace& t) {
    const std::vector<trace_step>* const all[] = {&t.setup, &t.steps};
    std::set<std::uint32_t> first_locations;
    for (const auto* steps : all)
        for (const trace_step& s : *steps)
            if (s.location != 0 && word_of(s) == shared_word::consumer_pos)
                first_locations.insert(s.location);
    first_locations_.assign(first_locations.begin(), first_locations.end());
    rings_.resize(std::max<std::size_t>(first_locations_.size(), 1));
    std::vector<std::map<std::uint64_t, std::set<std::uint32_t>>> headers(rings_.size());
    for (const auto* steps : all)
        for (const trace_step& s : *steps) add(s, headers[ring_of(s)]);
    for (std::size_t i = 0; i < rings_.size(); ++i) {
        ring& r = rings_[i];
        std::ranges::sort(r.begins);
        r.begins.erase(std::unique(r.begins.begin(), r.begins.end()), r.begins.end());
        // The consumer looks at headers below producer_pos only, so each begins a record; but
        // nothing begins at the end.
        if (r.end != 0) std::erase_if(r.begins, [&](std::uint64_t pos) { return pos >= r.end; });
        // Locations are numbered along the ring; those before the header's are behind its wrap.
        std::erase_if(r.payloads, [&](const auto& p) { return headers[i][p.first].size() != 1; });
        for (auto& [record, words] : r.payloads) {
            const std::uint32_t header = *headers[i][record].begin();
            std::ranges::sort(words, {}, [header](std::uint32_t l) { return l - header; });
            words.erase(std::unique(words.begin(), words.end()), words.end());
        }
    }
}

// What a step shows of its ring.
void ring_words::add(const trace_step& s,
                     std::map<std::uint64_t, std::set<std::uint32_t>>& headers) {
    ring& r = rings_[ring_of(s)];
    if (word_of(s) == shared_word::producer_pos) r.end = std::max({r.end, s.written, s.read});
    if (!is_of_record(s)) return;
    r.begins.push_back(s.note);
    if (s.location == 0) return;
    if (word_of(s) == shared_word::header) headers[s.note].insert(s.location);
    if (word_of(s) == shared_word::payload) r.payloads[s.note].push_back(s.location);
}

unsigned ring_words::ring_of(const trace_step& s) const {
    if (!several()) return 0;
    const auto next = std::ranges::upper_bound(first_locations_, s.location);
    return next == first_locations_.begin() ? 0 : unsigned(next - first_locations_.begin()) - 1;
}

std::string ring_words::payload(const trace_step& s) const {
    const std::string whole = record(s) + "." + word_text(s);
    const auto& payloads = rings_[ring_of(s)].payloads;
    const auto found = payloads.find(s.note);
    if (found == payloads.end() || found->second.size() < 2) return whole;
    const auto& words = found->second;
    return fmt::format("{}[{}]", whole, std::ranges::find(words, s.location) - words.begin());
}

std::string ring_words::position(std::uint64_t pos, unsigned ring) const {
    const auto& [begins, payloads, end] = rings_[ring];
    const std::string prefix = several() ? fmt::format("ring{}.", ring) : "";
    const auto found = std::ranges::find(begins, pos);
    if (found != begins.end()) {
        const auto index = static_cast<std::size_t>(found - begins.begin());
        const std::string letter(1, static_cast<char>('A' + index % 26));
        return prefix + (index < 26 ? letter : letter + std::to_string(index / 26));
    }
    if (end != 0 && pos == end) return prefix + "end";
    return std::to_string(pos);
}

std::string ring_words::header(std::uint64_t word) {
    const auto header = static_cast<std::uint32_t>(word);
    const std::uint32_t len = header & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
    std::string text;
    if (header & BPF_RINGBUF_BUSY_BIT) text += "BUSY ";
    if (header & BPF_RINGBUF_DISCARD_BIT) text += "DISCARD ";
    return text + std::to_string(len);
}

std::string ring_words::value(const trace_step& s, std::uint64_t value) const {
    const shared_word word = word_of(s);
    if (is_position(word)) return position(value, ring_of(s));
    if (word == shared_word::header) return header(value);
    if (word == shared_word::payload || word == shared_word::bytes)
        return fmt::format("{:#x}", value);
    if (is_list(word)) return list_text(value);
    return std::to_string(value);
}

std::string ring_words::location(const trace_step& s) const {
    if (s.kind == step_kind::fence) return "";
    switch (word_of(s)) {
        case shared_word::header:
            return record(s) + ".len";
        case shared_word::payload:
            return payload(s);
        case shared_word::pg_off:
            return record(s) + "." + word_text(s);
        case shared_word::bytes:
            return fmt::format("ring[{}]", s.note);
        default:
            if (several() && is_position(word_of(s)))
                return fmt::format("ring{}.{}", ring_of(s), word_text(s));
            return word_text(s);
    }
}

std::string ring_words::text(const trace_step& s) const {
    const std::string word = location(s);
    const std::string_view how = abbreviated(s.how);
    if (s.where != site::count_)
        if (std::string text = wakeup_text(s); !text.empty()) return text;
    switch (s.kind) {
        case step_kind::load:
            return fmt::format("load {} {} -> {}", word, how, value(s, s.read));
        case step_kind::store:
            return fmt::format("store {} {} := {}", word, how, value(s, s.written));
        case step_kind::rmw:
            if (s.how == order::full)
                return fmt::format("xchg({}) := {}, a full barrier", word, value(s, s.written));
            return fmt::format("exchange {} {} := {}", word, how, value(s, s.written));
        case step_kind::fence:
            return fmt::format("fence {}", name(s.how));
        case step_kind::lock:
            return "takes the lock";
        case step_kind::unlock:
            return "drops the lock";
        case step_kind::set:
            return "sets the pending wakeup";
        case step_kind::take:
            return "awake: takes the wakeup";
        case step_kind::asleep:
            return "sleeps; no wakeup will come";
        case step_kind::stuck:
            return "waits for ever" + (word.empty() ? "" : " at " + word);
        case step_kind::count_:
            break;
    }
    return "?";
}

std::string ring_words::calls(const sim::trace& t, unsigned thread,
                              const worlds::variant& code) const {
    std::vector<std::string> calls;
    const auto call = [&](std::string text) {
        if (std::ranges::find(calls, text) == calls.end()) calls.push_back(std::move(text));
    };
    for (const trace_step& s : t.steps) {
        if (s.thread != thread || s.where == site::count_) continue;
        const std::string_view function = study::made_by(s.where, code).function;
        if (s.where == site::reserve_store_header || s.where == site::commit_xchg_header)
            call(fmt::format("{}({})", function, record(s)));
        else if (is_of_consumer(s.where))
            call(fmt::format("{}()", function));
        else if (std::ranges::find(in_epoll_wait, s.where) != std::end(in_epoll_wait))
            call("epoll_wait()");
    }
    std::string text;
    for (const std::string& c : calls) text += (text.empty() ? "" : ", ") + c;
    return text;
}

}  // namespace ringsim::scenarios::render
