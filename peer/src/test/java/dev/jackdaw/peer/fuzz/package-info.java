/// Coverage-guided fuzzing of everything that reads bytes from outside. In a build each target runs its corpus,
/// the files below `src/test/resources`; `docs/reliability.md` has the command for long runs.
///
/// Parsers that only their package sees have their targets there, in classes named `…FuzzTest`.
@org.jspecify.annotations.NullMarked
package dev.jackdaw.peer.fuzz;
