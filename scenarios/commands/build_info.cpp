#include "scenarios/commands/build_info.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "kernel_model/version.hpp"
#include "scenarios/commands/build_info.generated.hpp"
#include "scenarios/program/version.hpp"

namespace ringsim::scenarios::commands {

std::string compiler() {
#if defined(__clang__)
    return fmt::format("clang {}.{}.{}", __clang_major__, __clang_minor__, __clang_patchlevel__);
#else
    return fmt::format("gcc {}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#endif
}

std::string version_text() {
    constexpr std::array<std::pair<std::string_view, bool>, 5> parts{{
        {"Relacy", built_with_relacy},
        {"check", built_with_check},
        {"live", built_with_live},
        {"gate", built_with_gate},
        {"serve", built_with_serve},
    }};
    std::string there, lacking;
    for (const auto& [name, has] : parts) {
        std::string& list = has ? there : lacking;
        list += (list.empty() ? "" : ", ") + std::string(name);
    }
    std::string text = fmt::format(
        "ringsim {}\n"
        "models     Linux {}\n"
        "compiler   {}, {}, for {}\n"
        "built in   {}\n",
        program_version, kernel::described_version.name, compiler(), built_optimized, built_for,
        there.empty() ? "nothing optional" : there);
    if (!lacking.empty()) text += "left out   " + lacking + " (ringsim doctor says why)\n";
    text.pop_back();
    return text;
}

}  // namespace ringsim::scenarios::commands
