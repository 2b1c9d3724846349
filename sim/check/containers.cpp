// What the C++ library's containers leave to functions of the library: trees are balanced, lists
// linked and hash tables measured here, one access to memory after another, as the program's own
// code would. A call of NAME, as it is mangled, arrives at ringsim_NAME.
//
// Most of a container is a template, which is compiled with the program and followed like the rest
// of it. These few functions are in libstdc++'s shared library, compiled without reports. Two
// threads that change one std::map without a lock must be a race whatever the function is in which
// they meet; so the functions are written once more here, in terms of load() and store(), each of
// which is an access of the program's memory, told at the call. Layouts and results are those of
// libstdc++'s headers (bits/stl_tree.h, bits/stl_list.h, bits/hashtable_policy.h), which are part
// of its ABI; what the tree looks like in between is up to us.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <unordered_map>
#include <utility>

#include "sim/check/runtime.hpp"

using namespace ringsim::sim::check;

namespace {

// Before main() there is no runtime, and an access is no more than that.
template <class T>
T load(char* at) {
    if (running()) active->plain_load(at, sizeof(T));
    return *reinterpret_cast<T*>(at);
}

// In memory at once, for the next line may load it.
template <class T>
void store(char* at, T value) {
    if (running())
        active->store_now(at, sizeof(T), (std::uint64_t)value);
    else
        *reinterpret_cast<T*>(at) = value;
}

// --- red-black trees ----------------------------------------------------------------------------
// A node as the library lays it out (_Rb_tree_node_base): its color, then, from byte 8, its parent,
// left and right. The header of a tree is one, too: its parent is the root, its left and right are
// the first and the last node. The header is red, which tells it from the root.
//
// The rules: a red node has no red child, and each way down from a node to where nothing is meets
// as many black ones. The algorithms are the classic ones (Cormen, Leiserson, Rivest and Stein,
// "Introduction to Algorithms", red-black trees), with both mirror images in one piece of code:
// `on_left` says which one it is.

enum color : int { red = 0, black = 1 };

class tree {
  public:
    using node = char*;

    explicit tree(node header) : header_(header) {}

    node parent(node n) const { return load<node>(n + parent_at); }
    node left(node n) const { return load<node>(n + left_at); }
    node right(node n) const { return load<node>(n + right_at); }
    node child(node n, bool on_left) const { return on_left ? left(n) : right(n); }
    color color_of(node n) const { return static_cast<color>(load<int>(n)); }
    bool is_red(node n) const { return n && color_of(n) == red; }

    node first(node n) const { return outermost(n, true); }
    node last(node n) const { return outermost(n, false); }

    // The neighbour of `n` in the order of the tree, to the right or to the left.
    node step(node n, bool to_right) const {
        if (const node below = child(n, !to_right)) return outermost(below, to_right);
        node above = parent(n);
        while (n == child(above, !to_right)) {
            n = above;
            above = parent(above);
        }
        // From the root of a tree that has nothing there: the header, its parent's parent.
        return child(n, !to_right) != above ? above : n;
    }

    // `n`, which is new, becomes the child of `under` on that side, where nothing is. Red, so that
    // no way down has a black node more; two red ones in a row are mended then.
    void insert(node n, node under, bool on_left) {
        set_parent(n, under);
        set_left(n, nullptr);
        set_right(n, nullptr);
        set_color(n, red);
        if (under == header_) {
            set_left(under, n);  // the first of all
            set_root(n);
            set_right(header_, n);
        } else {
            set_child(under, on_left, n);
            if (on_left && under == left(header_)) set_left(header_, n);
            if (!on_left && under == right(header_)) set_right(header_, n);
        }
        mend_after_insertion(n);
    }

    // Takes `z` out. Its memory is the caller's. Where it has two children, its successor, which
    // has no left one, is cut out instead and put in the place of `z`: nodes are moved by links,
    // and never copied, for iterators to them stay valid.
    void erase(node z) {
        node in_its_place = z;  // what is cut out of the tree
        if (left(z) && right(z)) in_its_place = first(right(z));
        const node below = left(in_its_place) ? left(in_its_place) : right(in_its_place);
        node above = parent(in_its_place);
        // Of a node that is cut out at most one child is there.
        const color lost = color_of(in_its_place);
        // The first node has no left child, so the next one is the first below it, or else its
        // parent.
        if (z == left(header_)) set_left(header_, below ? first(below) : parent(z));
        if (z == right(header_)) set_right(header_, below ? last(below) : parent(z));
        replace(in_its_place, below);
        if (in_its_place != z) {
            // The successor was the right child of `z`: then it goes up, and what was below it
            // stays there.
            if (above == z) above = in_its_place;
            move_to(in_its_place, z);
        }
        // A red node is not counted on a way down: nothing has to be mended.
        if (lost == black) mend_after_removal(below, above);
    }

  private:
    static constexpr std::size_t parent_at = 8;
    static constexpr std::size_t left_at = 16;
    static constexpr std::size_t right_at = 24;

