// A queue of one place, with a lock and a condition.
//
// expect              rc11 2
// expect --cfg=broken rc11 1/3 deadlock
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

struct Place {
    item: Mutex<Option<String>>,
    filled: Condvar,
}

fn main() {
    let place = Arc::new(Place { item: Mutex::new(None), filled: Condvar::new() });
    let other = Arc::clone(&place);
    let filler = thread::spawn(move || {
        *other.item.lock().unwrap() = Some(String::from("here"));
        other.filled.notify_one();
    });
    let mut item = place.item.lock().unwrap();
    if cfg!(broken) {
        item = place.filled.wait(item).unwrap();
    } else {
        while item.is_none() {
            item = place.filled.wait(item).unwrap();
        }
    }
    assert_eq!(item.take().unwrap(), "here");
    drop(item);
    filler.join().unwrap();
}
