//! Tells one `hooks-core` from another, where a program has been given two.

/// A number that differs between two copies of these macros: other versions, or the same version
/// from another place. `hooks-core` asks for exactly the macros of its own version, so the same
/// number means the same `hooks-core`.
pub(crate) const FINGERPRINT: u64 =
    hash(concat!(env!("CARGO_PKG_VERSION"), " ", env!("CARGO_MANIFEST_DIR")).as_bytes());

/// FNV-1a, 64 bits: <https://datatracker.ietf.org/doc/html/draft-eastlake-fnv>.
const fn hash(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut position = 0;
    while position < bytes.len() {
        hash = (hash ^ bytes[position] as u64).wrapping_mul(0x0000_0100_0000_01b3);
        position += 1;
    }
    hash
}
