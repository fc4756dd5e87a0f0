//! What can go wrong, for the log: none of it is meant for a visitor's eyes (O3).

/// Why a card could not be drawn.
#[derive(Debug, thiserror::Error)]
pub enum CardError {
    /// The pixels could not be written as PNG.
    #[error("the card could not be encoded")]
    Encode(#[from] png::EncodingError),
}

/// Why a picture cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// Not PNG, JPEG, GIF or WebP.
    #[error("the picture is not a PNG, JPEG, GIF or WebP")]
    Format,
    /// More than 4096 pixels a side, or more memory than a picture may take.
    #[error("the picture is too large")]
    TooLarge,
    /// The file is damaged.
    #[error("the picture cannot be decoded")]
    Decode(#[source] image::ImageError),
    /// The decoded picture could not be scaled.
    #[error("the picture cannot be scaled")]
    Scale(#[source] Box<dyn std::error::Error + Send + Sync>),
}
