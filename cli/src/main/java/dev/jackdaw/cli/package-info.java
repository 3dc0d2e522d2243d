/// The command line.
package dev.jackdaw.cli;
