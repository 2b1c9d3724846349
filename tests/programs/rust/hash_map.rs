// A map that threads count in, under one lock or under two.
//
// expect             rc11 6
// expect --cfg=twice rc11 24/30 panicked
use std::collections::HashMap;
use std::sync::RwLock;
use std::thread;

fn count(map: &RwLock<HashMap<String, i32>>) {
    if cfg!(twice) {
        let n = map.read().unwrap().get("k").copied().unwrap_or(0);
        map.write().unwrap().insert("k".to_string(), n + 1);
    } else {
        *map.write().unwrap().entry("k".to_string()).or_insert(0) += 1;
    }
}

fn main() {
    let map = RwLock::new(HashMap::new());
    thread::scope(|s| {
        s.spawn(|| count(&map));
        s.spawn(|| count(&map));
    });
    assert!(map.read().unwrap()["k"] == 2);
}
