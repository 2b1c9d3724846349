// Output, and variables that each thread has for itself.
//
// expect              sc 2  rc11 2
// expect --cfg=broken rc11 2/2 panicked:
use std::cell::Cell;
use std::sync::Mutex;
use std::thread;

thread_local! {
    static CALLS: Cell<u32> = const { Cell::new(0) };
    static NAME: Cell<&'static str> = Cell::new("nobody");
}
static TOTAL: Mutex<u32> = Mutex::new(0);

fn call(name: &'static str) -> u32 {
    NAME.with(|n| n.set(name));
    CALLS.with(|n| n.set(n.get() + 1));
    let calls = CALLS.with(|n| n.get());
    println!("{} has called {} times", NAME.with(|n| n.get()), calls);
    *TOTAL.lock().unwrap() += calls;
    calls
}

fn main() {
    let other = thread::spawn(|| call("the other"));
    let mine = call("main");
    eprint!("{mine}");
    let others = other.join().unwrap();
    assert_eq!(mine + others, if cfg!(broken) { 3 } else { 2 });
    assert_eq!(NAME.with(|n| n.get()), "main");
}
