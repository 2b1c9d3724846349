#include "scenarios/render/trace_table.hpp"

#include <algorithm>
#include <map>

#include "kernel_model/uapi.hpp"
#include "sim/stable_sort.hpp"

namespace ringsim::scenarios::render {
namespace {

using sim::step_kind;
using sim::trace;
using sim::trace_step;

constexpr std::size_t thread_column_min = 20;
constexpr std::string_view gap = " | ";

enum class emphasis : std::uint8_t { none, stale, end, folded };

// A line of the table before it is laid out.
struct row {
    std::string number;   // of the step or steps; empty for a remark
    unsigned thread = 0;  // whose column
    std::string text;
    emphasis how = emphasis::none;
    std::vector<std::string> values;  // of the watched words
};

// The values of the watched words while the steps go by.
class watched_words {
  public:
    watched_words(const trace& t, const study::story& s, const ring_words& words)
        : trace_(t), locations_(sim::locations(t)), words_(words), watched_(s.watched) {
        for (const std::uint32_t location : watched_) {
            current_.push_back(initial(location));
            headings_.push_back(words.location(t.steps[location]));
        }
    }

    const std::vector<std::string>& headings() const { return headings_; }
    const std::vector<std::string>& current() const { return current_; }

    // The values to show beside step `i`: what it changed, with a star, and what it could have
    // read.
    std::vector<std::string> after(std::size_t i) {
        std::vector<std::string> shown(watched_.size());
        for (std::size_t w = 0; w < watched_.size(); ++w) {
            const trace_step& s = trace_.steps[i];
            if (locations_[i] != watched_[w]) continue;
            if (sim::writes(s)) {
                current_[w] = words_.value(s, s.written);
                shown[w] = current_[w] + " *";
            } else if (sim::reads(s)) {
                shown[w] = current_[w];
            }
        }
        return shown;
    }

  private:
    // What the word holds when the threads start: as somebody reads it, or as setup() left it.
    std::string initial(std::uint32_t location) const {
        const trace_step& example = trace_.steps[location];
        for (std::size_t i = 0; i < trace_.steps.size(); ++i) {
            const trace_step& s = trace_.steps[i];
            if (locations_[i] == location && sim::reads(s) && s.reads_from == 0)
                return words_.value(s, s.read);
        }
        for (auto s = trace_.setup.rbegin(); s != trace_.setup.rend(); ++s)
            if (s->word == example.word && s->note == example.note &&
                words_.ring_of(*s) == words_.ring_of(example) && sim::writes(*s))
                return words_.value(*s, s->written);
        return words_.value(example, 0);
    }

