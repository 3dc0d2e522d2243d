/// The windows: controls in plain Java, each bound to a view model of [dev.jackdaw.gui.model]. Nothing here
/// calls the session.
@org.jspecify.annotations.NullMarked
package dev.jackdaw.gui.view;
