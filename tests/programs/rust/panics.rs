// A panic is a violation.
//
// expect rc11 1/1 panicked:_assertion_`left_==_right`_failed
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

static COUNT: AtomicUsize = AtomicUsize::new(0);

fn main() {
    let other = thread::spawn(|| COUNT.store(1, Ordering::SeqCst));
    assert_eq!(COUNT.load(Ordering::SeqCst), 1);
    other.join().unwrap();
}
