// Relacy's schedulers, driven: bounded, interruptible, silent, and replayed with checked choices.
#include "sim/relacy_headers.hpp"
// Relacy's headers come first.
#include <charconv>
#include <optional>

#include "sim/relacy_engine.hpp"
#include "sim/relacy_run.hpp"

namespace ringsim::sim {
namespace {

// The state of the run, where the test object and the schedulers find it: Relacy makes both itself.
struct run_state {
    run_state(relacy_engine& e, relacy_program& p, const relacy_limits& l)
        : engine(&e), program(&p), limits(&l) {}

    relacy_engine* engine;
    relacy_program* program;
    const relacy_limits* limits;
    std::uint64_t executions = 0;
    relacy_stop stopped = relacy_stop::ceiling;  // why Relacy was told to stop
    std::string_view choices;                    // of a replay under bound or full search
    std::size_t choices_made = 0;
    bool diverged = false;
};
run_state* running = nullptr;

const rl::debug_info here;

template <int threads>
struct relacy_test : rl::test_suite<relacy_test<threads>, threads> {
    void before() {
        run_state& r = *running;
        const bool interrupted = r.limits->stop && r.limits->stop->load();
        if (interrupted || r.executions == r.limits->executions_max) {
            r.stopped = interrupted ? relacy_stop::interrupted : relacy_stop::ceiling;
            rl::ctx().rl_until("enough", here);
        }
        ++r.executions;
        r.engine->begin_execution();
        r.program->start();
        r.engine->setup_is_over();
    }
    void thread(unsigned index) {
        if (index < running->program->thread_count()) running->program->thread(index);
    }
    void after() { running->program->finish(); }
};

// Repeats one execution of the context-bound or the full search. The choices come from a text, so
// each is checked before it is used; a bound of UINT_MAX makes it the full search.
template <int threads>
class replay_scheduler
    : public rl::tree_search_scheduler<replay_scheduler<threads>,
                                       rl::context_bound_scheduler_thread_info<threads>, threads> {
  public:
    using base_t =
        rl::tree_search_scheduler<replay_scheduler<threads>,
                                  rl::context_bound_scheduler_thread_info<threads>, threads>;
    using thread_info_t = typename base_t::thread_info_t;
    using shared_context_t = typename base_t::shared_context_t;

    replay_scheduler(rl::test_params& params, shared_context_t& shared, rl::thread_id_t dynamic)
        : base_t(params, shared, dynamic) {}

    rl::thread_id_t iteration_begin_impl() {
        switches_left_ = this->params_.context_bound;
        return this->running_threads[choose(static_cast<unsigned>(this->running_threads_count))];
    }
    bool can_switch(thread_info_t&) { return switches_left_ != 0; }
    void on_switch(thread_info_t& from) {
        if (from.state_ == rl::thread_state_running) --switches_left_;
    }
    unsigned rand_impl(unsigned limit, rl::sched_type) { return choose(limit); }
    bool iteration_end_impl() { return true; }
    double iteration_count_approx() { return 1; }

  private:
    // A choice between one thing is not in the text.
    static unsigned choose(unsigned limit) {
        if (limit == 1) return 0;
        run_state& r = *running;
        if (r.choices_made < r.choices.size()) {
            const auto choice = static_cast<unsigned>(r.choices[r.choices_made++] - '0');
            if (choice < limit) return choice;
        }
        r.diverged = true;
        return 0;
    }

    unsigned switches_left_ = 0;
};

// "SIZE (COUNT INDEX TYPE)*", as Relacy writes the path to an execution in its search tree, down to
// the choices alone. The iteration's number before it is of no use to a replay.
std::string choices_of(const std::string& state) {
    rl::istringstream in(state.c_str());
    std::uint64_t iteration = 0;
    std::size_t size = 0;
    in >> iteration >> size;
    std::string choices;
    for (std::size_t i = 0; i < size; ++i) {
        unsigned count = 0, index = 0, type = 0;
        in >> count >> index >> type;
        if (count > 1) choices += static_cast<char>('0' + index);
    }
    return choices;
}

void translate(rl::test_result_e result, relacy_result& r) {
    r.how = relacy_stop::found;
    const relacy_engine::finding& found = running->engine->found();
    switch (result) {
        case rl::test_result_success:
            r.how = relacy_stop::exhausted;
            return;
        case rl::test_result_until_condition_hit:
            r.how = running->stopped;
            return;
        case rl::test_result_user_assert_failed:
            r.kind = found.kind;
            r.what = found.what;
            return;
        case rl::test_result_data_race:
            r.kind = violation::data_race;
            r.what = found.what;
            return;
        case rl::test_result_deadlock:
            r.kind = violation::deadlock;
            r.what = "no thread can go on";
            return;
        case rl::test_result_livelock:
            r.kind = violation::busy_spin;
            r.what = "a thread turns round for ever";
            return;
        default:
            r.kind = violation::assertion;
            r.what = std::string("Relacy reports: ") + rl::test_result_str(result);
    }
}

template <int threads, template <rl::thread_id_t> class scheduler>
relacy_result run_with(rl::test_params& params) {
    relacy_result r;
    rl::ostringstream state;
    const auto result =
        rl::run_test<relacy_test<threads>, scheduler<threads>>(params, state, false);
    ringsim_relacy_memory::run_is_over();
    translate(result, r);
    r.executions = running->executions;
    r.state = state.str().c_str();
    return r;
}

template <int threads>
relacy_result run_threads(rl::test_params& params, bool replay) {
    if (params.search_type == rl::sched_random)
        return run_with<threads, rl::random_scheduler>(params);
    if (replay) return run_with<threads, replay_scheduler>(params);
    if (params.search_type == rl::sched_bound)
        return run_with<threads, rl::context_bound_scheduler>(params);
    return run_with<threads, rl::full_search_scheduler>(params);
}

relacy_result run(rl::test_params& params, unsigned thread_count, bool replay) {
    // Relacy's reports and progress go nowhere: the engine keeps its own record.
    std::ostream silence(nullptr);
    params.output_stream = &silence;
    params.progress_stream = &silence;
    params.iteration_count = UINT64_MAX;  // relacy_test::before() counts
    switch (thread_count) {
        case 1:  // Relacy's code for one thread alone does not compile cleanly; the second is idle
        case 2:
            return run_threads<2>(params, replay);
        case 3:
            return run_threads<3>(params, replay);
        case 4:
            return run_threads<4>(params, replay);
        case 5:
            return run_threads<5>(params, replay);
        default:
            throw std::invalid_argument("Relacy runs programs of one to five threads");
    }
}

rl::test_params params_for(const relacy_limits& limits) {
    rl::test_params params;
    params.search_type = limits.search == relacy_search::random  ? rl::sched_random
                         : limits.search == relacy_search::bound ? rl::sched_bound
                                                                 : rl::sched_full;
    params.context_bound = limits.context_bound;
    return params;
}

void start_random_at(rl::test_params& params, std::uint64_t iteration) {
    params.initial_state = (std::to_string(iteration) + " ").c_str();
}

}  // namespace

relacy_result run_on_relacy(relacy_engine& engine, relacy_program& program,
                            const relacy_limits& limits) {
    run_state state(engine, program, limits);
    running = &state;
    engine.begin_exploration();
    rl::test_params params = params_for(limits);
    if (limits.search == relacy_search::random) start_random_at(params, limits.first);
    relacy_result r = run(params, program.thread_count(), false);
    running = nullptr;
    if (r.how != relacy_stop::found)
        r.state.clear();
    else if (limits.search == relacy_search::random)
        r.state = std::to_string(params.stop_iteration);
    else
        r.state = choices_of(r.state);
    return r;
}

relacy_result replay_on_relacy(relacy_engine& engine, relacy_program& program,
                               const relacy_limits& limits, std::string_view text) {
    if (!is_relacy_state(limits.search, text))
        throw std::invalid_argument("not a state of a Relacy search");
    relacy_limits once = limits;
    once.executions_max = 1;
    run_state state(engine, program, once);
    state.choices = text;
    running = &state;
    engine.begin_exploration();
    rl::test_params params = params_for(once);
    if (limits.search == relacy_search::random) {
        std::uint64_t iteration = 0;
        std::from_chars(text.data(), text.data() + text.size(), iteration);
        start_random_at(params, iteration);
    }
    if (limits.search == relacy_search::full) params.context_bound = UINT_MAX;
    relacy_result r = run(params, program.thread_count(), true);
    const bool used_up =
        limits.search == relacy_search::random || state.choices_made == text.size();
    if (state.diverged || !used_up) r.how = relacy_stop::diverged;
    running = nullptr;
    r.state = text;
    return r;
}

bool is_relacy_state(relacy_search search, std::string_view state) {
    constexpr std::size_t digits_max = 19, choices_max = 20'000;
    if (state.find_first_not_of("0123456789") != state.npos) return false;
    if (search == relacy_search::random) return !state.empty() && state.size() <= digits_max;
    return state.size() <= choices_max;
}

}  // namespace ringsim::sim
