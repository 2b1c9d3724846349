// A function of its own that has the name of a library's: another file that calls that name means
// the library's.
__attribute__((noinline)) static int signal(int n) {
    return n + 1;
}

int its_own(int n) {
    return signal(n);
}