    const trace& trace_;
    std::vector<std::uint32_t> locations_;
    const ring_words& words_;
    const std::vector<std::uint32_t>& watched_;
    std::vector<std::string> current_;
    std::vector<std::string> headings_;
};

// What a run of steps of one thread amounts to.
std::string summary(const trace& t, const ring_words& words, std::size_t begin, std::size_t end) {
    std::vector<std::string> parts;
    const auto part = [&](std::string text) {
        if (std::ranges::find(parts, text) == parts.end()) parts.push_back(std::move(text));
    };
    bool asked_for_room = false;
    for (std::size_t i = begin; i < end; ++i) {
        const trace_step& s = t.steps[i];
        const std::string record = words.record(s);
        switch (s.where) {
            case site::reserve_load_consumer_pos:
                asked_for_room = true;
                break;
            case site::reserve_store_header:
                asked_for_room = false;
                part("reserves " + record);
                break;
            case site::reserve_unlock:
                if (asked_for_room) part("finds no room");
                break;
            case site::program_store_payload:
                part("writes the payload of " + record);
                break;
            case site::consumer_load_payload:
                part("takes record " + record);
                break;
            case site::commit_xchg_header:
                part("commits " + record);
                break;
            case site::consumer_load_header:
                if (s.read & BPF_RINGBUF_BUSY_BIT) part("sees that " + record + " is BUSY");
                break;
            default:
                break;
        }
    }
    if (end == begin + 1 && parts.empty()) return words.text(t.steps[begin]);
    if (parts.empty() && t.steps[end - 1].where == site::consumer_load_producer_pos)
        return "looks: " + words.location(t.steps[end - 1]) + " is " +
               words.value(t.steps[end - 1], t.steps[end - 1].read);
    std::string text;
    for (const std::string& p : parts) text += (text.empty() ? "" : ", ") + p;
    if (text.empty())
        text = "on its way: " + words.location(t.steps[begin]) + " ... " +
               words.location(t.steps[end - 1]);
    return text;
}

// What the reader should know of a step beside the access itself.
std::vector<std::string> remarks(const trace& t, const ring_words& words, std::size_t i) {
    std::vector<std::string> out;
    const trace_step& s = t.steps[i];
    if (s.missed != 0) {
        const trace_step& newer = t.steps[s.missed - 1];
        const std::string wrote = words.value(newer, newer.written);
        out.push_back("STALE: step " + std::to_string(s.missed) + " had written " + wrote);
    }
    if (s.reads_from > i + 1)
        out.push_back("AHEAD: step " + std::to_string(s.reads_from) + " writes it, before this");
    if (s.where == site::commit_load_consumer_pos) {
        std::uint64_t committed = 0;
        std::uint64_t next_at = t.steps.size();
        for (std::size_t j = 0; j < i; ++j)
            if (t.steps[j].thread == s.thread && t.steps[j].where == site::commit_xchg_header)
                committed = t.steps[j].note;
        for (std::size_t j = t.steps.size(); j-- > i + 1;)
            if (t.steps[j].thread == s.thread) next_at = j;
        const bool wakes = next_at < t.steps.size() && t.steps[next_at].where == site::notify_set;
        if (!wakes && s.read != committed)
            out.push_back("not caught up with " + words.position(committed, words.ring_of(s)) +
                          ": no wakeup");
        if (!wakes && s.read == committed)
            out.push_back("caught up, but BPF_RB_NO_WAKEUP: no wakeup");
    }
    return out;
}

std::vector<row> rows_of(const trace& t, const study::story& s, const ring_words& words,
                         watched_words& watched, std::size_t last) {
    std::vector<row> rows;
    for (std::size_t i = 0; i < last;) {
        const trace_step& step = t.steps[i];
        if (s.told[i]) {
            const bool final = step.kind == step_kind::asleep || step.kind == step_kind::stuck ||
                               i + 1 == t.at_step;
            rows.push_back({std::to_string(i + 1), step.thread, words.text(step),
                            step.missed != 0 || step.reads_from > i + 1 ? emphasis::stale
                            : final                                     ? emphasis::end
                                                                        : emphasis::none,
                            watched.after(i)});
            for (std::string& r : remarks(t, words, i))
                rows.push_back({"",
                                step.thread,
                                "  " + r,
                                r.starts_with("STALE") || r.starts_with("AHEAD") ? emphasis::stale
                                                                                 : emphasis::none,
                                {}});
            ++i;
            continue;
        }
        const std::size_t begin = i;
        std::vector<std::string> values(s.watched.size());
        while (i < last && !s.told[i] && t.steps[i].thread == step.thread) {
            const auto now = watched.after(i++);
            for (std::size_t w = 0; w < now.size(); ++w)
                if (now[w].ends_with("*")) values[w] = now[w];
        }
        std::string number = std::to_string(begin + 1);
        if (i > begin + 1) number += "-" + std::to_string(i);
        rows.push_back({number, step.thread, summary(t, words, begin, i), emphasis::folded,
                        std::move(values)});
    }
    return rows;
}

// The widths of the columns, and how a row becomes lines.
class layout {
  public:
    layout(const text_page& page, const std::vector<std::string>& threads,
           const std::vector<std::string>& calls, const std::vector<row>& rows,
           const std::vector<std::string>& headings, const std::vector<std::string>& first_values)
        : threads_(threads) {
        for (const row& r : rows) number_ = std::max(number_, r.number.size());
        for (std::size_t w = 0; w < headings.size(); ++w) {
            std::size_t width = std::max(headings[w].size(), first_values[w].size());
            for (const row& r : rows)
                if (w < r.values.size()) width = std::max(width, r.values[w].size());
            watched_.push_back(width);
        }
        std::size_t taken = number_ + 1;
        for (const std::size_t w : watched_) taken += w + 2;
        if (!watched_.empty()) taken += 1;
        const std::size_t room = page.width() > taken ? page.width() - taken : 0;
        shared_ = threads_.size() * (thread_column_min + gap.size()) > room + gap.size();
        share(room, rows, calls);
    }

    void add_head(text_page& page, const std::vector<std::string>& calls,
                  const std::vector<std::string>& headings) const {
        if (shared_) {
            page.add(page.bold(assembled("", {"thread: step"}, headings)));
            return;
        }
        // The calls go onto a second line where a name and its calls do not fit into one.
        std::vector<std::string> first;
        std::vector<std::string> second(threads_.size());
        for (std::size_t i = 0; i < threads_.size(); ++i) {
            first.push_back(threads_[i] + (calls[i].empty() ? "" : "  " + calls[i]));
            if (columns(first[i]) <= widths_[i]) continue;
            first[i] = threads_[i];
            second[i] = calls[i];
        }
        page.add(page.bold(assembled("", first, headings)));
        if (std::ranges::any_of(second, [](const auto& s) { return !s.empty(); }))
            page.add(page.bold(assembled("", second, {})));
    }

    void add_row(text_page& page, const row& r) const {
        const std::size_t column = shared_ ? 0 : r.thread;
        std::string text = r.text;
        if (shared_) text = fmt::format("{}: {}", threads_[r.thread], r.text);
        const std::size_t indent = text.find_first_not_of(' ') + 2;
        const auto pieces = wrapped(text, widths_[column], indent);
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            std::vector<std::string> cells(widths_.size());
            cells[column] = emphasized(page, r.how, pieces[i]);
            page.add(assembled(i == 0 ? r.number : "", cells,
                               i == 0 ? r.values : std::vector<std::string>{}));
        }
    }

