//! Card content in, PNG out: a pure function with its fonts compiled in
