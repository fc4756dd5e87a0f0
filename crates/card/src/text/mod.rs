//! From what people write to lines of glyphs: [`clean`] takes out what must not be drawn, [`dress`] gives each cluster a
//! face that has it, [`layout`] sets it in lines and ends long text with an ellipsis (O5). Positions on the card and
//! colours belong to the template.

pub(crate) mod clean;
pub(crate) mod dress;
pub(crate) mod layout;
