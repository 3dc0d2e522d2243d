/// What all modules' fuzz targets share. A target is a method with `@FuzzTest` in a class named `…FuzzTest`, in the
/// package whose parser it calls. In a build each target runs its corpus, the files in `…FuzzTestInputs` below
/// `src/test/resources`; `docs/benchmarks/fuzz.py` runs them guided by coverage.
@org.jspecify.annotations.NullMarked
package dev.jackdaw.fuzz;
