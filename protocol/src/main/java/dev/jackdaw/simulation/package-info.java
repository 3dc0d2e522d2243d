/// Virtual time and a simulated network, for running production engines by the thousand in one thread, replayable by
/// seed.
package dev.jackdaw.simulation;
