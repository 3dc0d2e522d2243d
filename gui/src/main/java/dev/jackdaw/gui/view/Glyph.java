package dev.jackdaw.gui.view;

import javafx.scene.layout.Region;

/// The app's icons: single-colour outlines on a grid of 16, which take the colour of the text beside them.
enum Glyph {
    ADD("M7 2 H9 V7 H14 V9 H9 V14 H7 V9 H2 V7 H7 Z"),
    LINK(
            "M6.5 4 H4 A4 4 0 0 0 4 12 H6.5 V10 H4 A2 2 0 0 1 4 6 H6.5 Z M9.5 4 H12 A4 4 0 0 1 12 12 H9.5 V10 H12 A2 2 0 0 0 12 6"
                    + " H9.5 Z M5 7 H11 V9 H5 Z"),
    CREATE("M3 1 H9 L13 5 V8 H11 V6 H8 V3 H5 V13 H8 V15 H3 Z M11 9 H13 V11 H15 V13 H13 V15 H11 V13 H9 V11 H11 Z"),
    RESUME("M4 2 L14 8 L4 14 Z"),
    PAUSE("M3 2 H6.5 V14 H3 Z M9.5 2 H13 V14 H9.5 Z"),
    REMOVE("M6 1 H10 V2.5 H14 V4.5 H2 V2.5 H6 Z M3 5.5 H13 L12.2 15 H3.8 Z"),
    UP("M8 2 L14 9 H10 V14 H6 V9 H2 Z"),
    DOWN("M8 14 L2 7 H6 V2 H10 V7 H14 Z"),
    SETTINGS("M2 3 H9 V1.5 H11.5 V3 H14 V5 H11.5 V6.5 H9 V5 H2 Z M2 7 H4.5 V5.7 H7 V7 H14 V9 H7 V10.5 H4.5 V9 H2 Z"
            + " M2 11 H9 V9.6 H11.5 V11 H14 V13 H11.5 V14.5 H9 V13 H2 Z"),
    SEARCH("M7 1 A6 6 0 1 0 10.6 11.8 L14 15.2 L15.4 13.8 L12 10.4 A6 6 0 0 0 7 1 Z M7 3 A4 4 0 1 1 6.99 3 Z"),
    FOLDER("M1 3 H6 L8 5 H15 V14 H1 Z"),
    FILE("M3 1 H9 L13 5 V15 H3 Z"),
    CHECK("M2 8.5 L4 6.5 L6.5 9 L12.5 3 L14.5 5 L6.5 13 Z"),
    CLOCK("M8 1 A7 7 0 1 0 8.01 1 Z M8 3 A5 5 0 1 1 7.99 3 Z M7 4.5 H9 V7.6 L11.2 9.8 L9.8 11.2 L7 8.4 Z"),
    WARNING("M8 1 L15.5 14.5 H0.5 Z M7 6 V10 H9 V6 Z M7 11.2 V13 H9 V11.2 Z"),
    TURTLE("M2 10 A5.5 4.5 0 0 1 12 9 A2 2 0 0 1 15.5 8.5 Q15.5 11 12 11 L11 13 H9.4 L9 11 H5 L4.6 13 H3 Z"),
    LIST("M1 3 H3 V5 H1 Z M5 3 H15 V5 H5 Z M1 7 H3 V9 H1 Z M5 7 H15 V9 H5 Z M1 11 H3 V13 H1 Z M5 11 H15 V13 H5 Z"),
    BOLT("M9.5 1 L3 9 H7 L6 15 L13 6.5 H8.6 Z"),
    MOON("M6 1.5 A6.5 6.5 0 1 0 14.5 10 A5.6 5.6 0 0 1 6 1.5 Z"),
    GLOBE(
            "M8 1 A7 7 0 1 0 8.01 1 Z M8 3 Q10 5 10 7 H6 Q6 5 8 3 Z M6 9 H10 Q10 11 8 13 Q6 11 6 9 Z M3.2 9 H4.6 Q4.6 10.6 5.2 12"
                    + " Q3.6 11 3.2 9 Z M3.2 7 Q3.6 5 5.2 4 Q4.6 5.4 4.6 7 Z M12.8 7 H11.4 Q11.4 5.4 10.8 4 Q12.4 5 12.8 7 Z M12.8 9 Q12.4 11"
                    + " 10.8 12 Q11.4 10.6 11.4 9 Z"),
    CLOSE("M3.4 2 L8 6.6 L12.6 2 L14 3.4 L9.4 8 L14 12.6 L12.6 14 L8 9.4 L3.4 14 L2 12.6 L6.6 8 L2 3.4 Z"),
    COPY("M5 1 H14 V11 H12 V3 H5 Z M2 4 H11 V15 H2 Z"),
    REFRESH("M8 2 A6 6 0 0 1 12.6 4.2 L14.5 2.3 V7.5 H9.3 L11.2 5.6 A4 4 0 1 0 12 8.5 H14 A6 6 0 1 1 8 2 Z");

    private final String path;

    Glyph(String path) {
        this.path = path;
    }

    /// A new node of this icon, `1em` square or as the style class `glyph` says.
    Region node() {
        Region region = new Region();
        region.getStyleClass().add("glyph");
        region.setStyle("-fx-shape: \"" + path + "\";");
        region.setMouseTransparent(true);
        return region;
    }
}
