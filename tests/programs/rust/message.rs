// A message that is handed over by a flag.
//
// expect            rc11 2
// expect --cfg=weak rc11 2/3 data_race
use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

struct Message(UnsafeCell<u32>);
unsafe impl Sync for Message {}

static MESSAGE: Message = Message(UnsafeCell::new(0));
static THERE: AtomicBool = AtomicBool::new(false);

#[cfg(weak)]
const PUBLISH: Ordering = Ordering::Relaxed;
#[cfg(not(weak))]
const PUBLISH: Ordering = Ordering::Release;

fn main() {
    let sender = thread::spawn(|| {
        unsafe { *MESSAGE.0.get() = 42 };
        THERE.store(true, PUBLISH);
    });
    if THERE.load(Ordering::Acquire) {
        assert_eq!(unsafe { *MESSAGE.0.get() }, 42);
    }
    sender.join().unwrap();
}
