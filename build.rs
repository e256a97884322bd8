//! Tells cargo that the migrations are part of the program, which macros alone do not.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
    println!("cargo::rerun-if-changed=assets");
}
