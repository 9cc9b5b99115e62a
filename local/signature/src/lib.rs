//! Who signed a request: AWS Signature Version 4, checked.
