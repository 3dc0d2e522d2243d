/// Transfers between the packaged `jackdaw` and the clients that exist, in a network namespace of their own.
package dev.jackdaw.cli.interop;
