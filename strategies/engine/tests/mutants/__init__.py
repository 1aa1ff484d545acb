"""Are the rules really tested? Kernels are changed one comparison at a time; a test must fail."""
