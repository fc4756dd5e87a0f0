//! What the crate promises, tried through its public face.

#[cfg(test)]
mod blobs;
#[cfg(test)]
mod pictures;
#[cfg(test)]
mod sample;
