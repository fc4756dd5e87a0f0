//! Site content in, HTML out: designs, styles, icons and the page's one script
