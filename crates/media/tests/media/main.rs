//! What the crate promises, tried through its public face.

#[cfg(test)]
mod art;
#[cfg(test)]
mod blobs;
#[cfg(test)]
mod faststart;
#[cfg(test)]
mod pictures;
#[cfg(test)]
mod receive;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod upstream;
