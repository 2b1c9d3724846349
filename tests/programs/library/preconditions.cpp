// What libstdc++ asks of those who use it, each broken where memory alone would show nothing.
//
// expect            rc11 1
// expect -DVECTOR   rc11 1/1 the_library_is_used_as_it_must_not_be
// expect -DSPAN     rc11 1/1 the_library_is_used_as_it_must_not_be
// expect -DSTRING   rc11 1/1 the_library_is_used_as_it_must_not_be
// expect -DOPTIONAL rc11 1/1 the_library_is_used_as_it_must_not_be
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

static int use(unsigned n) {
    std::vector<int> v{1, 2};
    v.reserve(8);
    int numbers[4] = {1, 2, 3, 4};
    std::span<int> part(numbers, 2);
    std::string text = "ab";
    std::optional<int> maybe{1};
#if defined VECTOR
    v[n + 1] = 3;
#elif defined SPAN
    part[n + 1] = 3;
#elif defined STRING
    text[n + 3] = 'x';
#elif defined OPTIONAL
    maybe.reset();
#endif
    return v[0] + part[0] + text[0] + *maybe;
}

int main() {
    int sum = 0;
    std::thread a([&] { sum = use(1); });
    a.join();
    return sum != 1 + 1 + 'a' + 1;
}
