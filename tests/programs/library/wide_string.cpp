// std::wstring, and what it is made of.
// expect             rc11 2
// expect -DBROKEN    rc11 2/2 data_race
// expect -DUNWRITTEN rc11 1/1 use_of_memory_that_was_never_written
#include <cassert>
#include <cwchar>
#include <mutex>
#include <string>
#include <thread>

static std::wstring text = L"wide";
static std::mutex m;

int main() {
#ifdef UNWRITTEN
    std::thread other([] {
        auto* const letters = new wchar_t[4];
        assert(std::wcslen(letters) < 4);
        delete[] letters;
    });
    other.join();
#else
    std::thread other([] {
        std::lock_guard lock(m);
        text[0] = L'W';
    });
    {
#ifndef BROKEN
        std::lock_guard lock(m);
#endif
        const std::wstring copy = text;
        assert(copy == L"wide" || copy == L"Wide");
        assert(copy.find(L'd') == 2 && std::wcscmp(copy.c_str() + 1, L"ide") == 0);
    }
    other.join();
    assert(text + L" text" == L"Wide text");
#endif
}
