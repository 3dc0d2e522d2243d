/// The desktop app: its start, its single instance, and what it asks of the desktop around it. What it shows is
/// in [dev.jackdaw.gui.model], how it looks in [dev.jackdaw.gui.view].
@org.jspecify.annotations.NullMarked
package dev.jackdaw.gui;
