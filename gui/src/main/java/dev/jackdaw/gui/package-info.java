/// The desktop app.
package dev.jackdaw.gui;
