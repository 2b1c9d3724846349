// What the compiler makes a loop of: a load, and a compare-exchange until it succeeds.
//
// expect             rc11 4
// expect --cfg=other rc11 4/4 panicked:
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

static MOST: AtomicU32 = AtomicU32::new(0);

fn main() {
    let other = thread::spawn(|| MOST.fetch_max(3, Ordering::Relaxed));
    MOST.fetch_max(2, Ordering::Relaxed);
    other.join().unwrap();
    let most = MOST.load(Ordering::Relaxed);
    assert_eq!(most, if cfg!(other) { 2 } else { 3 });
}
