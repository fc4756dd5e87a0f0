//! The rendered pages, read as a browser reads them.

mod escape;
mod head;
mod presence;
mod sample;
mod site;
