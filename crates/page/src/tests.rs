//! The rendered pages, read as a browser reads them.

mod escape;
mod head;
mod post;
mod presence;
mod sample;
mod site;
