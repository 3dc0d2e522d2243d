package dev.jackdaw.gui.model;

import java.text.MessageFormat;
import java.util.Locale;
import java.util.ResourceBundle;

/// The words of the app in one language, from the bundles `text.properties` (English) and `text_de.properties`.
public final class Text {
    private static final String BUNDLE = "dev.jackdaw.gui.model.text";

    private final Locale locale;
    private final ResourceBundle bundle;

    private Text(Locale locale, ResourceBundle bundle) {
        this.locale = locale;
        this.bundle = bundle;
    }

    /// In that language if there is a bundle for it, else in English; numbers and dates always follow the
    /// locale.
    public static Text of(Locale locale) {
        return new Text(
                locale,
                ResourceBundle.getBundle(
                        BUNDLE,
                        locale,
                        ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES)));
    }

    public Locale locale() {
        return locale;
    }

    /// The words under that key.
    public String get(String key) {
        return bundle.getString(key);
    }

    /// The pattern under that key ([MessageFormat]), filled in.
    public String get(String key, Object... arguments) {
        return new MessageFormat(bundle.getString(key), locale).format(arguments);
    }

    /// The words for a constant: the key is `prefix.constant` in lower case.
    public String of(String prefix, Enum<?> constant) {
        return get(prefix + "." + constant.name().toLowerCase(Locale.ROOT));
    }
}
