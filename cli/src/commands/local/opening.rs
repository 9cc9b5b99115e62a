//! Opens the pages of what runs, in the browser of whoever runs it.
//! Waits for no page, and ends no run: where there is no browser, that is said.

use anyhow::Result;
use stackwright_local::Ready;

use crate::printer::Printer;

/// Opens the page of `/_local/` and those of all stacks, one after another: the first may have to start a browser.
pub(super) async fn open(ready: &Ready, printer: &mut Printer) -> Result<()> {
    let pages = ready.pages();
    let opening = move || pages.iter().try_for_each(open::that_detached);
    match tokio::task::spawn_blocking(opening).await? {
        Ok(()) => Ok(()),
        Err(error) => printer.warning(format!("no browser was opened: {error}")),
    }
}
