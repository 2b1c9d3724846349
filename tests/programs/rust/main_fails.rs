// main() gives back an error: the program has failed, as with any status but 0.
// expect              rc11 2
// expect --cfg=broken rc11 1/2 main()_returns_1
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

static DONE: AtomicBool = AtomicBool::new(false);

fn main() -> Result<(), String> {
    let other = thread::spawn(|| DONE.store(true, Ordering::Release));
    let early = !DONE.load(Ordering::Acquire);
    other.join().unwrap();
    if cfg!(broken) && early {
        return Err("it is not done yet".to_string());
    }
    Ok(())
}