    void set_parent(node n, node v) { store(n + parent_at, v); }
    void set_left(node n, node v) { store(n + left_at, v); }
    void set_right(node n, node v) { store(n + right_at, v); }
    void set_child(node n, bool on_left, node v) { on_left ? set_left(n, v) : set_right(n, v); }
    void set_color(node n, color c) { store<int>(n, c); }
    node root() const { return parent(header_); }
    void set_root(node n) { set_parent(header_, n); }

    node outermost(node n, bool to_left) const {
        while (const node next = child(n, to_left)) n = next;
        return n;
    }

    // `with`, which may be none, where `n` was.
    void replace(node n, node with) {
        const node above = parent(n);
        if (above == header_)
            set_root(with);
        else
            set_child(above, left(above) == n, with);
        if (with) set_parent(with, above);
    }

    // `n`, which is not in the tree, takes the place of `z` with its color and its children.
    void move_to(node n, node z) {
        const node l = left(z);
        const node r = right(z);
        replace(z, n);
        set_left(n, l);
        if (l) set_parent(l, n);
        set_right(n, r);
        if (r) set_parent(r, n);
        set_color(n, color_of(z));
    }

    // The child on the other side comes up, and takes `n` for its child on this side; what was
    // between the two in the order of the tree changes its parent.
    void rotate(node n, bool to_left) {
        const node up = child(n, !to_left);
        const node between = child(up, to_left);
        set_child(n, !to_left, between);
        if (between) set_parent(between, n);
        replace(n, up);
        set_child(up, to_left, n);
        set_parent(n, up);
    }

    // `n` is red, and may have a red parent. With a red uncle both become black, and their parent,
    // now red, may be wrong in its turn; otherwise one or two rotations end it.
    void mend_after_insertion(node n) {
        while (n != root() && color_of(parent(n)) == red) {
            const node above = parent(n);
            const node grandparent = parent(above);
            const bool on_left = above == left(grandparent);
            const node uncle = child(grandparent, !on_left);
            if (is_red(uncle)) {
                set_color(above, black);
                set_color(uncle, black);
                set_color(grandparent, red);
                n = grandparent;
                continue;
            }
            if (n == child(above, !on_left)) {
                n = above;
                rotate(n, on_left);
            }
            set_color(parent(n), black);
            set_color(grandparent, red);
            rotate(grandparent, !on_left);
        }
        set_color(root(), black);
    }

    // A black node is missing above `n`, which may be none and is below `above`.
    void mend_after_removal(node n, node above) {
        while (n != root() && !is_red(n)) {
            const bool on_left = n == left(above);
            // There is a sibling: below it as many black nodes are as were below `n` before.
            node sibling = child(above, !on_left);
            if (is_red(sibling)) {
                set_color(sibling, black);
                set_color(above, red);
                rotate(above, on_left);
                sibling = child(above, !on_left);
            }
            // One black node less below `above` on either side: what is missing is missing above it
            // now.
            if (!is_red(left(sibling)) && !is_red(right(sibling))) {
                set_color(sibling, red);
                n = above;
                above = parent(above);
                continue;
            }
            if (!is_red(child(sibling, !on_left))) {
                set_color(child(sibling, on_left), black);
                set_color(sibling, red);
                rotate(sibling, !on_left);
                sibling = child(above, !on_left);
            }
            // The sibling's outer child is red: it pays for the black node that is missing.
            set_color(sibling, color_of(above));
            set_color(above, black);
            set_color(child(sibling, !on_left), black);
            rotate(above, on_left);
            break;
        }
        if (n) set_color(n, black);
    }

    node header_;
};

// --- lists --------------------------------------------------------------------------------------

// A node's links: to the next node at its first byte, to the one before behind that. A list is a
// ring that goes through its header.
constexpr std::size_t prev_at = 8;

char* next(char* n) {
    return load<char*>(n);
}
char* prev(char* n) {
    return load<char*>(n + prev_at);
}
void link(char* a, char* b) {
    store(a, b);
    store(b + prev_at, a);
}

using rehash_policy = std::__detail::_Prime_rehash_policy;

// The library's own code does the arithmetic, on a copy that nobody else can see: the accesses of
// the program's memory are a load of all of it, and a store of the one member that it may change.
// All that call it change the table in any case, so a store of the same value makes no race where
// there is none.
class policy_copy {
  public:
    policy_copy(const rehash_policy* of)
        : at_(reinterpret_cast<char*>(const_cast<rehash_policy*>(of))) {
        if (running()) active->plain_load(at_, sizeof copy_);
        copy_ = *of;
    }
    const rehash_policy& policy() const { return copy_; }
    void write_back() const {
        store(at_ + offsetof(rehash_policy, _M_next_resize), copy_._M_next_resize);
    }

  private:
    char* at_;
    rehash_policy copy_;
};

}  // namespace

