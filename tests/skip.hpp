// SKIP(reason): leaves a doctest case that this machine cannot run, and says why.
//
// The case must not have failed before. The TAP reporter of tests/main.cpp turns the message into
// a skip; doctest's own reporters show it as a message.
#pragma once

#include <doctest/doctest.h>

// `reason` may be a chain: "needs a kernel of " << version.
#define SKIP(reason)                    \
    do {                                \
        MESSAGE("skipped: " << reason); \
        return;                         \
    } while (false)
