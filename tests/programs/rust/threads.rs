// Scoped threads, channels, what is made once, parking, and what goes on the heap.
//
// expect                   rc11 1
// expect --cfg=channel     rc11 26
// expect --cfg=once        rc11 4
// expect --cfg=park        rc11 13
// expect --cfg=never_parks rc11 2/2 deadlock
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{mpsc, OnceLock};
use std::thread;

fn main() {
    if cfg!(channel) {
        let (to, from) = mpsc::channel();
        let other = to.clone();
        thread::scope(|s| {
            s.spawn(move || to.send(1).unwrap());
            s.spawn(move || other.send(2).unwrap());
        });
        let mut all: Vec<i32> = from.iter().collect();
        all.sort();
        assert_eq!(all, [1, 2]);
    } else if cfg!(once) {
        static ONCE: OnceLock<Vec<u8>> = OnceLock::new();
        static MADE: AtomicU32 = AtomicU32::new(0);
        let make = || {
            MADE.fetch_add(1, Ordering::Relaxed);
            vec![1, 2, 3]
        };
        let other = thread::spawn(move || ONCE.get_or_init(make).len());
        assert_eq!(ONCE.get_or_init(make).len(), 3);
        assert_eq!(other.join().unwrap(), 3);
        assert_eq!(MADE.load(Ordering::Relaxed), 1);
    } else if cfg!(park) || cfg!(never_parks) {
        let main = thread::current();
        let other = thread::spawn(move || {
            if cfg!(park) {
                main.unpark()
            }
        });
        thread::park();
        other.join().unwrap();
    } else {
        let mut numbers = vec![1, 2, 3];
        let total = thread::scope(|s| {
            let half = s.spawn(|| numbers.iter().sum::<i32>());
            half.join().unwrap()
        });
        numbers.push(total);
        assert_eq!(numbers, [1, 2, 3, 6]);
    }
}
