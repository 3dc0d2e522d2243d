package dev.jackdaw.gui.view;

import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.control.Button;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.stage.Modality;
import javafx.stage.Stage;
import javafx.stage.Window;

/// A dialog of the app: content above, buttons below, Escape closes. It does not hold up whoever opens it.
final class DialogWindow {
    private final Stage stage = new Stage();
    private final BorderPane root = new BorderPane();
    private final HBox buttons = new HBox();

    DialogWindow(Window owner, Theming theming, String title, Node content, double width, double height) {
        stage.initOwner(owner);
        stage.initModality(Modality.WINDOW_MODAL);
        stage.setTitle(title);
        root.getStyleClass().add("dialog-root");
        root.setCenter(content);
        Region gap = new Region();
        HBox.setHgrow(gap, Priority.ALWAYS);
        buttons.getStyleClass().add("dialog-buttons");
        buttons.setAlignment(Pos.CENTER_RIGHT);
        buttons.getChildren().add(gap);
        root.setBottom(buttons);
        Scene scene = new Scene(root, width, height);
        theming.add(scene);
        stage.setScene(scene);
        stage.setMinWidth(Math.min(width, 420));
        stage.setMinHeight(Math.min(height, 240));
        stage.addEventHandler(KeyEvent.KEY_PRESSED, event -> {
            if (event.getCode() == KeyCode.ESCAPE) {
                event.consume();
                stage.close();
            }
        });
        stage.setOnHidden(event -> theming.remove(scene));
    }

    Stage stage() {
        return stage;
    }

    /// A button at the right; the first one is leftmost.
    Button button(String id, String words, Runnable action) {
        Button button = new Button(words);
        button.setId(id);
        button.setOnAction(event -> action.run());
        buttons.getChildren().add(button);
        return button;
    }

    /// Something at the left of the buttons.
    void beside(Node node) {
        buttons.getChildren().addFirst(node);
    }

    void show() {
        stage.show();
    }

    void close() {
        stage.close();
    }
}
