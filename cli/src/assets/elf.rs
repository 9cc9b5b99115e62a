//! What an executable needs to start: is it for Linux, for which processor, how new a glibc.
//! Reads the file only; what to do about a wrong answer is decided elsewhere.

use std::fmt;

use object::Endianness;
use object::elf::{self, FileHeader64};
use object::read::elf::{FileHeader, SectionHeader};

use super::Architecture;

/// The glibc of Lambda's `provided.al2023`.
pub const NEWEST_GLIBC: GlibcVersion = GlibcVersion { major: 2, minor: 34 };

/// A version of the GNU C library, as its symbols name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GlibcVersion {
    /// The 2 of 2.34.
    pub major: u32,
    /// The 34 of 2.34.
    pub minor: u32,
}

impl fmt::Display for GlibcVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.major, self.minor)
    }
}

impl GlibcVersion {
    /// Reads `GLIBC_2.34`; `GLIBC_PRIVATE` and versions of other libraries are none.
    fn of_symbol(version: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(version.strip_prefix(b"GLIBC_")?).ok()?;
        let mut numbers = text.split('.').map(|number| number.parse::<u32>().ok());
        Some(Self { major: numbers.next()??, minor: numbers.next()?? })
    }
}

/// What an executable says about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Executable {
    pub(super) architecture: Architecture,
    /// The newest glibc it asks for; `None` if it is linked statically.
    pub(super) glibc: Option<GlibcVersion>,
}

/// Reads the head and the version requirements of an executable; the error says what it is instead.
pub(super) fn read(bytes: &[u8]) -> Result<Executable, String> {
    match bytes {
        [0x7f, b'E', b'L', b'F', 2, ..] => {
            read_elf(bytes).map_err(|error| format!("a damaged ELF file ({error})"))?
        }
        [0x7f, b'E', b'L', b'F', ..] => Err("an ELF file of 32 bits".to_owned()),
        [0xcf, 0xfa, 0xed, 0xfe, ..] => Err("an executable for macOS".to_owned()),
        [b'M', b'Z', ..] => Err("an executable for Windows".to_owned()),
        _ => Err("not an ELF file".to_owned()),
    }
}

fn read_elf(bytes: &[u8]) -> object::Result<Result<Executable, String>> {
    let header = FileHeader64::<Endianness>::parse(bytes)?;
    let endian = header.endian()?;
    let system = header.e_ident().os_abi;
    if ![elf::ELFOSABI_SYSV, elf::ELFOSABI_LINUX].contains(&system) {
        return Ok(Err(format!("an ELF file for another system (OS ABI {system})")));
    }
    let architecture = match header.e_machine(endian) {
        elf::EM_X86_64 => Architecture::X86_64,
        elf::EM_AARCH64 => Architecture::Arm64,
        other => return Ok(Err(format!("an ELF file for another processor (machine {other})"))),
    };
    Ok(Ok(Executable { architecture, glibc: newest_glibc(header, endian, bytes)? }))
}

/// The newest version in `.gnu.version_r`, which lists what the loader will ask of each library.
fn newest_glibc(
    header: &FileHeader64<Endianness>,
    endian: Endianness,
    bytes: &[u8],
) -> object::Result<Option<GlibcVersion>> {
    let sections = header.sections(endian, bytes)?;
    let mut newest = None;
    for section in sections.iter() {
        let Some((mut libraries, link)) = section.gnu_verneed(endian, bytes)? else { continue };
        let strings = sections.strings(endian, bytes, link)?;
        while let Some((_, mut versions)) = libraries.next()? {
            while let Some(version) = versions.next()? {
                newest = newest.max(GlibcVersion::of_symbol(version.name(endian, strings)?));
            }
        }
    }
    Ok(newest)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn check(symbol: &str, expected: Option<(u32, u32)>) {
        let expected = expected.map(|(major, minor)| GlibcVersion { major, minor });
        assert_eq!(GlibcVersion::of_symbol(symbol.as_bytes()), expected, "{symbol}");
    }

    #[test]
    fn versions_of_symbols_are_read() {
        check("GLIBC_2.34", Some((2, 34)));
        check("GLIBC_2.2.5", Some((2, 2)));
        check("GLIBC_2.100", Some((2, 100)));
        check("GLIBC_PRIVATE", None);
        check("GCC_4.2.0", None);
        check("GLIBC_", None);
    }

    #[test]
    fn newer_is_by_number_not_by_letter() {
        assert!(GlibcVersion { major: 2, minor: 5 } < NEWEST_GLIBC);
        assert!(GlibcVersion { major: 2, minor: 100 } > NEWEST_GLIBC);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_very_test_is_an_executable_with_a_glibc() {
        let this = read(&std::fs::read("/proc/self/exe").unwrap()).unwrap();
        assert_eq!(this.architecture.as_str(), std::env::consts::ARCH.replace("aarch64", "arm64"));
        if cfg!(target_env = "gnu") {
            assert!(this.glibc.is_some_and(|glibc| glibc >= GlibcVersion { major: 2, minor: 2 }), "{this:?}");
        }
    }

    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[test]
    fn a_newer_requirement_is_seen() {
        let mut bytes = std::fs::read("/proc/self/exe").unwrap();
        let newest = read(&bytes).unwrap().glibc.unwrap().to_string();
        let name = format!("GLIBC_{newest}\0").into_bytes();
        let place = bytes.windows(name.len()).position(|window| window == name).unwrap();
        let crafted = "9".repeat(newest.len() - 2);
        bytes[place + 8..place + 8 + crafted.len()].copy_from_slice(crafted.as_bytes());
        let expected = GlibcVersion { major: 2, minor: crafted.parse().unwrap() };
        assert_eq!(read(&bytes).unwrap().glibc, Some(expected));
    }

    #[test]
    fn what_is_no_linux_executable_is_named() {
        let check = |bytes: &[u8], expected: &str| assert_eq!(read(bytes).unwrap_err(), expected);
        check(b"#!/bin/sh\n", "not an ELF file");
        check(b"", "not an ELF file");
        check(&[0xcf, 0xfa, 0xed, 0xfe, 0, 0], "an executable for macOS");
        check(b"MZ\x90\0", "an executable for Windows");
        check(b"\x7fELF\x01", "an ELF file of 32 bits");
        assert!(read(b"\x7fELF\x02").unwrap_err().starts_with("a damaged ELF file"));
    }
}
