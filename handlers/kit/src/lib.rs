//! What every handler shares.
