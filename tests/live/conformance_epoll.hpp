// One epoll set twice: the running kernel's, and the model's, for the conformance check.
#pragma once

#include <sys/epoll.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "consumer/live/descriptor.hpp"
#include "tests/live/plain_ring.hpp"

namespace ringsim::tests {

enum class watch_how : std::uint8_t { level, edge, oneshot };

// fs/eventpoll.c as the model has it: a notification puts an item on the ready list, unless it is
// disarmed; epoll_wait() polls what is on the list in its order, drops what is not ready, puts what
// is level-triggered behind the rest, and disarms what is EPOLLONESHOT.
class modelled_epoll {
  public:
    using readiness = std::function<bool(unsigned ring)>;

    modelled_epoll(std::vector<watch_how> items, mutant broken)
        : items_(std::move(items)), armed_(items_.size(), true), broken_(broken) {}

    // ep_poll_callback()
    void notify(unsigned item) {
        if (item < items_.size() && armed_[item]) list(item);
    }
    // ep_send_events(): the rings that are reported.
    std::vector<unsigned> wait(const readiness& ready) {
        std::vector<unsigned> reported;
        for (const unsigned item : std::exchange(ready_list_, {})) {
            if (!ready(item)) continue;
            reported.push_back(item);
            if (items_[item] == watch_how::level && broken_ != mutant::level_forgotten) list(item);
            if (items_[item] == watch_how::oneshot && broken_ != mutant::oneshot_stays)
                armed_[item] = false;
        }
        if (broken_ == mutant::rings_swapped) std::ranges::reverse(reported);
        return reported;
    }
    // ep_modify()
    void rearm(unsigned item, const readiness& ready) {
        armed_[item] = true;
        if (ready(item)) list(item);
    }

  private:
    void list(unsigned item) {
        if (std::ranges::find(ready_list_, item) == ready_list_.end()) ready_list_.push_back(item);
    }

    std::vector<watch_how> items_;
    std::vector<bool> armed_;
    std::vector<unsigned> ready_list_;
    mutant broken_;
};

class real_epoll {
  public:
    void watch(const std::vector<int>& rings, const std::vector<watch_how>& items) {
        rings_ = rings;
        for (unsigned i = 0; i < items.size(); ++i) {
            epoll_event event{};
            event.events = EPOLLIN;
            if (items[i] == watch_how::edge) event.events |= EPOLLET;
            if (items[i] == watch_how::oneshot) event.events |= EPOLLONESHOT;
            event.data.u32 = i;
            epoll_ctl(fd_.get(), EPOLL_CTL_ADD, rings[i], &event);
            events_.push_back(event);
        }
    }
    void rearm(unsigned item) { epoll_ctl(fd_.get(), EPOLL_CTL_MOD, rings_[item], &events_[item]); }
    // Where the model expects a report, an interrupt may still have to deliver it: wait for that.
    std::vector<unsigned> wait(bool expected, std::chrono::milliseconds patience) {
        std::vector<epoll_event> events(events_.size());
        const int n = epoll_wait(fd_.get(), events.data(), static_cast<int>(events.size()),
                                 expected ? static_cast<int>(patience.count()) : 0);
        std::vector<unsigned> reported;
        for (int i = 0; i < n; ++i)
            reported.push_back(events[static_cast<std::size_t>(i)].data.u32);
        return reported;
    }

  private:
    consumer::live::descriptor fd_{epoll_create1(EPOLL_CLOEXEC)};
    std::vector<int> rings_;
    std::vector<epoll_event> events_;
};

// Both, which must report the same rings in the same order.
class epoll_pair {
  public:
    epoll_pair(std::string name, std::vector<watch_how> items, mutant broken)
        : name_(std::move(name)), items_(items), model_(std::move(items), broken) {}

    void watch(const std::vector<int>& rings) { real_.watch(rings, items_); }
    void notify(unsigned ring) { model_.notify(ring); }
    void rearm(unsigned ring, const modelled_epoll::readiness& ready) {
        real_.rearm(ring);
        model_.rearm(ring, ready);
    }
    // What differs; empty if nothing does.
    std::string wait(const modelled_epoll::readiness& ready, std::chrono::milliseconds patience) {
        const auto expected = model_.wait(ready);
        const auto reported = real_.wait(!expected.empty(), patience);
        if (reported == expected) return {};
        return name_ + " epoll reports rings: kernel" + text(reported) + ", model" + text(expected);
    }

  private:
    static std::string text(const std::vector<unsigned>& rings) {
        std::string out;
        for (const unsigned r : rings) out += ' ' + std::to_string(r);
        return out.empty() ? " none" : out;
    }

    std::string name_;
    std::vector<watch_how> items_;
    real_epoll real_;
    modelled_epoll model_;
};

}  // namespace ringsim::tests
