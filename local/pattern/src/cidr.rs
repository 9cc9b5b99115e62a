//! Blocks of addresses, such as `10.0.0.0/24` and `2001:db8::/32`.
//! Resolves no names.

use std::net::IpAddr;

/// A block of IPv4 or IPv6 addresses.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Block {
    address: IpAddr,
    prefix: u32,
}

impl Block {
    /// Reads `address/prefix`; `None` if it is no such thing.
    pub(crate) fn parse(text: &str) -> Option<Block> {
        let (address, prefix) = text.split_once('/')?;
        let (address, prefix) = (address.parse::<IpAddr>().ok()?, prefix.parse().ok()?);
        (prefix <= width(address)).then_some(Block { address, prefix })
    }

    /// Whether the text is an address of this block.
    pub(crate) fn contains(&self, text: &str) -> bool {
        let Ok(address) = text.parse::<IpAddr>() else { return false };
        let ignored = width(address).saturating_sub(self.prefix);
        let network = |address: IpAddr| bits(address).checked_shr(ignored).unwrap_or(0);
        address.is_ipv4() == self.address.is_ipv4() && network(address) == network(self.address)
    }
}

fn width(address: IpAddr) -> u32 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}
