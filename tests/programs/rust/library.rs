// What the library has compiled already is seen as the program's own code: vectors that grow,
// strings that are copied, text that is made of values.
//
// expect                  rc11 2
// expect --cfg=grown      rc11 1
// expect --cfg=cloned     rc11 2/2 use_after_free
// expect --cfg=formatted  rc11 2/2 data_race
// expect --cfg=printed    rc11 2/2 data_race
use std::cell::UnsafeCell;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::thread;

struct Unlocked<T>(UnsafeCell<T>);
unsafe impl<T> Sync for Unlocked<T> {}

fn races() {
    let shared =
        Arc::new((Unlocked(UnsafeCell::new(String::from("text"))), Unlocked(UnsafeCell::new(7))));
    let theirs = shared.clone();
    let other = thread::spawn(move || unsafe {
        (*theirs.0 .0.get()).push('s');
        *theirs.1 .0.get() = 8;
    });
    let (text, number) = unsafe { (&*shared.0 .0.get(), &*shared.1 .0.get()) };
    if cfg!(cloned) {
        assert!(text.clone().len() >= 4);
    } else if cfg!(formatted) {
        assert!(format!("{number}") != "9");
    } else {
        println!("{number}");
    }
    other.join().unwrap();
}

fn main() {
    if cfg!(cloned) || cfg!(formatted) || cfg!(printed) {
        return races();
    }
    if cfg!(grown) {
        let other = thread::spawn(|| {
            let mut bytes = VecDeque::new();
            (0..9u8).for_each(|byte| bytes.push_back(byte));
            let mut names = Vec::new();
            names.push(String::from("name"));
            bytes.len() + names.len()
        });
        assert_eq!(other.join().unwrap(), 10);
        return;
    }
    let names = Arc::new(Mutex::new((VecDeque::new(), Vec::new())));
    let theirs = names.clone();
    let add = |to: &Mutex<(VecDeque<u8>, Vec<String>)>, n: u8| {
        let mut both = to.lock().unwrap();
        both.0.push_back(n);
        both.1.push(format!("name {n}"));
    };
    let other = thread::spawn(move || add(&theirs, 1));
    add(&names, 2);
    other.join().unwrap();
    let mut all = names.lock().unwrap().1.clone();
    all.sort();
    assert_eq!(all.join(", "), "name 1, name 2");
}
