/// The tracker server.
package dev.jackdaw.tracker;
