// Statics that are written, and that nobody reads: two threads that write one race all the same.
// expect               rc11 1
// expect --cfg=counter rc11 2/2 data_race
// expect --cfg=cell    rc11 2/2 data_race
use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

struct Shared(Cell<i32>);
unsafe impl Sync for Shared {}

static CELL: Shared = Shared(Cell::new(0));
static mut COUNTER: i32 = 0;
static USERS: AtomicUsize = AtomicUsize::new(0);

fn work(value: i32) {
    if cfg!(counter) {
        unsafe { COUNTER = value };
    }
    if cfg!(cell) {
        CELL.0.set(value);
    }
    USERS.fetch_add(1, Ordering::Relaxed);
}

fn main() {
    let other = thread::spawn(|| work(1));
    if cfg!(any(counter, cell)) {
        work(2);
    }
    other.join().unwrap();
}