    // One line over all thread columns, in front of the first step.
    void add_banner(text_page& page, const std::string& text,
                    const std::vector<std::string>& values) const {
        std::size_t width = gap.size() * (widths_.size() - 1);
        for (const std::size_t w : widths_) width += w;
        std::string line = std::string(number_ + 1, ' ') + padded(text, width);
        page.add(line + values_text(values));
    }

  private:
    // Columns as wide as their text, as far as the room goes, then as their heads.
    void share(std::size_t room, const std::vector<row>& rows,
               const std::vector<std::string>& calls) {
        if (shared_) {
            widths_ = {room};
            return;
        }
        std::vector<std::size_t> wish(threads_.size(), thread_column_min);
        for (const row& r : rows) wish[r.thread] = std::max(wish[r.thread], columns(r.text));
        std::size_t left = room - gap.size() * (threads_.size() - 1);
        widths_.assign(threads_.size(), 0);
        std::vector<std::size_t> order(threads_.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
        sim::sort_stably_by(order, [&](std::size_t i) { return wish[i]; });
        for (std::size_t i = 0; i < order.size(); ++i) {
            widths_[order[i]] = std::min(wish[order[i]], left / (order.size() - i));
            left -= widths_[order[i]];
        }
        for (std::size_t i = 0; i < widths_.size(); ++i) {
            const std::size_t head = columns(threads_[i]) + 2 + columns(calls[i]);
            const std::size_t more = std::min(left, head - std::min(head, widths_[i]));
            widths_[i] += more;
            left -= more;
        }
    }

    static std::string emphasized(const text_page& page, emphasis how, const std::string& text) {
        switch (how) {
            case emphasis::stale:
                return page.yellow(text);
            case emphasis::end:
                return page.red(text);
            case emphasis::folded:
                return page.dim(text);
            case emphasis::none:
                break;
        }
        return text;
    }

    std::string values_text(const std::vector<std::string>& values) const {
        std::string text;
        for (std::size_t w = 0; w < watched_.size(); ++w)
            text += (w == 0 ? " | " : "  ") +
                    padded(w < values.size() ? values[w] : std::string(), watched_[w]);
        return text;
    }

    std::string assembled(const std::string& number, const std::vector<std::string>& cells,
                          const std::vector<std::string>& values) const {
        std::string text = fmt::format("{:>{}} ", number, number_);
        for (std::size_t i = 0; i < widths_.size(); ++i) {
            if (i > 0) text += gap;
            text += padded(cells[i], widths_[i]);
        }
        return text + values_text(values);
    }

    const std::vector<std::string>& threads_;
    std::size_t number_ = 2;
    std::vector<std::size_t> watched_;
    std::vector<std::size_t> widths_;
    bool shared_ = false;  // all threads in one column
};

std::string setup_line(const ring_words& words, const trace_step& s) {
    return "  setup  " + words.text(s);
}

}  // namespace

std::string state_after_setup(const trace& t, const ring_words& words) {
    std::map<std::pair<unsigned, std::uint64_t>, std::uint64_t> headers;  // by ring and position
    bool pending = false;
    for (const trace_step& s : t.setup) {
        if (s.where == site::reserve_store_header || s.where == site::commit_xchg_header)
            headers[{words.ring_of(s), s.note}] = s.written;
        if (s.where == site::notify_set) pending = true;
        if (s.where == site::notify_take) pending = false;
    }
    std::string text;
    for (const auto& [record, header] : headers) {
        if (!text.empty()) text += ", ";
        text += words.position(record.second, record.first);
        text += header & BPF_RINGBUF_BUSY_BIT      ? " reserved (BUSY)"
                : header & BPF_RINGBUF_DISCARD_BIT ? " discarded"
                                                   : " committed";
    }
    if (pending) text += std::string(text.empty() ? "" : "; ") + "a wakeup is pending";
    return text;
}

void add_trace_table(text_page& page, const trace& t, const study::story& s,
                     const ring_words& words, const worlds::variant& code,
                     const table_options& options) {
    const std::size_t last = options.last_step == 0
                                 ? t.steps.size()
                                 : std::min<std::size_t>(options.last_step, t.steps.size());
    const auto lay_out = [&](const study::story& told) {
        watched_words watched(t, told, words);
        return rows_of(t, told, words, watched, last);
    };
    auto rows = lay_out(s);
    if (options.lines_max != 0 && rows.size() + 2 > options.lines_max)
        rows = lay_out(tell(t, study::detail::core));
    const watched_words start(t, s, words);
    std::vector<std::string> calls;
    for (unsigned i = 0; i < t.threads.size(); ++i) calls.push_back(words.calls(t, i, code));

    const layout columns(page, t.threads, calls, rows, start.headings(), start.current());
    columns.add_head(page, calls, start.headings());
    if (options.with_setup)
        for (const trace_step& step : t.setup) page.add(setup_line(words, step));
    const std::string before = state_after_setup(t, words);
    columns.add_banner(page, "at the start: " + (before.empty() ? "an empty ring" : before),
                       start.current());
    for (const row& r : rows) columns.add_row(page, r);
}

}  // namespace ringsim::scenarios::render