// NOLINTBEGIN: names that the library chose
extern "C" {

void ringsim__ZSt29_Rb_tree_insert_and_rebalancebPSt18_Rb_tree_node_baseS0_RS_(bool left, char* n,
                                                                               char* under,
                                                                               char* header) {
    RINGSIM_ENTER;
    // The program passes the side as it found it; into an empty tree, under the header, it is the
    // left one.
    tree(header).insert(n, under, left || under == header);
}
char* ringsim__ZSt28_Rb_tree_rebalance_for_erasePSt18_Rb_tree_node_baseRS_(char* n, char* header) {
    RINGSIM_ENTER;
    tree(header).erase(n);
    return n;
}
// An iterator goes on: no header is known, and none is needed.
char* ringsim__ZSt18_Rb_tree_incrementPSt18_Rb_tree_node_base(char* n) {
    RINGSIM_ENTER;
    return tree(nullptr).step(n, true);
}
const char* ringsim__ZSt18_Rb_tree_incrementPKSt18_Rb_tree_node_base(char* n) {
    RINGSIM_ENTER;
    return tree(nullptr).step(n, true);
}
// From behind the last node, which is the header, back to the last. The root is red only for a
// moment, so a red node that is its parent's parent is the header.
static char* step_back(char* n) {
    const tree t(nullptr);
    if (t.color_of(n) == red && t.parent(t.parent(n)) == n) return t.right(n);
    return t.step(n, false);
}
char* ringsim__ZSt18_Rb_tree_decrementPSt18_Rb_tree_node_base(char* n) {
    RINGSIM_ENTER;
    return step_back(n);
}
const char* ringsim__ZSt18_Rb_tree_decrementPKSt18_Rb_tree_node_base(char* n) {
    RINGSIM_ENTER;
    return step_back(n);
}

// Before `position`. Each of these is told at the call that came from the program's code, with all
// its accesses.
void ringsim__ZNSt8__detail15_List_node_base7_M_hookEPS0_(char* n, char* position) {
    RINGSIM_ENTER;
    link(prev(position), n);
    link(n, position);
}
void ringsim__ZNSt8__detail15_List_node_base9_M_unhookEv(char* n) {
    RINGSIM_ENTER;
    link(prev(n), next(n));
}
// The nodes from `first` up to `last`, before `position`.
void ringsim__ZNSt8__detail15_List_node_base11_M_transferEPS0_S1_(char* position, char* first,
                                                                  char* last) {
    RINGSIM_ENTER;
    // Nothing moves: the range ends where it is to go, or would be put in front of itself.
    if (position == last) return;
    char* const last_moved = prev(last);
    link(prev(first), last);
    link(prev(position), first);
    link(last_moved, position);
}
void ringsim__ZNSt8__detail15_List_node_base10_M_reverseEv(char* header) {
    RINGSIM_ENTER;
    char* n = header;
    // In a ring it is all to change the two links of every node, the header's too.
    do {
        char* const after = next(n);
        store(n, prev(n));
        store(n + prev_at, after);
        n = after;
    } while (n != header);
}
// Two headers change their nodes.
void ringsim__ZNSt8__detail15_List_node_base4swapERS0_S1_(char* a, char* b) {
    RINGSIM_ENTER;
    char* const ends[2][2] = {{next(a), prev(a)}, {next(b), prev(b)}};
    char* const headers[2] = {a, b};
    // An empty list is a header that leads to itself: the other one becomes that, and no node has a
    // link to change.
    for (int i = 0; i < 2; ++i) {
        char* const to = headers[1 - i];
        if (ends[i][0] == headers[i]) {
            link(to, to);
            continue;
        }
        link(to, ends[i][0]);
        link(ends[i][1], to);
    }
}

// As std::pair<bool, std::size_t> is returned by the ABI, in two registers.
struct ringsim_rehash {
    bool needed;
    std::size_t buckets;
};
ringsim_rehash ringsim__ZNKSt8__detail20_Prime_rehash_policy14_M_need_rehashEmmm(
    const rehash_policy* p, std::size_t buckets, std::size_t elements, std::size_t more) {
    RINGSIM_ENTER;
    const policy_copy copy(p);
    const auto [needed, many] = copy.policy()._M_need_rehash(buckets, elements, more);
    copy.write_back();
    return {needed, many};
}
std::size_t ringsim__ZNKSt8__detail20_Prime_rehash_policy11_M_next_bktEm(const rehash_policy* p,
                                                                         std::size_t n) {
    RINGSIM_ENTER;
    const policy_copy copy(p);
    const std::size_t many = copy.policy()._M_next_bkt(n);
    copy.write_back();
    return many;
}
// std::hash of strings: reads the bytes, and nothing else.
std::size_t ringsim__ZSt11_Hash_bytesPKvmm(const void* at, std::size_t bytes, std::size_t seed) {
    RINGSIM_ENTER;
    if (running()) active->plain_load(static_cast<char*>(const_cast<void*>(at)), bytes);
    return std::_Hash_bytes(at, bytes, seed);
}

}  // extern "C"
// NOLINTEND
